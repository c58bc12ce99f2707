import { describe, expect, jest, test } from '@jest/globals'
import { parsePolicy } from '../../../shared/policy/load.ts'
import {
  aWorld,
  DAY,
  DEFAULTS,
  EXISTING,
  PV,
  policy,
  promise,
  promised,
  RESUMING,
  type Refusal,
  refused,
  stateOf,
  sweep,
  WAITING,
} from './promising.ts'
import { aPvMachine, countAlerts, idOf, type Options, type SweepWorld } from './world.ts'

jest.setTimeout(120_000)

describe('an instance that runs when a rule is turned to enforce', () => {
  test('is promised no stop by a sweep, unless the policy says so', async () => {
    const world = aWorld({ policy: policy('grace: 15m', 'observe') })
    await sweep(world, 0)
    world.apply(DEFAULTS)
    await sweep(world)
    expect([stateOf(world), world.alerts.length, promised(world)]).toEqual(['ALERTED', 1, []])
  })

  test('is promised one if the policy says existing: it is alerted with the time, and waits for its stop', async () => {
    const world = aWorld({ policy: policy('grace: 15m', 'observe') })
    await sweep(world, 0)
    world.apply(EXISTING)
    await sweep(world)
    expect(stateOf(world)).toBe('DEFERRED')
    expect(promised(world)).toHaveLength(1)
    expect(world.scheduled.size).toBe(1)
    expect(countAlerts(world, 'finding').get(`${idOf(0)} ${PV}`)).toBe(2)
    await sweep(world)
    expect(countAlerts(world, 'finding').get(`${idOf(0)} ${PV}`)).toBe(2)
  })

  test('is promised one at once if nobody has alerted it yet', async () => {
    const world = aWorld({ policy: EXISTING })
    await sweep(world, 0)
    expect([stateOf(world), world.alerts.length]).toEqual(['DEFERRED', 1])
    expect(Date.parse(world.alerts[0]?.stops?.[0]?.at ?? '') - world.now().getTime()).toBeGreaterThan(890_000)
  })

  test.each<[string, Partial<Options>]>([
    ['does not run', { machines: [aPvMachine(0, { state: 'stopped' })] }],
    ['belongs to a group', { machines: [aPvMachine(0, { tags: { 'aws:autoscaling:groupName': 'web' } })] }],
    ['runs where no function stops', { canStop: false }],
    ['is inspected while stops are disabled', { stopsDisabled: true }],
    ['is on instance store', { machines: [aPvMachine(0, { rootDeviceType: 'instance-store' })] }],
  ])('is promised none if it %s', async (_, options) => {
    const world = aWorld({ policy: EXISTING, ...options })
    await sweep(world, 0)
    await sweep(world)
    expect([stateOf(world), world.alerts.length, promised(world)]).toEqual(['ALERTED', 1, []])
  })

  const NODE = aPvMachine(0, { tags: { 'kubernetes.io/cluster/x': 'owned' } })

  test('is promised none if its alert refused the stop, and somebody takes the tag off that refused it', async () => {
    const world = aWorld({ policy: EXISTING, machines: [NODE] })
    await sweep(world, 0)
    world.machines.set(idOf(0), aPvMachine(0))
    await sweep(world)
    expect([stateOf(world), world.alerts.length, promised(world)]).toEqual(['ALERTED', 1, []])
  })

  test('is promised one after such a refusal if it was started since, or a person asks for it', async () => {
    for (const isStarted of [true, false]) {
      const world = aWorld({ policy: EXISTING, machines: [NODE] })
      await sweep(world, 0)
      world.pass(DAY)
      world.machines.set(idOf(0), aPvMachine(0, isStarted ? { launchTime: world.now().toISOString() } : {}))
      if (!isStarted) world.send(promise())
      await sweep(world, DAY)
      expect([isStarted, stateOf(world), promised(world).length]).toEqual([isStarted, 'DEFERRED', 1])
    }
  })

  test('is promised one if its alert said UNKNOWN, and it is known to fail now', async () => {
    const { virtualizationType: _, ...hidden } = aPvMachine(0)
    const world = aWorld({ policy: EXISTING, machines: [hidden] })
    await sweep(world, 0)
    expect(world.rows()).toMatchObject([{ state: 'ALERTED', status: 'UNKNOWN', decision: 'refuse' }])
    world.machines.set(idOf(0), aPvMachine(0))
    await sweep(world)
    expect([stateOf(world), promised(world).length]).toEqual(['DEFERRED', 1])
  })

  test('is promised none by a sweep if a service launched it that replaces it, and only the launch said so', async () => {
    const world = aWorld({ policy: policy('grace: 15m', 'observe') })
    await sweep(world, 0)
    world.change(finding => ({ ...finding, actor: { via: 'batch.amazonaws.com' } }))
    world.apply(EXISTING)
    await sweep(world)
    expect([stateOf(world), promised(world)]).toEqual(['ALERTED', []])
  })

  test('is promised a time for which the budget has room, whatever has been promised before', async () => {
    const machines = [0, 1, 2, 3, 4].map(index => aPvMachine(index))
    const some = policy('grace: 15m, existing: true, budget: { stops: 2, per: 10m }')
    const world = aWorld({ policy: some, machines: machines.slice(0, 2) })
    await sweep(world, 0)
    for (const machine of machines) world.machines.set(machine.instanceId ?? '', machine)
    await sweep(world)
    const times = new Set(world.alerts.at(-1)?.stops?.map(({ at }) => at))
    expect([world.alerts.at(-1)?.stops?.flatMap(({ resources }) => resources).length, times.size]).toEqual([3, 2])
  })
})

