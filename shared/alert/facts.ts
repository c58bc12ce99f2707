import type { Actor } from '../facts/facts.ts'
import { quoteName } from '../text/name.ts'
import type { Alert } from './alert.ts'
import type { Field } from './alert-content.ts'
import { formatUtc } from './clock.ts'
import {
  describeAlertResources,
  formatIds,
  formatInstances,
  listImageNames,
  listImages,
  listResourceIds,
  listResourceNames,
} from './content.ts'
import { isOfSweep } from './sweep-alert.ts'

// The facts of an alert, the same for each kind.

const IMAGES_SHOWN = 3

const groupOf = ({ autoScalingGroup, fleet, cluster }: Actor): string | undefined =>
  (autoScalingGroup && `the Auto Scaling group ${autoScalingGroup}`) ||
  (fleet && `the fleet ${fleet}`) ||
  (cluster && `the cluster ${cluster}`) ||
  undefined

const describeService = (actor: Actor): string | undefined => {
  const parts = [
    actor.autoScalingGroup && `Auto Scaling group ${actor.autoScalingGroup}`,
    actor.launchTemplate && `launch template ${actor.launchTemplate}`,
    actor.fleet && `fleet ${actor.fleet}`,
    actor.cluster && `cluster ${actor.cluster}`,
    actor.stack && `stack ${actor.stack}`,
    actor.via,
  ].filter(part => part !== undefined && part !== '')
  return parts.length === 0 ? undefined : parts.join(', ')
}

/** The template or group to fix for a member of a group, because a change of the member itself does not last. */
export const describeTemplateFix = (actor: Actor): string | undefined => {
  const group = groupOf(actor)
  const template = actor.launchTemplate && `launch template ${actor.launchTemplate}`
  if (group === undefined)
    return template ? `${template}: fix it there. The next launch from it has the same problem.` : undefined
  const source = template ? `${template} of ${group}` : `the template of ${group} (the event does not name it)`
  return `${source}: change it there, then let the group replace its instances. If you stop one by hand, the group replaces it with another of the same kind.`
}

const describeResources = (alert: Alert): string => {
  const resources = describeAlertResources(alert)
  const images = listImages(alert).filter(id => !resources.includes(id))
  if (images.length === 0) return resources
  const more = images.length > IMAGES_SHOWN ? ', ...' : ''
  return `${resources}, image ${images.slice(0, IMAGES_SHOWN).join(', ')}${more}`
}

export const createField = (label: string, text: string): Field => ({ label, text })

/** `account 123456789012 ("production"), region us-east-1`. */
export const describeLocation = ({ accountId, accountName, region }: Alert): string =>
  `account ${accountId}${accountName === undefined ? '' : ` (${quoteName(accountName)})`}, region ${region}`

export const createLocationField = (alert: Alert): Field => createField('Where', describeLocation(alert))

const NAMES_SHOWN = 3

const quoteNames = (names: readonly string[]): string =>
  `${names
    .slice(0, NAMES_SHOWN)
    .map(name => quoteName(name))
    .join(', ')}${names.length > NAMES_SHOWN ? ` and ${formatInstances(names.length - NAMES_SHOWN)} more` : ''}`

/**
 * The names of the resources, and of the images that they were launched from. In a field of their own, so that no name
 * takes the room of an id, however long it is.
 */
export const createNameFields = (alert: Alert): readonly Field[] => {
  const names = listResourceNames(alert)
  const images = alert.findings.every(({ resource }) => resource.type === 'AwsEc2Image') ? [] : listImageNames(alert)
  const parts = [
    ...(names.length === 0 ? [] : [quoteNames(names)]),
    ...(images.length === 0 ? [] : [`${images.length === 1 ? 'image' : 'images'} ${quoteNames(images)}`]),
  ]
  return parts.length === 0 ? [] : [createField('Name', parts.join(', '))]
}

/** The kind of resource and its id. Up to ten are named. */
export const createResourceFields = (alert: Alert): readonly Field[] => {
  const ids = listResourceIds(alert)
  const where = ' (behind the link, and in the JSON of this alert)'
  return [
    createField('What', describeResources(alert)),
    ...(ids.length > 1 ? [createField('Ids', formatIds(ids, where))] : []),
    ...createNameFields(alert),
  ]
}

const NOBODY = 'not named in this event; CloudTrail records who made the call'
const LONG_AGO = 'not known to a sweep; CloudTrail keeps the call and its caller for 90 days'

/** Who, through what, and when. */
export const createOriginFields = (alert: Alert): readonly Field[] => {
  const { event, actor } = alert
  const through = describeService(actor)
  return [
    createField('Who', actor.arn ?? (isOfSweep(alert) ? LONG_AGO : NOBODY)),
    ...(through === undefined ? [] : [createField('Through', through)]),
    createField('When', `${formatUtc(event.time)} (${event.name})`),
  ]
}
