import { describe, expect, test } from '@jest/globals'
import { createLivePolicy } from '../../functions/runtime/live-policy.ts'
import { type LivePolicy, readLive, writePolicy } from '../../shared/aws/ledger/policy-store.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'

const ENFORCING = parsePolicy('version: 1\nrules: { paravirtual-instance: { mode: enforce } }', 'policy.yaml')

const aSource = (first: LivePolicy | Error = { stops: 'on' }) => {
  let seconds = 0
  let answer = first
  let reads = 0
  const counted: string[] = []
  const inForce = createLivePolicy({
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

/** A policy on enforce that lets only these types pass, written into the ledger by another hand than the command line's. */
const ledgerWith = async (allow: readonly string[]) => {
  const client = inMemoryDynamo().client()
  const rules = {
    ...DEFAULT_POLICY.rules,
    'instance-family': { mode: 'enforce', severity: 'LOW', options: { allow, deny: [] } },
  } as const
  await writePolicy(client, 'ledger', { policy: { ...DEFAULT_POLICY, rules }, by: 'user@example.com', at: new Date() })
  return () => readLive(client, 'ledger')
}

describe('a policy in the ledger with patterns that let no type pass', () => {
  test.each([[['M5.*']], [['m5,c5']], [['m5.*', 'M6i.*']], [[]]])(
    'is not in force if they are %j, and that is counted',
    async allow => {
      const { inForce, set, pass, counted } = aSource({ policy: ENFORCING, stops: 'on' })
      await inForce()
      set(await (await ledgerWith(allow))())
      pass(46)
      expect(await inForce()).toEqual({ policy: ENFORCING, stopsDisabled: false })
      expect(counted).toEqual(['PolicyUnannounced', 'PolicyInvalid'])
    },
  )

  test('is in force once the patterns match known types', async () => {
    const { inForce, set, pass, counted } = aSource()
    await inForce()
    set(await (await ledgerWith(['m5.*', 'c5']))())
    pass(46)
    expect((await inForce()).policy.rules['instance-family']?.options['allow']).toEqual(['m5.*', 'c5'])
    expect(counted).toEqual(['PolicyUnannounced'])
  })
})

describe('the policy in force', () => {
  test('starts to be read before it is asked for', () => {
    expect(aSource().reads()).toBe(1)
  })

  test('is the deployed one if none was applied', async () => {
    expect(await aSource().inForce()).toEqual({ policy: DEFAULT_POLICY, stopsDisabled: false })
  })

  test('is read once for 45 seconds, and applies within a minute', async () => {
    const { inForce, set, pass, reads } = aSource()
    await inForce()
    set({ policy: ENFORCING, stops: 'off' })
    pass(44)
    expect(await inForce()).toEqual({ policy: DEFAULT_POLICY, stopsDisabled: false })
    pass(2)
    expect(await inForce()).toEqual({ policy: ENFORCING, stopsDisabled: true })
    expect(reads()).toBe(2)
  })

  test('is read again if the first reading answers long after it began', async () => {
    const { inForce, set, pass, reads } = aSource()
    // The sandbox was frozen in between.
    pass(3_600)
    set({ policy: ENFORCING, stops: 'on' })
    expect((await inForce()).policy).toBe(ENFORCING)
    expect(reads()).toBe(2)
  })

  test('stays the last good one if the next is not valid, which is counted, and the switch still applies', async () => {
    const { inForce, set, pass, counted } = aSource({ policy: ENFORCING, stops: 'on' })
    await inForce()
    set({ stops: 'off', problem: 'policy version 2: version: expected 1' })
    pass(46)
    expect(await inForce()).toEqual({ policy: ENFORCING, stopsDisabled: true })
    expect(counted).toEqual(['PolicyInvalid'])
  })

  test('is the deployed one if the first that is read is not valid', async () => {
    const { inForce, counted } = aSource({ stops: 'on', problem: 'policy version 1: no' })
    expect(await inForce()).toEqual({ policy: DEFAULT_POLICY, stopsDisabled: false })
    expect(counted).toEqual(['PolicyInvalid'])
  })

  test('is the deployed one again once the live one is reset', async () => {
    const { inForce, set, pass } = aSource({ policy: ENFORCING, stops: 'on' })
    await inForce()
    set({ stops: 'on', version: 2 })
    pass(46)
    expect((await inForce()).policy).toBe(DEFAULT_POLICY)
  })

  test('stays as it is while the table cannot be read, and each time the table is asked', async () => {
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

describe('a change that was not announced to operations', () => {
  const now = 1_764_000_000_000
  const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString()

  test.each<[string, LivePolicy, number]>([
    ['is counted when some minutes have passed', { stops: 'on', version: 3, at: ago(600) }, 1],
    ['is not counted while the command line may be about to announce it', { stops: 'on', version: 3, at: ago(60) }, 0],
    ['is counted if it has no time', { stops: 'on', version: 3 }, 1],
    ['is counted if its time is to come', { stops: 'on', version: 3, at: ago(-600) }, 1],
    ['does not exist if it was announced', { stops: 'on', version: 3, at: ago(600), announcedAt: ago(590) }, 0],
    ['is counted of the switch', { stops: 'off', stopsAt: ago(600) }, 1],
    ['is counted of a switch that nobody has signed', { stops: 'on', stopsUnsigned: true }, 1],
    ['is none of a switch that was announced', { stops: 'off', stopsAt: ago(600), stopsAnnouncedAt: ago(600) }, 0],
    ['does not exist if nothing was set', { stops: 'on' }, 0],
  ])('%s', async (_, live, times) => {
    const { inForce, counted } = aSource(live)
    await inForce()
    expect(counted).toEqual(Array.from({ length: times }, () => 'PolicyUnannounced'))
  })

  test('is counted, and the policy is still in force', async () => {
    const { inForce } = aSource({ stops: 'off', version: 3, policy: ENFORCING, at: ago(600), stopsAt: ago(600) })
    expect(await inForce()).toEqual({ policy: ENFORCING, stopsDisabled: true })
  })
})