describe('a refused stop', () => {
  test.each<[Refusal, string, ReturnType<typeof policy>]>([
    ['BUDGET_SPENT', 'waits', WAITING],
    ['STOPS_DISABLED', 'is resumed', RESUMING],
    ['POLICY_INVALID', 'is resumed', RESUMING],
    ['STARTED_AFTER_DUE', 'is resumed', RESUMING],
    ['RULE_OBSERVES', 'ran before the rule enforced', EXISTING],
    ['RULE_OFF', 'ran before the rule enforced', EXISTING],
  ])('because of %s is promised again by the next sweep if it %s, and otherwise left', async (code, _, again) => {
    const world = await refused(code)
    await sweep(world)
    expect([stateOf(world), world.alerts.length]).toEqual(['REFUSED', 1])
    world.apply(again)
    await sweep(world)
    expect([stateOf(world), world.alerts.length]).toEqual(['DEFERRED', 2])
    expect(world.alerts[1]?.findings[0]?.previous?.state).toBe('REFUSED')
    expect(promised(world)).toHaveLength(1)
  })

  test.each<Refusal>(['STOP_PROTECTED', 'EC2_REFUSED', 'VERDICT_UNKNOWN'])(
    'because of %s is left by every sweep',
    async code => {
      const world = await refused(code)
      for (const one of [WAITING, RESUMING, EXISTING]) {
        world.apply(one)
        await sweep(world)
      }
      expect([stateOf(world), promised(world)]).toEqual(['REFUSED', []])
    },
  )

  test('is promised if sweeps promise stops and the instance was started since, by an event that was lost', async () => {
    const world = await refused('STOP_PROTECTED', { policy: EXISTING, machines: [aPvMachine(0, { state: 'stopped' })] })
    world.pass(DAY)
    world.machines.set(idOf(0), aPvMachine(0, { launchTime: world.now().toISOString() }))
    await sweep(world)
    expect([stateOf(world), promised(world).length]).toEqual(['DEFERRED', 1])
  })

  test('is not promised again while its outcome is pending', async () => {
    const world = await refused('BUDGET_SPENT', { policy: WAITING })
    world.mark({ untold: 'REFUSED', inDigest: 'yes' })
    world.send(promise({ only: 'budget' }))
    await world.run()
    expect([stateOf(world), promised(world)]).toEqual(['REFUSED', []])
  })
})

