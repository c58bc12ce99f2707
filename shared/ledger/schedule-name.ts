import { epochSeconds } from './row.ts'
import type { StopMessage } from './stop-message.ts'

/**
 * The name of the schedule that delivers a message: the same for the same message, so that to make it again makes no
 * second one. At most 64 characters.
 */
export const scheduleName = (message: Exclude<StopMessage, { kind: 'stopped' }>, at: Date): string => {
  if (message.kind === 'digest') return `digest-${message.accountId}-${message.region}-${epochSeconds(at)}`
  const { kind, instanceId, due, attempt, alert } = message
  const name = `${kind}-${instanceId}-${epochSeconds(new Date(due))}-${attempt}`
  return alert === undefined ? name : `${name}-${alert}`
}
