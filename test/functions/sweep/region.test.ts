import { describe, expect, jest, test } from '@jest/globals'
import { parsePolicy } from '../../../shared/policy/load.ts'
import { aMachine, aPvMachine, aSweepWorld, countAlerts, idOf, type Options, type SweepWorld } from './world.ts'

jest.setTimeout(120_000)

const ONLY_PV = parsePolicy(
  `version: 1
rules: { xen-hypervisor: { mode: off }, incompatible-image: { mode: off }, ena-disabled: { mode: off } }`,
  'p',
)
const PV = 'paravirtual-instance'

/** Every `each`th of so many machines is paravirtual. */
const fleet = (count: number, each: number) =>
  Array.from({ length: count }, (_, index) => (index % each === 0 ? aPvMachine(index) : aMachine(index)))

const pvIn = (count: number, each: number): readonly string[] =>
  Array.from({ length: Math.ceil(count / each) }, (_, index) => `${idOf(index * each)} ${PV}`)

const swept = async (options: Partial<Options> = {}, prepare: (world: SweepWorld) => void = () => {}) => {
  const world = aSweepWorld({ machines: fleet(60, 3), pageSize: 10, policy: ONLY_PV, ...options })
  prepare(world)
  world.start()
  await world.run()
  return world
}

const once = (keys: readonly string[]) => new Map(keys.map(key => [key, 1]))

describe('a sweep of a region', () => {
  test('alerts what was there before in one alert, and records that it did', async () => {
    const world = await swept()
    expect(world.alerts.map(({ kind, part }) => [kind, part])).toEqual([['finding', { number: 1, of: 1 }]])
    expect(countAlerts(world, 'finding')).toEqual(once(pvIn(60, 3)))
    expect(new Set(world.rows().map(({ state }) => state))).toEqual(new Set(['ALERTED']))
  })

  test('alerts nothing twice, the next day or on demand', async () => {
    const world = await swept()
    for (let day = 0; day < 3; day += 1) {
      world.pass(86_400)
      world.start()
      await world.run()
    }
    expect(world.alerts).toHaveLength(1)
  })

  test('alerts the next day what has come since', async () => {
    const world = await swept()
    world.pass(86_400)
    world.machines.set(idOf(1000), aPvMachine(1000))
    world.start()
    await world.run()
    expect(world.alerts.map(({ told: alerted }) => alerted.flatMap(({ resources }) => resources).length)).toEqual([
      20, 1,
    ])
  })

  test('omits what is terminated, and counts it', async () => {
    const machines = [aPvMachine(0, { state: 'terminated' }), aMachine(1)]
    const world = await swept({ machines })
    expect(world.alerts).toEqual([])
    expect(world.counted).toEqual(
      expect.arrayContaining(['SweepInstances us-east-1 1', 'SweepUnknown us-east-1 0', 'SweepNotCovered us-east-1 0']),
    )
  })

  test('promises no stop, even for a rule that enforces, and says why', async () => {
    const policy = parsePolicy('version: 1\nrules: { paravirtual-instance: { mode: enforce } }', 'p')
    const world = await swept({ policy, machines: [aPvMachine(0)] })
    const [finding] = world.alerts.flatMap(({ findings }) => findings).filter(({ rule }) => rule === PV)
    expect(finding?.action).toMatchObject({ decision: 'would-stop', reason: expect.stringContaining('a sweep') })
    expect(world.alerts[0]).not.toHaveProperty('stops')
  })

  test('leaves what virtguard has stopped as it is', async () => {
    const world = aSweepWorld({ machines: [aPvMachine(0, { state: 'stopped' })], policy: ONLY_PV })
    world.start()
    await world.run()
    const [item] = [...world.dynamo.items.values()].filter(({ finding }) => finding !== undefined)
    if (item !== undefined) item['state'] = { S: 'STOPPED' }
    world.pass(86_400)
    world.start()
    await world.run()
    expect(world.alerts).toHaveLength(1)
    expect(world.rows().map(({ state }) => state)).toEqual(['STOPPED'])
  })
})

describe('a fleet of 100,000 instances', () => {
  test('is swept by several invocations, each alert within its limit, and counted once', async () => {
    const world = await swept({ machines: fleet(100_000, 50), pageSize: 1000, pagesAtOnce: 12 })
    expect(countAlerts(world, 'finding')).toEqual(once(pvIn(100_000, 50)))
    expect(world.alerts.length).toBeGreaterThan(5)
    expect(world.counted).toContain('SweepInstances us-east-1 100000')
    expect(world.logged.filter(line => line.includes('region swept'))).toHaveLength(1)
  })

  test('of which many fail is alerted in parts as they are found', async () => {
    const world = await swept({ machines: fleet(20_000, 2), pageSize: 1000 })
    expect(countAlerts(world, 'finding')).toEqual(once(pvIn(20_000, 2)))
    expect(world.alerts.length).toBeLessThanOrEqual(3)
    for (const { told: alerted } of world.alerts)
      expect(alerted.flatMap(({ resources }) => resources).length).toBeLessThanOrEqual(5000)
    expect(new Set(world.alerts.map(({ id, part }) => `${id} ${part.number}`)).size).toBe(world.alerts.length)
  })
})

