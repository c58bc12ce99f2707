import type { Ignored, Running } from './event.ts'
import { createUnreadable, type Part, quote, readPart, readRequiredText } from './fields.ts'
import { timeAt } from './time.ts'

export const STATE_CHANGE = 'EC2 Instance State-change Notification'

/** EC2's own notification that an instance changed its state; only `running` is ours. */
export const readStateChange = (envelope: Part): Running | Ignored => {
  const event = { id: readRequiredText(envelope, 'id'), name: STATE_CHANGE, time: timeAt(envelope, 'time') }
  const detail = readPart(envelope, 'detail')
  if (detail === undefined) throw createUnreadable(envelope, 'detail', 'an object', 'nothing')
  const state = readRequiredText(detail, 'state')
  if (state !== 'running') return { kind: 'ignored', event, why: `an instance in state ${quote(state)}` }
  return {
    kind: 'running',
    accountId: readRequiredText(envelope, 'account'),
    region: readRequiredText(envelope, 'region'),
    event,
    actor: {},
    instanceId: readRequiredText(detail, 'instance-id'),
  }
}
