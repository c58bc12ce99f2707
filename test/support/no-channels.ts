import type { SweepPorts } from '../../functions/sweep/ports.ts'

/** A stack without channels. */
export const NO_CHANNELS: SweepPorts['channels'] = {
  present: [],
  remember: () => Promise.reject(new Error('no channel is there')),
  known: async () => [],
  countHeld: () => Promise.reject(new Error('no channel is known')),
  countMessages: () => Promise.reject(new Error('no channel is known')),
  flush: () => Promise.reject(new Error('no channel is there')),
}
