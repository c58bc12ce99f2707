import { beforeAll, expect, test } from '@jest/globals'
import { launchRecord } from '../../local/trail.ts'
import { virtguard } from './cli.ts'
import { type TestCloud, theCloud } from './cloud.ts'
import { apply } from './live-policy.ts'
import { stageOn } from './stage.ts'
import { launchIdOf } from './stop-stage.ts'

/** How long it took until launches were judged by the policy that was applied. */
let inForce: Promise<number> = Promise.reject(new Error('no policy was applied'))
inForce.catch(() => {})

/** Until then launches come at any time, and Evaluate remembers for most of a minute what it reads of the policy and the switch. */
export const waitUntilInForce = async (): Promise<void> => {
  await inForce.catch(() => undefined)
}

/** Applies a policy that looks for more, and from then on launches, beside the other tests, what it should find. */
export const applyTests = (): void => {
  test('a policy that reads more is applied by the command line', async () => {
    const cloud = theCloud('enforces')
    const stage = await stageOn(cloud)
    const isAlerted = async () => {
      const launched = await stage.launch('hvm-on-xen')
      await stage.report(launchRecord(launched.wish, launched.answer))
      return (await stage.told('finding', 1, { launchId: launchIdOf(launched), seconds: 3 })).length > 0
    }
    expect(await isAlerted()).toBe(false)
    await apply(cloud, {})
    const since = Date.now()
    const untilTold = async () => {
      while (!(await isAlerted()) && Date.now() - since < 90_000);
      return Date.now() - since
    }
    inForce = untilTold()
    inForce.catch(() => {})
  })
}

export const operatorTests = (): void => {
  let cloud: TestCloud
  beforeAll(() => {
    cloud = theCloud('enforces')
  })

  test('a policy that is applied is in force for launches within a minute', async () => {
    expect(await inForce).toBeLessThan(60_000)
  })

  test('a policy with a mistake is refused when it is applied, and changes nothing', async () => {
    const before = (await virtguard(cloud, ['policy', 'show'])).out
    await expect(apply(cloud, { budget: -1 })).rejects.toThrow()
    expect((await virtguard(cloud, ['policy', 'show'])).out).toBe(before)
  })

  test('a policy that was applied does not count any more once it is reset', async () => {
    expect((await virtguard(cloud, ['policy', 'reset', '--yes', '--by', 'tests'])).code).toBe(0)
    const { code, out } = await virtguard(cloud, ['policy', 'show'])
    expect(code).toBe(0)
    expect(out).not.toContain('t2.nano')
  })

  test('operations are alerted to each change, and the ledger keeps who made it', async () => {
    const { out } = await virtguard(cloud, ['policy', 'show', '--format', 'json'])
    expect(JSON.parse(out)).toMatchObject({
      announcedAt: expect.any(String),
      caller: expect.stringMatching(/^arn:aws:/),
    })
    const { out: history } = await virtguard(cloud, ['policy', 'show', '--history'])
    expect(history).toMatch(/ {2}reset \(version \d+\) by arn:aws:\S+ \(says to be tests\)\n/)
  })

  test('the ledger is listed, with what became of each finding', async () => {
    const { code, out } = await virtguard(cloud, ['findings', '--rule', 'paravirtual-instance', '--format', 'ndjson'])
    expect(code).toBe(0)
    const states: readonly string[] = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).state)
    for (const state of ['STOPPED', 'REFUSED', 'RESOLVED', 'FAILED', 'SUPPRESSED']) expect(states).toContain(state)
  })
}