describe('a request to promise stops', () => {
  test.each<Refusal>(['BUDGET_SPENT', 'STOP_PROTECTED', 'EC2_REFUSED'])(
    'by hand takes what was refused for any reason, like %s, if nothing speaks against it now',
    async code => {
      const world = await refused(code)
      world.send(promise())
      await world.run()
      expect([stateOf(world), promised(world).length, world.scheduled.size]).toEqual(['DEFERRED', 1, 1])
      world.send(promise())
      await world.run()
      expect(world.alerts).toHaveLength(2)
    },
  )

  test('by hand leaves what a service owns that only its launch names, and logs it', async () => {
    const world = await refused('BUDGET_SPENT')
    world.change(finding => ({ ...finding, actor: { via: 'batch.amazonaws.com' } }))
    world.send(promise())
    await world.run()
    expect(promised(world)).toEqual([])
    expect(world.logged.filter(line => line.includes('no stop scheduled'))).toEqual([expect.stringContaining('OWNED')])
  })

  test('for what the budget had no room for takes nothing else, and nothing if the policy leaves it running', async () => {
    const other = await refused('STOPS_DISABLED', { policy: WAITING })
    other.send(promise({ only: 'budget' }))
    await other.run()
    expect(promised(other)).toEqual([])
    const left = await refused('BUDGET_SPENT')
    left.send(promise({ only: 'budget' }))
    await left.run()
    expect(promised(left)).toEqual([])
  })

  test('for what was started late takes that, whatever the policy says of other refusals, and nothing else', async () => {
    const late = await refused('STARTED_AFTER_DUE')
    late.send(promise({ only: 'late-start' }))
    await late.run()
    expect([stateOf(late), promised(late).length]).toEqual(['DEFERRED', 1])
    const other = await refused('STOPS_DISABLED', { policy: RESUMING })
    other.send(promise({ only: 'late-start' }))
    await other.run()
    expect([stateOf(other), promised(other)]).toEqual(['REFUSED', []])
  })

  test('for what was started late promises nothing if the rule observes by then', async () => {
    const world = await refused('STARTED_AFTER_DUE', { policy: policy('grace: 15m', 'observe') })
    world.send(promise({ only: 'late-start' }))
    await world.run()
    expect([stateOf(world), promised(world)]).toEqual(['REFUSED', []])
  })

  test('of virtguard comes again while the alert of the refusal is not published, and one by hand does not', async () => {
    const world = await refused('STARTED_AFTER_DUE')
    world.mark({ untold: 'REFUSED' })
    world.send(promise())
    await world.run()
    expect(world.deadLetters).toEqual([])
    world.send(promise({ only: 'late-start' }))
    await world.run()
    expect([stateOf(world), world.deadLetters.length]).toEqual(['REFUSED', 1])
  })

  test('waits until its time', async () => {
    const world = await refused('BUDGET_SPENT', { policy: WAITING })
    const notBefore = new Date(world.now().getTime() + 1_200_000).toISOString()
    world.send(promise({ only: 'budget', notBefore }))
    await world.run()
    expect(Date.parse(world.alerts[1]?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(notBefore))
  })

  test.each<[string, Partial<Options>]>([
    ['observes', { policy: policy('grace: 15m', 'observe') }],
    ['is enforced by no function', { canStop: false }],
    ['is enforced while stops are disabled', { stopsDisabled: true }],
    ['has no budget', { policy: policy('grace: 15m, budget: { stops: 0 }') }],
  ])('promises nothing if the rule %s, and logs it', async (_, options) => {
    const world = await refused('BUDGET_SPENT', options)
    world.send(promise())
    await world.run()
    expect([stateOf(world), promised(world)]).toEqual(['REFUSED', []])
    expect(world.logged.join('\n')).toMatch(/no stop scheduled|no stop is scheduled/)
  })

  test('ignores another account, and what the ledger does not have', async () => {
    const world = await refused('BUDGET_SPENT')
    world.send(promise({ accountId: '999999999999' }))
    world.send(promise({}, [idOf(7)]))
    await world.run()
    expect([world.alerts.length, stateOf(world)]).toEqual([1, 'REFUSED'])
  })

  test('is done wherever an invocation dies, with one promise that counts', async () => {
    const run = async (diesAfter: readonly number[] = []) => {
      const world = await refused('BUDGET_SPENT', { machines: [aPvMachine(0), aPvMachine(1)] })
      world.dieAfter(diesAfter)
      world.send(promise({}, [idOf(0), idOf(1)]))
      await world.run()
      return world
    }
    const whole = await run()
    const calls = whole.calls() - (await refused('BUDGET_SPENT', { machines: [aPvMachine(0), aPvMachine(1)] })).calls()
    expect(calls).toBeGreaterThan(3)
    for (let index = 0; index < calls; index += 1) {
      const world = await run([index])
      expect([index, stateOf(world, 0), stateOf(world, 1)]).toEqual([index, 'DEFERRED', 'DEFERRED'])
      expect(world.deadLetters).toEqual([])
    }
  })
})

describe('a promise whose schedule is lost', () => {
  const OBSERVING = policy('grace: 15m', 'observe')
  const outcomesOf = ({ alerts }: SweepWorld) =>
    alerts.flatMap(({ findings }) => findings.flatMap(({ outcome }) => outcome?.code ?? []))

  test('is alerted as failed, once, also in a stack that observes by now', async () => {
    const world = aWorld({ policy: EXISTING })
    await sweep(world, 0)
    world.apply(OBSERVING)
    for (let day = 0; day < 4; day += 1) await sweep(world)
    expect(stateOf(world)).toBe('FAILED')
    expect(outcomesOf(world)).toEqual(['PROMISE_LOST'])
    expect(world.counted.filter(counted => counted.startsWith('StopsFailed'))).toEqual(['StopsFailed 1'])
  })

  test('counts as one failed stop for each instance, however many rules had promised it', async () => {
    const both = parsePolicy(
      `version: 1\nrules: { ${PV}: { mode: enforce }, xen-hypervisor: { mode: enforce } }\nstop: { existing: true }`,
      'p',
    )
    const world = aWorld({ policy: both, machines: [aPvMachine(0), aPvMachine(1)] })
    await sweep(world, 0)
    for (let day = 0; day < 2; day += 1) await sweep(world)
    expect(outcomesOf(world)).toEqual(Array(4).fill('PROMISE_LOST'))
    expect(world.counted.filter(counted => counted.startsWith('StopsFailed'))).toEqual(['StopsFailed 2'])
  })

  test('is promised again if an operator asks for it', async () => {
    const world = aWorld({ policy: EXISTING })
    await sweep(world, 0)
    for (let day = 0; day < 2; day += 1) await sweep(world)
    expect([stateOf(world), promised(world).length]).toEqual(['FAILED', 1])
    world.send(promise())
    await world.run()
    expect([stateOf(world), promised(world).length]).toEqual(['DEFERRED', 2])
  })

  test('is alerted once wherever the sweep dies', async () => {
    for (let index = 0; index < 6; index += 1) {
      const world = aWorld({ policy: EXISTING })
      await sweep(world, 0)
      world.apply(OBSERVING)
      await sweep(world)
      world.dieAfter([index])
      await sweep(world)
      await sweep(world)
      expect([index, stateOf(world), outcomesOf(world)]).toEqual([index, 'FAILED', ['PROMISE_LOST']])
    }
  })
})
