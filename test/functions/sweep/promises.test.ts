import { describe, expect, jest, test } from '@jest/globals'
import { parsePolicy } from '../../../shared/policy/load.ts'
import type { Code, Reason } from '../../../shared/reasons/reason.ts'
import { aFinding, PLACE } from '../../support/findings.ts'
import { aPvMachine, aSweepWorld, idOf, type Options, type SweepWorld, tellings } from './world.ts'

jest.setTimeout(120_000)

const PV = 'paravirtual-instance'
const QUIET = 'xen-hypervisor: { mode: off }, incompatible-image: { mode: off }, ena-disabled: { mode: off }'
const policy = (stop: string, mode = 'enforce') =>
  parsePolicy(`version: 1\nrules: { ${PV}: { mode: ${mode} }, ${QUIET} }\nstop: { ${stop} }`, 'p')

const DEFAULTS = policy('grace: 15m')
const EXISTING = policy('grace: 15m, existing: true')
const WAITING = policy('grace: 15m, budget: { stops: 2, per: 10m, then: wait }')
const RESUMING = policy('grace: 15m, resume: sweep')
const DAY = 86_400

const sweep = async (world: SweepWorld, later = DAY): Promise<void> => {
  world.pass(later)
  world.start()
  await world.run()
}

const aWorld = (options: Partial<Options> = {}) =>
  aSweepWorld({ machines: [aPvMachine(0)], policy: DEFAULTS, canStop: true, ...options })

const stateOf = (world: SweepWorld, index = 0): string | undefined =>
  world.rows().find(({ pk, sk }) => pk.endsWith(idOf(index)) && sk === PV)?.state

const promised = ({ alerts }: SweepWorld): readonly string[] =>
  alerts.flatMap(({ stops = [] }) => stops.flatMap(({ at, resources }) => resources.map(id => `${id} ${at}`)))

const SINCE = '2026-11-24T08:00:00Z'
const REASONS = {
  BUDGET_SPENT: { code: 'BUDGET_SPENT', args: { stops: 2, perSeconds: 600 } },
  STOPS_DISABLED: { code: 'STOPS_DISABLED', args: { graceSeconds: 900 } },
  POLICY_INVALID: { code: 'POLICY_INVALID' },
  STARTED_AFTER_DUE: { code: 'STARTED_AFTER_DUE', args: { launchTime: SINCE } },
  RULE_OBSERVES: { code: 'RULE_OBSERVES', args: { graceSeconds: 900 } },
  RULE_OFF: { code: 'RULE_OFF' },
  STOP_PROTECTED: { code: 'STOP_PROTECTED' },
  EC2_REFUSED: { code: 'EC2_REFUSED', args: { error: 'UnsupportedOperation', message: 'no' } },
  VERDICT_UNKNOWN: { code: 'VERDICT_UNKNOWN' },
} as const satisfies Partial<Record<Code, Reason>>
type Refusal = keyof typeof REASONS

/** Alerted by a sweep, promised a stop by hand, and that refused. */
const refused = async (code: Refusal, options: Partial<Options> = {}): Promise<SweepWorld> => {
  const world = aWorld(options)
  await sweep(world, 0)
  world.refuse(REASONS[code])
  return world
}

const promise = (more: object = {}, ids = [idOf(0)]): string =>
  JSON.stringify({ kind: 'promise', ...PLACE, findings: ids.map(resourceId => ({ resourceId, rule: PV })), ...more })

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
    expect(tellings(world, 'finding').get(`${idOf(0)} ${PV}`)).toBe(2)
    await sweep(world)
    expect(tellings(world, 'finding').get(`${idOf(0)} ${PV}`)).toBe(2)
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

const OWNER = { via: 'batch.amazonaws.com' }

/** The record of the launch was of another rule, which is off by now. */
const recordLaunch = async (world: SweepWorld, id = idOf(0)): Promise<void> => {
  const finding = aFinding({ on: id, rule: 'instance-family' })
  await world.claim([{ ...finding, actor: OWNER }], { claimant: 'record/1', launchId: 'r-1', now: world.now() })
  world.pass(600)
}

