import { describe, expect, jest, test } from '@jest/globals'
import { aFinding } from '../../support/findings.ts'
import {
  aWorld,
  DAY,
  DEFAULTS,
  EXISTING,
  PV,
  policy,
  promise,
  promised,
  refused,
  stateOf,
  sweep,
  WAITING,
} from './promising.ts'
import { aPvMachine, idOf, type SweepWorld } from './world.ts'

jest.setTimeout(120_000)

const OWNER = { via: 'batch.amazonaws.com' }

/** The record of the launch was of another rule, which is off by now. */
const recordLaunch = async (world: SweepWorld, id = idOf(0)): Promise<void> => {
  const finding = aFinding({ on: id, rule: 'instance-family' })
  await world.claim([{ ...finding, actor: OWNER }], { claimant: 'record/1', launchId: 'r-1', now: world.now() })
  world.pass(600)
}

/** A stop that was asked for is claimed, and the sweep dies before it publishes the alert that promises it. */
const claimAndDie = async (): Promise<SweepWorld> => {
  const whole = await refused('BUDGET_SPENT')
  const before = whole.calls()
  whole.send(promise())
  await whole.run()
  const publishing = whole.calls() - before - 1
  const world = await refused('BUDGET_SPENT')
  world.dieAfter([publishing - 1])
  world.send(promise())
  await world.run({ once: true })
  expect([stateOf(world), world.alerts.length]).toEqual(['NEW', 1])
  return world
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
    const world = await claimAndDie()
    await recordLaunch(world)
    await world.run()
    expect([stateOf(world), promised(world)]).toEqual(['ALERTED', []])
    expect(world.alerts[1]?.findings).toMatchObject([owned])
  })
})

describe('an instance that Auto Scaling launched for a group', () => {
  const ofGroup = { via: 'autoscaling.amazonaws.com', autoScalingGroup: 'web' }
  const member = { 'aws:autoscaling:groupName': 'web' }
  const launchedFor = async (tags: Readonly<Record<string, string>>, options: Parameters<typeof refused>[1] = {}) => {
    const world = await refused('BUDGET_SPENT', { ...options, machines: [aPvMachine(0, { tags: member })] })
    world.change(finding => ({ ...finding, actor: ofGroup }))
    world.pass(DAY)
    world.machines.set(idOf(0), aPvMachine(0, { launchTime: world.now().toISOString(), tags }))
    return world
  }

  test('is promised a stop by a request once it was detached, and alerted without the group', async () => {
    const world = await launchedFor({})
    world.send(promise())
    await world.run()
    expect([stateOf(world), promised(world)]).toEqual(['DEFERRED', [expect.stringContaining(idOf(0))]])
    expect(world.alerts.at(-1)?.findings).toMatchObject([{ actor: {}, action: { decision: 'defer' } }])
    expect(world.alerts.at(-1)?.findings[0]?.actor).toEqual({})
  })

  test('is promised a stop by a sweep that promises stops, if it was detached and started since', async () => {
    const world = await launchedFor({}, { policy: EXISTING })
    await sweep(world)
    expect([stateOf(world), promised(world).length]).toEqual(['DEFERRED', 1])
  })

  test('is left as long as it is a member', async () => {
    const world = await launchedFor(member, { policy: EXISTING })
    await sweep(world)
    world.send(promise())
    await world.run()
    expect([stateOf(world), promised(world)]).toEqual(['REFUSED', []])
    expect(world.logged.join('\n')).toContain('Auto Scaling group web')
  })
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

test('a promise that was claimed and never alerted ends as resolved if its instance is terminated before the message comes again', async () => {
  const world = await claimAndDie()
  world.machines.set(idOf(0), aPvMachine(0, { state: 'terminated' }))
  await world.run()
  await sweep(world)
  expect([stateOf(world), promised(world)]).toEqual(['RESOLVED', []])
  expect(world.alerts.at(-1)?.findings).toMatchObject([{ outcome: { state: 'RESOLVED', code: 'TERMINATED' } }])
})
