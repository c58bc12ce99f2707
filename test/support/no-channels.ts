import type { SweepPorts } from '../../functions/sweep/ports.ts'

/** A stack without channels. */
export const NO_CHANNELS: SweepPorts['channels'] = {
  present: [],
  remember: () => Promise.reject(new Error('no channel is there')),
  known: async () => [],
  countScheduled: () => Promise.reject(new Error('no channel is known')),
  countMessages: () => Promise.reject(new Error('no channel is known')),
  release: () => Promise.reject(new Error('no channel is there')),
}