describe('two sweeps at once', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'alert nothing twice and leave nothing out, in an order of kind %i',
    async seed => {
      let state = seed
      const between = async () => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        for (let turn = state % 7; turn > 0; turn -= 1) await new Promise(resolve => setImmediate(resolve))
      }
      const world = await swept({ between, pagesAtOnce: 2, machines: fleet(400, 2) }, one => one.start())
      expect(countAlerts(world, 'finding')).toEqual(once(pvIn(400, 2)))
      expect(new Set(world.rows().map(row => row.state))).toEqual(new Set(['ALERTED']))
      expect(world.deadLetters).toEqual([])
    },
  )
})

describe('a sweep whose invocation dies anywhere', () => {
  test('alerts everything, and once if SNS is quick to deliver it back', async () => {
    const calls = (await swept({ pagesAtOnce: 2 })).calls()
    expect(calls).toBeGreaterThan(15)
    for (let index = 0; index < calls; index += 1) {
      const world = await swept({ pagesAtOnce: 2, diesAfter: [index] })
      expect([index, countAlerts(world, 'finding')]).toEqual([index, once(pvIn(60, 3))])
      expect([index, world.deadLetters]).toEqual([index, []])
      expect([index, new Set(world.rows().map(row => row.state))]).toEqual([index, new Set(['ALERTED'])])
    }
  })

  test('alerts everything even if it dies a second time', async () => {
    const calls = (await swept({ pagesAtOnce: 3, machines: fleet(40, 5) })).calls()
    for (let first = 0; first < calls; first += 1)
      for (let second = first + 1; second < calls + 5; second += 2) {
        const world = await swept({ pagesAtOnce: 3, machines: fleet(40, 5), diesAfter: [first, second] })
        expect([first, second, countAlerts(world, 'finding')]).toEqual([first, second, once(pvIn(40, 5))])
      }
  })
})

const failure = (name: string, message: string): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } })

describe('a sweep that EC2 does not answer', () => {
  test('goes on where a read broke off, and alerts what was found until then', async () => {
    const world = await swept({
      scanError: reading => (reading === 4 ? failure('RequestLimitExceeded', 'Request limit exceeded.') : undefined),
    })
    expect(countAlerts(world, 'finding')).toEqual(once(pvIn(60, 3)))
    expect(world.counted).toContain('SweepInstances us-east-1 60')
    expect(world.alerts).toHaveLength(2)
  })

  test('is dead-lettered in the end if a page never comes, and what came before it is alerted', async () => {
    const world = await swept({
      scanError: reading => (reading >= 3 ? failure('RequestLimitExceeded', 'Request limit exceeded.') : undefined),
    })
    expect(world.deadLetters).toHaveLength(1)
    expect(countAlerts(world, 'finding').size).toBe(7)
  })

  test('does not cover a region that may not be read, names the missing permission, and does not try again', async () => {
    const denied = failure(
      'UnauthorizedOperation',
      'You are not authorized to perform this operation. User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: ec2:DescribeInstances with an explicit deny in a service control policy',
    )
    const world = await swept({ scanError: () => denied })
    expect(world.counted).toContain('SweepNotCovered us-east-1 1')
    expect(world.logged.join('\n')).toMatch(/region not covered.*"missingPermission":"ec2:DescribeInstances"/)
    expect(world.deadLetters).toEqual([])
  })

  test('begins once more if its token has become unknown, and not endlessly', async () => {
    const invalid = failure('InvalidPaginationToken', 'The token is not valid')
    const recovering = await swept({ pagesAtOnce: 2, scanError: reading => (reading === 3 ? invalid : undefined) })
    expect(countAlerts(recovering, 'finding')).toEqual(once(pvIn(60, 3)))
    const hopeless = await swept({ pagesAtOnce: 2, scanError: reading => (reading % 3 === 0 ? invalid : undefined) })
    expect(hopeless.counted).toContain('SweepNotCovered us-east-1 1')
  })
})

describe('a sweep after a launch', () => {
  const handedOver = (world: SweepWorld, launchedUntil: string) =>
    world.start({ regions: ['us-east-1'], launchedUntil })

  test('waits until EC2 knows the launch, then reads, and does not resolve', async () => {
    const world = aSweepWorld({ machines: [aPvMachine(0)], policy: ONLY_PV })
    handedOver(world, '2026-11-24T08:00:30Z')
    await world.run()
    expect(world.now().getTime()).toBeGreaterThanOrEqual(Date.parse('2026-11-24T08:02:30Z'))
    expect(countAlerts(world, 'finding')).toEqual(once([`${idOf(0)} ${PV}`]))
    expect(world.logged.join()).not.toContain('settle')
  })

  test('is one sweep for a burst of launches', async () => {
    const world = aSweepWorld({ machines: [aMachine(0)], policy: ONLY_PV })
    for (let launch = 0; launch < 50; launch += 1) handedOver(world, '2026-11-24T08:00:00Z')
    await world.run()
    expect(world.logged.filter(line => line.includes('region swept'))).toHaveLength(1)
    world.pass(300)
    handedOver(world, world.now().toISOString())
    await world.run()
    expect(world.logged.filter(line => line.includes('region swept'))).toHaveLength(2)
  })
})
