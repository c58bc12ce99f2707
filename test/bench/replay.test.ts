import { expect, test } from '@jest/globals'
import { WRAPPINGS } from '../../bench/replay/generate.ts'
import { pv, replayText, rulesIn } from '../cli/replaying.ts'

test.each(WRAPPINGS.map(({ name, render }) => [name, render] as const))(
  'the records that the bench replays %s are all read',
  async (_, render) => {
    const records = Array.from({ length: 60 }, () => pv())
    const { code, out } = await replayText(render(records), '--rule', 'paravirtual-instance')
    expect({ code, found: rulesIn(out).length }).toEqual({ code: 1, found: 60 })
  },
)
