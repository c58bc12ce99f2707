import { describe, expect, jest, test } from '@jest/globals'
import { parsePolicy } from '../../../shared/policy/load.ts'
import { aFinding } from '../../support/findings.ts'
import { aMachine, aPvMachine, aSweepWorld, countAlerts, idOf, type Options, type SweepWorld } from './world.ts'

jest.setTimeout(120_000)

const QUIET = 'xen-hypervisor: { mode: off }, incompatible-image: { mode: off }, ena-disabled: { mode: off }'
const ONLY_PV = parsePolicy(`version: 1\nrules: { ${QUIET} }`, 'p')
const PV = 'paravirtual-instance'
const exempting = (expires: string, match = 'instanceType: "m1.*"') =>
  parsePolicy(
    `version: 1
rules: { ${QUIET} }
exemptions:
  - { rule: ${PV}, match: { ${match} }, reason: billing host, owner: billing@example.com, expires: ${expires} }`,
    'p',
  )

const DAY = 86_400

const sweep = async (world: SweepWorld, later = DAY): Promise<void> => {
  world.pass(later)
  world.start()
  await world.run()
}

const sweptOnce = async (options: Partial<Options> = {}): Promise<SweepWorld> => {
  const world = aSweepWorld({ machines: [aPvMachine(0), aPvMachine(1)], policy: ONLY_PV, ...options })
  await sweep(world, 0)
  return world
}

const states = (world: SweepWorld): Readonly<Record<string, string>> =>
  Object.fromEntries(world.rows().map(({ pk, state }) => [Number.parseInt(pk.split('#i-')[1] ?? '', 16), state]))

const outcomes = ({ alerts }: SweepWorld) =>
  alerts
    .filter(({ kind }) => kind === 'outcome')
    .map(({ findings }) => findings.map(({ resource, outcome }) => `${resource.id} ${outcome?.state}: ${outcome?.why}`))