describe('an instance of a service that replaces it, which only the row of another rule names,', () => {
  const owned = { action: { decision: 'refuse', code: 'OWNED', args: { owner: 'BATCH_ENVIRONMENT' } } }

  test('is alerted without a promise if nobody has alerted it yet', async () => {
    const world = aWorld({ policy: EXISTING })
    await recordLaunch(world)
    await sweep(world, 0)
    expect([promised(world), world.alerts.length]).toEqual([[], 1])
    expect(world.alerts[0]?.findings).toMatchObject([{ rule: PV, ...owned }])
  })

  test('is promised none by a sweep that finds it alerted, or refused for a reason that does not apply any more', async () => {
    for (const first of [aWorld({ policy: policy('grace: 15m', 'observe') }), await refused('RULE_OBSERVES')]) {
      await sweep(first, 0)
      await recordLaunch(first)
      first.apply(EXISTING)
      const alerts = first.alerts.length
      await sweep(first)
      expect([promised(first), first.alerts.length]).toEqual([[], alerts])
    }
  })

  test('is alerted without a promise if it runs again, and its event was lost', async () => {
    const world = aWorld({ policy: EXISTING })
    await sweep(world, 0)
    world.mark({ state: 'STOPPED' })
    await recordLaunch(world)
    world.pass(DAY)
    world.machines.set(idOf(0), aPvMachine(0, { launchTime: world.now().toISOString() }))
    const before = promised(world).length
    await sweep(world)
    expect([promised(world).length - before, world.alerts.length]).toEqual([0, 2])
    expect(world.alerts[1]?.findings).toMatchObject([owned])
  })

  test.each([{}, { only: 'budget' }])('is left by a request (%j), and the log says why', async more => {
    const world = await refused('BUDGET_SPENT', { policy: WAITING })
    await recordLaunch(world)
    world.send(promise(more))
    await world.run()
    expect([stateOf(world), promised(world), world.alerts.length]).toEqual(['REFUSED', [], 1])
    expect(world.logged.filter(line => line.includes('no stop scheduled'))).toEqual([expect.stringContaining('OWNED')])
  })

  test('takes no place in the budget of those that are promised a stop', async () => {
    const machines = [0, 1, 2].map(index => aPvMachine(index))
    const world = aWorld({ policy: policy('grace: 15m, existing: true, budget: { stops: 2, per: 10m }'), machines })
    await recordLaunch(world, idOf(0))
    await sweep(world, 0)
    const [stops, ...others] = world.alerts[0]?.stops ?? []
    expect([stops?.resources, others]).toEqual([[idOf(1), idOf(2)], []])
  })

  test('is not promised when the service was learned after the claim of a sweep that died', async () => {
    const world = await refused('BUDGET_SPENT')
    const before = world.calls()
    world.send(promise())
    await world.run()
    const publishing = world.calls() - before - 1
    const other = await refused('BUDGET_SPENT')
    other.dieAfter([publishing - 1])
    other.send(promise())
    await other.run({ once: true })
    expect([stateOf(other), other.alerts.length]).toEqual(['NEW', 1])
    await recordLaunch(other)
    await other.run()
    expect([stateOf(other), promised(other)]).toEqual(['ALERTED', []])
    expect(other.alerts[1]?.findings).toMatchObject([owned])
  })
})

test('an instance that was launched for a group is left by a request if only its row names the group, as Enforce would refuse it', async () => {
  const world = await refused('BUDGET_SPENT')
  world.change(finding => ({ ...finding, actor: { autoScalingGroup: 'web' } }))
  world.send(promise())
  await world.run()
  expect([stateOf(world), promised(world)]).toEqual(['REFUSED', []])
  expect(world.logged.join('\n')).toContain('Auto Scaling group web')
})

test('a sweep that finds an exemption keeps who launched the instance, for when the exemption ends', async () => {
  const world = aWorld({ policy: DEFAULTS })
  await sweep(world, 0)
  world.change(finding => ({ ...finding, actor: OWNER }))
  const exemption = { rule: '*', match: { instanceId: idOf(0) }, reason: 'moves', owner: 'x', expires: '2027-01-01' }
  world.apply({ ...EXISTING, exemptions: [exemption] })
  await sweep(world)
  expect(stateOf(world)).toBe('SUPPRESSED')
  world.apply(EXISTING)
  await sweep(world)
  expect(promised(world)).toEqual([])
  expect(world.alerts.at(-1)?.findings).toMatchObject([{ action: { decision: 'refuse', code: 'OWNED' } }])
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
    expect(world.parked).toEqual([])
    world.send(promise({ only: 'late-start' }))
    await world.run()
    expect([stateOf(world), world.parked.length]).toEqual(['REFUSED', 1])
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
      expect(world.parked).toEqual([])
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
