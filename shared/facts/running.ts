import type { Ignored, Running } from './event.ts'
import { neededTextAt, type Part, partAt, quote, unreadable } from './fields.ts'
import { timeAt } from './time.ts'

export const STATE_CHANGE = 'EC2 Instance State-change Notification'

/** EC2's own notification that an instance changed its state; only `running` is ours. */
export const readStateChange = (envelope: Part): Running | Ignored => {
  const event = { id: neededTextAt(envelope, 'id'), name: STATE_CHANGE, time: timeAt(envelope, 'time') }
  const detail = partAt(envelope, 'detail')
  if (detail === undefined) throw unreadable(envelope, 'detail', 'an object', 'nothing')
  const state = neededTextAt(detail, 'state')
  if (state !== 'running') return { kind: 'ignored', event, why: `an instance in state ${quote(state)}` }
  return {
    kind: 'running',
    accountId: neededTextAt(envelope, 'account'),
    region: neededTextAt(envelope, 'region'),
    event,
    actor: {},
    instanceId: neededTextAt(detail, 'instance-id'),
  }
}
