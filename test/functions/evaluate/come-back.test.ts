import { describe, expect, jest, test } from '@jest/globals'
import { processEvent } from '../../../functions/evaluate/process-event.ts'
import { readEvent } from '../../../shared/facts/read-event.ts'
import { createRow } from '../../../shared/ledger/claim.ts'
import type { Row, State } from '../../../shared/ledger/row.ts'
import { parsePolicy } from '../../../shared/policy/load.ts'
import { aRunningNotification, aStartInstancesRecord } from '../../support/builders.ts'
import { aFinding, NOW } from '../../support/findings.ts'
import { ec2With, somePorts } from '../../support/ports.ts'
import { alertIn, described, first, idOf, pvLaunch, second, third } from './launches.ts'

const aRow = (state: State): Row => ({
  ...createRow(aFinding(), { claimant: 'message/1', launchId: 'r-1', now: NOW }),
  state,
})

describe('an instance that runs again', () => {
  const stopped = { canStop: () => true, rowsOf: async () => [aRow('STOPPED')] }
  const started = readEvent(aStartInstancesRecord({ instanceIds: [idOf(0)] }))

  test('is read from EC2 and alerted with who started it if somebody started it', async () => {
    const { ports, published } = somePorts({ ...stopped, ec2: () => ec2With([described(0)]) })
    await processEvent(started, first, ports)
    const alert = alertIn(published[0])
    expect(alert.event.name).toBe('StartInstances')
    expect(alert.actor.arn).toContain('jane')
    expect(alert.told[0]?.resources).toEqual([idOf(0)])
  })

  test('that virtguard had stopped waits once for CloudTrail, which names who started it', async () => {
    const { ports, published } = somePorts({ ...stopped, ec2: () => ec2With([described(0)]) })
    const running = readEvent(aRunningNotification({ instanceId: idOf(0) }))
    expect((await processEvent(running, first, ports)).kind).toBe('again')
    expect(published).toEqual([])
    await processEvent(running, second, ports)
    expect(published).toHaveLength(1)
  })

  test('does not wait if virtguard had not stopped it, and is not looked up if nothing can be stopped', async () => {
    const ec2 = () => ec2With([described(0)])
    const running = readEvent(aRunningNotification({ instanceId: idOf(0) }))
    const never = somePorts({ ...stopped, rowsOf: async () => [aRow('ALERTED')], ec2 })
    expect(await processEvent(running, first, never.ports)).toEqual({ kind: 'done', alerts: 1 })
    const observing = somePorts({
      canStop: () => false,
      rowsOf: async () => Promise.reject(new Error('asked')),
      ec2,
    })
    expect(await processEvent(running, first, observing.ports)).toEqual({ kind: 'done', alerts: 1 })
  })

  test('causes no alert about others of its launch that are stopped, or started at another time', async () => {
    const at = (index: number, launchTime: string, state: string) => ({ ...described(index), launchTime, state })
    const instances = [
      at(0, '2026-11-24T09:00:00Z', 'running'),
      at(1, '2026-11-24T08:00:00Z', 'stopped'),
      at(2, '2026-11-24T08:00:00Z', 'running'),
      at(3, '2026-11-24T09:00:02Z', 'pending'),
    ]
    const { ports, published } = somePorts({ ec2: () => ec2With(instances) })
    await processEvent(readEvent(aRunningNotification({ instanceId: idOf(0) })), first, ports)
    expect(alertIn(published[0]).told[0]?.resources).toEqual([idOf(0), idOf(3)])
  })

  test('is claimed as of the last start of its launch, and of the event if EC2 does not date it', async () => {
    const claimedAt = async (...launchTimes: readonly (string | undefined)[]) => {
      const dated = launchTimes.map((launchTime, index) => {
        const { launchTime: _, ...undated } = described(index)
        return launchTime === undefined ? undated : { ...undated, launchTime }
      })
      const { ports } = somePorts({ ec2: () => ec2With(dated) })
      const claim = jest.fn(ports.claim)
      const running = aRunningNotification({ instanceId: idOf(0), time: '2026-11-24T09:00:09Z' })
      await processEvent(readEvent(running), first, { ...ports, claim })
      return claim.mock.calls[0]?.[1].startedAt
    }
    const [earlier, later] = ['2026-11-24T09:00:00Z', '2026-11-24T09:00:02Z']
    expect(await claimedAt(earlier, later)).toBe(later)
    expect(await claimedAt(later, earlier)).toBe(later)
    expect(await claimedAt(undefined)).toBe('2026-11-24T09:00:09Z')
  })

  test('does not count as recurred if it is terminated, and is alerted if nobody has alerted it', async () => {
    const gone = { ...described(1), launchTime: '2026-11-24T09:00:00Z', state: 'terminated' }
    const instances = [{ ...described(0), launchTime: '2026-11-24T09:00:00Z' }, gone]
    const { ports, published } = somePorts({ ec2: () => ec2With(instances) })
    const claim = jest.fn(ports.claim)
    await processEvent(readEvent(aRunningNotification({ instanceId: idOf(0) })), first, { ...ports, claim })
    expect(claim.mock.calls[0]?.[1].deleted).toEqual([idOf(1)])
    expect(alertIn(published[0]).told[0]?.resources).toEqual([idOf(0), idOf(1)])
  })

  test('that EC2 does not know any more is given up after three deliveries', async () => {
    const { ports } = somePorts({ ec2: () => ec2With([]) })
    expect((await processEvent(started, first, ports)).kind).toBe('again')
    expect(await processEvent(started, third, ports)).toEqual({ kind: 'done', alerts: 0 })
  })
})