describe('an open finding', () => {
  test.each([
    ['terminated', aPvMachine(0, { state: 'terminated' }), 'it is terminated'],
    ['fixed', aMachine(0), 'it was fixed: the rule passes now'],
    ['deleted', undefined, 'it was deleted: EC2 no longer knows it'],
  ])('that is %s is resolved, and alerted once in one alert', async (_, machine, why) => {
    const world = await sweptOnce()
    if (machine === undefined) world.machines.delete(idOf(0))
    else world.machines.set(idOf(0), machine)
    await sweep(world)
    expect(outcomes(world)).toEqual([[`${idOf(0)} RESOLVED: ${why}`]])
    expect(states(world)).toEqual({ 0: 'RESOLVED', 1: 'ALERTED' })
    await sweep(world)
    expect(world.alerts).toHaveLength(2)
    expect(world.rows().filter(({ untold: pending }) => pending !== undefined)).toEqual([])
  })

  test('whose instance is unchanged is left, for longer than a row is kept', async () => {
    const world = await sweptOnce()
    for (let month = 0; month < 12; month += 1) await sweep(world, 30 * DAY)
    expect(world.alerts).toHaveLength(1)
    for (const { expiresAt } of world.rows()) expect(expiresAt * 1000).toBeGreaterThan(world.now().getTime())
  })

  test('whose rule is off by now is neither resolved nor alerted', async () => {
    const world = await sweptOnce()
    world.apply(parsePolicy('version: 1\nrules: { paravirtual-instance: { mode: off } }', 'p'))
    world.alerts.length = 0
    await sweep(world)
    expect(outcomes(world)).toEqual([])
    expect(world.rows().find(({ sk }) => sk === PV)?.state).toBe('ALERTED')
  })

  test('that was launched a moment ago does not count as deleted, though EC2 does not know it yet', async () => {
    const world = await sweptOnce()
    world.machines.clear()
    await sweep(world, 600)
    expect(states(world)).toEqual({ 0: 'ALERTED', 1: 'ALERTED' })
  })

  test('of an image is resolved if the image was deregistered', async () => {
    const world = aSweepWorld({ machines: [], policy: ONLY_PV })
    const image = 'ami-0abcdef1234567890'
    const finding = aFinding({ on: image, rule: 'paravirtual-image' })
    await world.claim([finding], { claimant: 'm', launchId: image, now: world.now() })
    const [item] = [...world.dynamo.items.values()]
    if (item !== undefined) item['state'] = { S: 'ALERTED' }
    await sweep(world)
    expect(outcomes(world)).toEqual([[`${image} RESOLVED: it was deleted: the image is deregistered or disabled`]])
  })

  test('that recurs after it was resolved is alerted again, when the instance runs', async () => {
    const world = await sweptOnce()
    world.machines.set(idOf(0), aMachine(0, { state: 'stopped' }))
    await sweep(world)
    world.machines.set(idOf(0), aPvMachine(0, { state: 'stopped' }))
    await sweep(world)
    expect(countAlerts(world, 'finding').get(`${idOf(0)} ${PV}`)).toBe(1)
    world.machines.set(idOf(0), aPvMachine(0, { launchTime: world.now().toISOString() }))
    await sweep(world)
    expect(countAlerts(world, 'finding').get(`${idOf(0)} ${PV}`)).toBe(2)
    expect(world.alerts.at(-1)?.findings[0]?.previous?.state).toBe('RESOLVED')
    await sweep(world)
    expect(countAlerts(world, 'finding').get(`${idOf(0)} ${PV}`)).toBe(2)
  })

  test('among hundreds is resolved by one of several invocations', async () => {
    const world = await sweptOnce({ machines: Array.from({ length: 1700 }, (_, i) => aPvMachine(i)), pagesAtOnce: 2 })
    for (let index = 0; index < 1700; index += 2) world.machines.delete(idOf(index))
    await sweep(world)
    expect(countAlerts(world, 'outcome').size).toBe(850)
    expect([...countAlerts(world, 'outcome').values()].every(count => count === 1)).toBe(true)
    expect(world.rows().filter(({ state }) => state === 'RESOLVED')).toHaveLength(850)
  })
})

describe('an exemption', () => {
  test('that covers a finding that was alerted is recorded, so that its end is alerted', async () => {
    const world = await sweptOnce()
    world.apply(exempting('2026-12-31'))
    await sweep(world)
    expect(states(world)).toEqual({ 0: 'SUPPRESSED', 1: 'SUPPRESSED' })
    expect(world.alerts).toHaveLength(1)
    world.apply(ONLY_PV)
    await sweep(world)
    expect(countAlerts(world, 'finding').get(`${idOf(0)} ${PV}`)).toBe(2)
    expect(world.alerts.at(-1)?.findings[0]?.previous?.state).toBe('SUPPRESSED')
  })

  test('that has ended has its finding alerted again, once', async () => {
    const world = await sweptOnce({ policy: exempting('2026-12-20') })
    expect(world.alerts).toEqual([])
    await sweep(world, 40 * DAY)
    await sweep(world)
    expect(countAlerts(world, 'finding')).toEqual(new Map([0, 1].map(index => [`${idOf(index)} ${PV}`, 1] as const)))
    expect(states(world)).toEqual({ 0: 'ALERTED', 1: 'ALERTED' })
  })

  test('that ends within a week is announced once, with what it covers, and once more for another end', async () => {
    const world = await sweptOnce({ policy: exempting('2026-12-10') })
    for (let day = 0; day < 8; day += 1) await sweep(world)
    expect(world.alerts).toEqual([])
    for (let day = 0; day < 6; day += 1) await sweep(world)
    expect(world.alerts.map(({ kind, exemptions }) => [kind, exemptions])).toEqual([
      [
        'notice',
        [
          {
            key: '2026-12-10 billing@example.com billing host',
            reason: 'billing host',
            owner: 'billing@example.com',
            expires: '2026-12-10',
            resources: 2,
          },
        ],
      ],
    ])
    world.apply(exempting('2026-12-20'))
    for (let day = 0; day < 11; day += 1) await sweep(world)
    expect(world.alerts.map(({ kind }) => kind)).toEqual(['notice', 'notice'])
    expect(states(world)).toEqual({ 0: 'SUPPRESSED', 1: 'SUPPRESSED' })
  })

  test('that covers nothing here is not announced', async () => {
    const world = await sweptOnce({ policy: exempting('2026-11-27', 'instanceType: "c1.*"') })
    expect(world.alerts.map(({ kind }) => kind)).toEqual(['finding'])
  })

  test('that covers only terminated instances alerts nothing', async () => {
    const world = await sweptOnce({ policy: exempting('2026-12-20') })
    world.machines.clear()
    await sweep(world, 40 * DAY)
    expect(world.alerts).toEqual([])
    expect(states(world)).toEqual({ 0: 'RESOLVED', 1: 'RESOLVED' })
  })
})

