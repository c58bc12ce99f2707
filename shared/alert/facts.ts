import type { Actor } from '../facts/facts.ts'
import type { Alert } from './alert.ts'
import type { Point } from './alert-story.ts'
import { inUtc } from './clock.ts'
import { imagesOf, listed, resourceIdsOf, resourcesOf } from './story.ts'
import { isOfSweep } from './sweep-alert.ts'

// What an alert is about, the same in each kind.

const IMAGES_SHOWN = 3

const groupOf = ({ autoScalingGroup, fleet, cluster }: Actor): string | undefined =>
  (autoScalingGroup && `the Auto Scaling group ${autoScalingGroup}`) ||
  (fleet && `the fleet ${fleet}`) ||
  (cluster && `the cluster ${cluster}`) ||
  undefined

const throughOf = (actor: Actor): string | undefined => {
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

/** Where a member of a group has to be fixed: what is done to the member itself does not last. */
export const fixOf = (actor: Actor): string | undefined => {
  const group = groupOf(actor)
  const template = actor.launchTemplate && `launch template ${actor.launchTemplate}`
  if (group === undefined) return template ? `${template}: what is launched from it next is the same again.` : undefined
  const source = template ? `${template} of ${group}` : `the template of ${group} (the event does not name it)`
  return `${source}: change it there, then let the group replace its instances. One that is stopped by hand is replaced by another of the same kind.`
}

const whatOf = (alert: Alert): string => {
  const resources = resourcesOf(alert)
  const images = imagesOf(alert).filter(id => !resources.includes(id))
  if (images.length === 0) return resources
  const more = images.length > IMAGES_SHOWN ? ', ...' : ''
  return `${resources}, image ${images.slice(0, IMAGES_SHOWN).join(', ')}${more}`
}

export const point = (label: string, text: string): Point => ({ label, text })

export const whereOf = ({ accountId, region }: Alert): Point => point('Where', `account ${accountId}, region ${region}`)

/** What, and which: several are named up to ten. */
export const whatPoints = (alert: Alert): readonly Point[] => {
  const ids = resourceIdsOf(alert)
  const where = ' (behind the link, and in the JSON of this alert)'
  return [point('What', whatOf(alert)), ...(ids.length > 1 ? [point('Ids', listed(ids, where))] : [])]
}

const NOBODY = 'not named in this event: CloudTrail has the call, and who made it'
const LONG_AGO = 'not known to a sweep: CloudTrail has the call for 90 days, and who made it'

/** Who, through what, and when. */
export const originPoints = (alert: Alert): readonly Point[] => {
  const { event, actor } = alert
  const through = throughOf(actor)
  return [
    point('Who', actor.arn ?? (isOfSweep(alert) ? LONG_AGO : NOBODY)),
    ...(through === undefined ? [] : [point('Through', through)]),
    point('When', `${inUtc(event.time)} (${event.name})`),
  ]
}
