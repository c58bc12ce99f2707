import { describe, expect, test } from '@jest/globals'
import { livePolicy } from '../../functions/live-policy.ts'
import type { LivePolicy } from '../../shared/aws/ledger/policy-store.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'

const ENFORCING = parsePolicy('version: 1\nrules: { paravirtual-instance: { mode: enforce } }', 'policy.yaml')

const aSource = (first: LivePolicy | Error = { stops: 'on' }) => {
  let seconds = 0
  let answer = first
  let reads = 0
  const counted: string[] = []
  const inForce = livePolicy({
    deployed: DEFAULT_POLICY,
    read: async () => {
      reads += 1
      if (answer instanceof Error) throw answer
      return answer
    },
    now: () => new Date(1_764_000_000_000 + seconds * 1000),
    log: () => undefined,
    count: metric => counted.push(metric),
  })
  const set = (next: LivePolicy | Error): void => {
    answer = next
  }
  const pass = (more: number): void => {
    seconds += more
  }
  return { inForce, set, pass, counted, reads: () => reads }
}

describe('the policy in force', () => {
  test('starts to be read before anybody asks', () => {
    expect(aSource().reads()).toBe(1)
  })

  test('is the deployed one where none was applied', async () => {
    expect(await aSource().inForce()).toEqual({ policy: DEFAULT_POLICY, killed: false })
  })

  test('is read once for 45 seconds, and holds within a minute', async () => {
    const { inForce, set, pass, reads } = aSource()
    await inForce()
    set({ policy: ENFORCING, stops: 'off' })
    pass(44)
    expect(await inForce()).toEqual({ policy: DEFAULT_POLICY, killed: false })
    pass(2)
    expect(await inForce()).toEqual({ policy: ENFORCING, killed: true })
    expect(reads()).toBe(2)
  })

  test('is read again where the first reading answers only long after it began', async () => {
    const { inForce, set, pass, reads } = aSource()
    // The sandbox was frozen in between.
    pass(3_600)
    set({ policy: ENFORCING, stops: 'on' })
    expect((await inForce()).policy).toBe(ENFORCING)
    expect(reads()).toBe(2)
  })

  test('stays the last good one where the next is not valid, and that is counted; the switch is believed', async () => {
    const { inForce, set, pass, counted } = aSource({ policy: ENFORCING, stops: 'on' })
    await inForce()
    set({ stops: 'off', problem: 'policy version 2: version: expected 1' })
    pass(46)
    expect(await inForce()).toEqual({ policy: ENFORCING, killed: true })
    expect(counted).toEqual(['PolicyInvalid'])
  })

  test('is the deployed one where the first that is read is not valid', async () => {
    const { inForce, counted } = aSource({ stops: 'on', problem: 'policy version 1: no' })
    expect(await inForce()).toEqual({ policy: DEFAULT_POLICY, killed: false })
    expect(counted).toEqual(['PolicyInvalid'])
  })

  test('is the deployed one again once the live one is reset', async () => {
    const { inForce, set, pass } = aSource({ policy: ENFORCING, stops: 'on' })
    await inForce()
    set({ stops: 'on', version: 2 })
    pass(46)
    expect((await inForce()).policy).toBe(DEFAULT_POLICY)
  })

  test('stays as it is while the table cannot be read, and is asked for each time', async () => {
    const { inForce, set, pass, reads } = aSource({ policy: ENFORCING, stops: 'on' })
    await inForce()
    set(new Error('throttled'))
    pass(46)
    expect((await inForce()).policy).toBe(ENFORCING)
    expect((await inForce()).policy).toBe(ENFORCING)
    expect(reads()).toBe(3)
  })

  test('is not guessed: a function that has never read it fails, and reads again', async () => {
    const { inForce, set } = aSource(new Error('throttled'))
    await expect(inForce()).rejects.toThrow('throttled')
    set({ policy: ENFORCING, stops: 'on' })
    expect((await inForce()).policy).toBe(ENFORCING)
  })
})