/** A day on which everything happens: some are gone, one is fixed, one is new, one exemption ends soon. */
const eventful = async (options: Partial<Options> = {}): Promise<SweepWorld> => {
  const machines = [0, 1, 2, 3].map(index => aPvMachine(index))
  const policy = exempting('2026-12-01', `instanceId: ${idOf(3)}`)
  const { diesAfter = [], ...more } = options
  const world = aSweepWorld({ machines, policy, pagesAtOnce: 1, ...more, diesAfter })
  await sweep(world, 0)
  world.machines.delete(idOf(0))
  world.machines.set(idOf(1), aMachine(1))
  world.machines.set(idOf(9), aPvMachine(9))
  await sweep(world)
  await sweep(world)
  return world
}

const alerted = (world: SweepWorld) => ({
  finding: countAlerts(world, 'finding'),
  outcome: countAlerts(world, 'outcome'),
  notices: world.alerts.filter(({ kind }) => kind === 'notice').length,
  states: states(world),
  deadLetters: world.deadLetters,
  pending: world.rows().filter(({ untold: pending }) => pending !== undefined).length,
})

describe('a sweep that resolves and whose invocation dies anywhere', () => {
  test('alerts everything, and alerts it once', async () => {
    const whole = await eventful()
    const expected = alerted(whole)
    expect(expected).toMatchObject({
      notices: 1,
      pending: 0,
      deadLetters: [],
      states: { 0: 'RESOLVED', 1: 'RESOLVED' },
    })
    expect([expected.finding.size, expected.outcome.size]).toEqual([4, 2])
    for (let index = 0; index < whole.calls(); index += 1)
      expect([index, alerted(await eventful({ diesAfter: [index] }))]).toEqual([index, expected])
  })

  test('alerts everything once even if it dies a second time', async () => {
    const whole = await eventful()
    const expected = alerted(whole)
    for (let first = 0; first < whole.calls(); first += 2)
      for (let second = first + 1; second < Math.min(whole.calls() + 4, first + 12); second += 1) {
        const world = await eventful({ diesAfter: [first, second] })
        expect([first, second, alerted(world)]).toEqual([first, second, expected])
      }
  })

  test('alerts everything once even if another one runs at the same time', async () => {
    for (let seed = 1; seed < 30; seed += 1) {
      let state = seed
      const between = async () => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        for (let turn = state % 5; turn > 0; turn -= 1) await new Promise(resolve => setImmediate(resolve))
      }
      const world = aSweepWorld({ machines: [0, 1, 2, 3].map(index => aPvMachine(index)), policy: ONLY_PV, between })
      await sweep(world, 0)
      world.machines.delete(idOf(0))
      world.machines.set(idOf(9), aPvMachine(9))
      world.start()
      await sweep(world)
      const { finding, outcome } = alerted(world)
      expect([seed, [...finding.values()], [...outcome.keys()]]).toEqual([seed, [1, 1, 1, 1, 1], [`${idOf(0)} ${PV}`]])
      expect([...outcome.values()]).toEqual([1])
    }
  })
})
