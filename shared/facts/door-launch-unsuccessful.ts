import type { Ignored, RefusedLaunch } from './event.ts'
import { createUnreadable, type Part, quote, readPart, readRequiredText } from './fields.ts'
import { createRefused } from './refusal.ts'
import { timeAt } from './time.ts'

export const LAUNCH_UNSUCCESSFUL = 'EC2 Instance Launch Unsuccessful'
export const AUTO_SCALING_EVENTS = 'aws.autoscaling'

/**
 * Auto Scaling's own notification that a group could not launch: it needs no trail, names the group, and repeats EC2's words.
 * Only Auto Scaling sends it: nobody else may put events of a source that begins with `aws.` on a bus.
 */
export const readLaunchUnsuccessful = (envelope: Part): RefusedLaunch | Ignored => {
  const event = { id: readRequiredText(envelope, 'id'), name: LAUNCH_UNSUCCESSFUL, time: timeAt(envelope, 'time') }
  const source = readRequiredText(envelope, 'source')
  if (source !== AUTO_SCALING_EVENTS) return { kind: 'ignored', event, why: `an event of ${quote(source)}` }
  const detail = readPart(envelope, 'detail')
  if (detail === undefined) throw createUnreadable(envelope, 'detail', 'an object', 'nothing')
  const group = readRequiredText(detail, 'AutoScalingGroupName')
  const message = readRequiredText(detail, 'StatusMessage')
  const origin = {
    accountId: readRequiredText(envelope, 'account'),
    region: readRequiredText(envelope, 'region'),
    event,
    actor: { via: 'autoscaling.amazonaws.com', autoScalingGroup: group },
  }
  return (
    createRefused(origin, [{ message, group, repeatedBy: group }]) ?? {
      kind: 'ignored',
      event,
      why: 'a launch of a group that failed for another reason',
    }
  )
}
