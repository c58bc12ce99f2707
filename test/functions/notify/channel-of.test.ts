import { expect, test } from '@jest/globals'
import { findChannel } from '../../../functions/notify/channel-of.ts'
import { DEFAULT_POLICY } from '../../../shared/policy/load.ts'

const POLICY = { ...DEFAULT_POLICY, channels: { ops: { type: 'amazon-q' } } } as const

test('a function serves the channel of its name', () => {
  expect(findChannel(POLICY, 'ops')).toEqual({ type: 'amazon-q' })
})

test.each(['chat', 'constructor'])(
  'a function whose channel %s is not in the policy does not start, and says why',
  name => {
    const why = `the policy that was deployed has no channel ${name}; deploy the stack again`
    expect(() => findChannel(POLICY, name)).toThrow(why)
    expect(() => findChannel(DEFAULT_POLICY, name)).toThrow(why)
  },
)
