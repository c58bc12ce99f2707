import { toEpochSeconds } from './row.ts'
import type { StopMessage } from './stop-message.ts'

/**
 * The name of the schedule that delivers a message. The same message has the same name, so a repetition makes no second
 * schedule. At most 64 characters.
 */
export const scheduleName = (message: Exclude<StopMessage, { kind: 'stopped' }>, at: Date): string => {
  if (message.kind === 'digest') return `digest-${message.accountId}-${message.region}-${toEpochSeconds(at)}`
  const { kind, instanceId, due, attempt, alert } = message
  const name = `${kind}-${instanceId}-${toEpochSeconds(new Date(due))}-${attempt}`
  return alert === undefined ? name : `${name}-${alert}`
}
