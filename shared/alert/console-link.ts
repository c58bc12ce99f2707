import { getAsffPartition } from '../facts/partitions.ts'
import { limitText } from '../text/limited.ts'
import type { Alert } from './alert.ts'
import { listResourceIds } from './content.ts'

/**
 * Half a surrogate pair would make the encoding throw, and with it every try to send the alert. No id of AWS is that
 * long, and Slack refuses a link of more than 3,000 characters.
 */
const encodeText = (text: string): string => encodeURIComponent(limitText(text, 256))

/** The view of a console: its service, then the part after the region. */
type View = { readonly service: 'ec2' | 'cloudtrailv2'; readonly hash: string }

/**
 * There is no instance: the record says who asked for what, and what EC2 answered. A launch that a group made is among the
 * activities of the group, and may have no record.
 */
const getRefusalView = ({ event, actor }: Alert): View => {
  const { autoScalingGroup: group } = actor
  return group === undefined
    ? { service: 'cloudtrailv2', hash: `/events/${encodeText(event.id)}` }
    : { service: 'ec2', hash: `AutoScalingGroupDetails:id=${encodeText(group)};view=activity` }
}

/** The console finds a template by its id only. */
const getTemplateHash = (id: string): string =>
  id.startsWith('lt-')
    ? `LaunchTemplateDetails:launchTemplateId=${encodeText(id.split(':')[0] ?? '')}`
    : 'LaunchTemplates:'

/** A group by its name, which has no colon. */
const getGroupHash = (id: string): string => {
  const [name = ''] = id.replace(/^autoScalingGroupName\//, '').split(':')
  return name === '*' ? 'AutoScalingGroups:' : `AutoScalingGroupDetails:id=${encodeText(name)}`
}

const getConsoleView = (alert: Alert): View => {
  const resource = alert.findings[0]?.resource
  if (resource === undefined) return { service: 'ec2', hash: 'Instances:' }
  const id = encodeText(resource.id)
  if (resource.type === 'AwsEc2LaunchRequest') return getRefusalView(alert)
  if (resource.type === 'AwsEc2LaunchTemplate') return { service: 'ec2', hash: getTemplateHash(resource.id) }
  if (resource.type === 'AwsAutoScalingAutoScalingGroup') return { service: 'ec2', hash: getGroupHash(resource.id) }
  if (resource.type === 'AwsAutoScalingLaunchConfiguration') return { service: 'ec2', hash: 'LaunchConfigurations:' }
  if (resource.type === 'AwsEc2Image')
    return { service: 'ec2', hash: resource.id.startsWith('ami-') ? `ImageDetails:imageId=${id}` : 'Images:' }
  if (listResourceIds(alert).length === 1) return { service: 'ec2', hash: `InstanceDetails:instanceId=${id}` }
  // Without a reservation id the id of the launch is nothing that the console can search for.
  const { launchId } = alert
  const search = launchId.startsWith('r-') ? `reservationId=${encodeText(launchId)}` : ''
  return { service: 'ec2', hash: `Instances:${search}` }
}

const linkTo = ({ region }: Alert, { service, hash }: View): string =>
  `https://console.${getAsffPartition(region).webDomain}/${service}/home?region=${encodeText(region)}#${hash}`

/** The page of the console for the alert. */
export const buildConsoleLink = (alert: Alert): string => linkTo(alert, getConsoleView(alert))

/** The page of the console with all resources of the same kind in the same region. */
export const placeLink = (alert: Alert): string => {
  const type = alert.findings[0]?.resource.type
  return linkTo(alert, { service: 'ec2', hash: type === 'AwsEc2Image' ? 'Images:' : 'Instances:' })
}
