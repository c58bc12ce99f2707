import { partitionOf } from '../facts/resource.ts'
import type { Alert } from './alert.ts'

const CONSOLES: Readonly<Record<string, string>> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
}

const viewOf = ({ findings, launchId, told }: Alert): string => {
  const resource = findings[0]?.resource
  if (resource === undefined || resource.type === 'AwsEc2LaunchRequest') return 'Instances:'
  const id = encodeURIComponent(resource.id)
  if (resource.type === 'AwsEc2Image') return `ImageDetails:imageId=${id}`
  const several = told.reduce((count, { resources }) => count + resources.length, 0) > 1
  return several ? `Instances:reservationId=${encodeURIComponent(launchId)}` : `InstanceDetails:instanceId=${id}`
}

/** The page of the EC2 console that shows what the alert is about. */
export const consoleLink = (alert: Alert): string => {
  const host = CONSOLES[partitionOf(alert.region)] ?? 'console.aws.amazon.com'
  const region = encodeURIComponent(alert.region)
  return `https://${host}/ec2/home?region=${region}#${viewOf(alert)}`
}