describe('a notification of one of several instances, of which only that one is in a group', () => {
  const GROUP = { 'aws:autoscaling:groupName': 'legacy' }
  const exempt = `exemptions: [{ rule: "*", match: { autoScalingGroup: legacy }, reason: x, owner: x, expires: 2027-01-31 }]`
  const claimedUnder = async (more: string) => {
    const policy = parsePolicy(`version: 1\nrules: { paravirtual-instance: { mode: enforce } }\n${more}`, 'policy.yaml')
    const { ports } = somePorts({
      policy,
      canStop: () => true,
      rowsOf: async () => [],
      ec2: () => ec2With([{ ...described(0), tags: GROUP }, described(1)]),
    })
    const claim = jest.fn(ports.claim)
    await processEvent(readEvent(aRunningNotification({ instanceId: idOf(0) })), first, { ...ports, claim })
    const findings = claim.mock.calls[0]?.[0].filter(({ rule }) => rule === 'paravirtual-instance') ?? []
    return findings.map(({ workflow, action, actor }) => [workflow, action.decision, actor.autoScalingGroup])
  }

  test('refuses the stop of that one, and promises that of the others', async () => {
    expect(await claimedUnder('')).toEqual([
      ['NEW', 'refuse', 'legacy'],
      ['NEW', 'defer', undefined],
    ])
  })

  test('exempts the others by no exemption of that group', async () => {
    expect((await claimedUnder(exempt)).at(-1)).toEqual(['NEW', 'defer', undefined])
  })
})

describe('the actor of the alert of a notification', () => {
  const inGroup = (index: number, group: string) => ({
    ...described(index),
    tags: { 'aws:autoscaling:groupName': group },
  })
  const alertOf = async (instances: readonly ReturnType<typeof described>[]) => {
    const { ports, published } = somePorts({
      canStop: () => true,
      rowsOf: async () => [],
      ec2: () => ec2With(instances),
    })
    await processEvent(readEvent(aRunningNotification({ instanceId: idOf(0) })), first, ports)
    return { actor: alertIn(published[0]).actor, text: JSON.stringify(published) }
  }

  test('is empty if the instances of the launch have nothing in common, and the fix names the group of the refused one', async () => {
    const { actor, text } = await alertOf([inGroup(0, 'legacy'), described(1)])
    expect(actor).toEqual({})
    expect(text).toContain('the template of the Auto Scaling group legacy')
  })

  test('names the group that all of them are in', async () => {
    expect((await alertOf([inGroup(0, 'web'), inGroup(1, 'web')])).actor).toEqual({ autoScalingGroup: 'web' })
    expect((await alertOf([inGroup(0, 'web'), inGroup(1, 'other')])).actor).toEqual({})
  })
})

describe('the promise of a stop', () => {
  const enforcing = parsePolicy('version: 1\nrules: { paravirtual-instance: { mode: enforce } }', 'policy.yaml')
  const decisionOf = async (more: Parameters<typeof somePorts>[0]) => {
    const { ports, published } = somePorts({ policy: enforcing, ...more })
    await processEvent(readEvent(pvLaunch(1)), first, ports)
    const alert = alertIn(published[0])
    return [alert.findings.find(({ rule }) => rule === 'paravirtual-instance')?.action.decision, alert.stops?.length]
  }

  test('is made with its time if the function that stops is deployed', async () => {
    expect(await decisionOf({ canStop: () => true })).toEqual(['defer', 1])
  })

  test('is not made if that function is not deployed, or stops are switched off', async () => {
    expect(await decisionOf({ canStop: () => false })).toEqual(['alert-only', undefined])
    expect(await decisionOf({ canStop: () => true, stopsDisabled: true })).toEqual(['would-stop', undefined])
  })
})
