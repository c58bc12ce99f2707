import { formatShortError } from './delivery.ts'
import type { NotifyPorts } from './ports.ts'

/**
 * Has the channel known before it takes its first message: a sweep says what waits for a channel that was removed only if it knows
 * of it. Once for each copy of the function, and again after a failure, which keeps no alert from its channel.
 */
export const createIntroduction = (introduce: () => Promise<void>, log: NotifyPorts['log']): (() => Promise<void>) => {
  let isKnown = false
  return async () => {
    if (isKnown) return
    try {
      await introduce()
      isKnown = true
    } catch (error) {
      log('warn', `the channel could not be recorded, which is tried again: ${formatShortError(error)}`, {})
    }
  }
}
