import { describe, expect, test } from '@jest/globals'
import { createPassedInstances } from '../../../functions/evaluate/passed.ts'
import { processEvent } from '../../../functions/evaluate/process-event.ts'
import { readEvent } from '../../../shared/facts/read-event.ts'
import { DEFAULT_POLICY } from '../../../shared/policy/load.ts'
import { anEnvelope, anInstanceItem, aRunInstancesRecord, aRunningNotification } from '../../support/builders.ts'
import { ec2With, somePorts } from '../../support/ports.ts'
import { described, first, idOf, pvLaunch } from './launches.ts'

const ID = 'i-0123456789abcdef0'
const compliant = readEvent(anEnvelope(aRunInstancesRecord()))
const runningAt = (time: string, more: object = {}) => readEvent(aRunningNotification({ time, ...more }))

/** How often EC2 was asked while these events came one after another. */
const readsOf = async (events: readonly ReturnType<typeof readEvent>[], policies = [DEFAULT_POLICY]) => {
  let reads = 0
  const ec2 = ec2With([{ ...described(0), instanceId: ID }])
  const counting: typeof ec2 = {
    ...ec2,
    instances: (by, values) => {
      reads += 1
      return ec2.instances(by, values)
    },
  }
  const { ports, published } = somePorts({ ec2: () => counting })
  for (const [index, event] of events.entries()) {
    const policy = policies[index] ?? ports.policy
    await processEvent(event, { ...first, messageId: `message-${index}` }, { ...ports, policy })
  }
  return { reads, alerts: published.length }
}

describe('the notification that an instance runs', () => {
  test('costs no call if its launch passed before', async () => {
    expect(await readsOf([compliant, runningAt('2026-11-24T08:00:12Z')])).toEqual({ reads: 0, alerts: 0 })
  })

  test('costs no call for half a minute after the launch, and only once', async () => {
    expect((await readsOf([compliant, runningAt('2026-11-24T08:00:30Z')])).reads).toBe(0)
  })

  test.each([
    ['comes first: nothing is known yet', [runningAt('2026-11-24T08:00:12Z'), compliant]],
    ['comes again', [compliant, runningAt('2026-11-24T08:00:12Z'), runningAt('2026-11-24T08:00:12Z')]],
    ['may be of a later start', [compliant, runningAt('2026-11-24T08:00:31Z')]],
    ['is of another region', [compliant, runningAt('2026-11-24T08:00:12Z', { region: 'eu-west-1' })]],
    ['is of another account', [compliant, runningAt('2026-11-24T08:00:12Z', { accountId: '210987654321' })]],
    ['is of another instance', [compliant, runningAt('2026-11-24T08:00:12Z', { instanceId: idOf(7) })]],
  ])('is read if it %s', async (_, events) => {
    const { reads } = await readsOf(events)
    expect(reads).toBeGreaterThanOrEqual(1)
  })

  test('is read under another policy than its launch, even one with the same words', async () => {
    const events = [compliant, runningAt('2026-11-24T08:00:12Z')]
    expect((await readsOf(events, [DEFAULT_POLICY, { ...DEFAULT_POLICY }])).reads).toBeGreaterThanOrEqual(1)
  })

  test('is read if its instance failed with its launch', async () => {
    const failed = readEvent(pvLaunch(1))
    const running = runningAt('2026-11-24T08:00:12Z', { instanceId: idOf(0) })
    const { reads } = await readsOf([failed, running])
    expect(reads).toBeGreaterThanOrEqual(1)
  })

  test('costs no call for an instance that passed although another of the launch failed', async () => {
    const items = [
      anInstanceItem(),
      anInstanceItem({ instanceId: idOf(1), instanceType: 'm1.small', virtualizationType: 'paravirtual' }),
    ]
    const mixed = readEvent(anEnvelope(aRunInstancesRecord({ instances: items })))
    expect(await readsOf([mixed, runningAt('2026-11-24T08:00:12Z')])).toEqual({ reads: 0, alerts: 1 })
  })
})

test('the function remembers so many passed instances and no more, and forgets the oldest first', () => {
  const passed = createPassedInstances(2)
  const place = { accountId: '123456789012', region: 'us-east-1' }
  const launchedAt = '2026-11-24T08:00:00Z'
  passed.remember({ place, instanceIds: [idOf(1), idOf(2), idOf(3)], policy: DEFAULT_POLICY, launchedAt })
  const isKnown = (index: number): boolean => {
    const running = runningAt(launchedAt, { instanceId: idOf(index) })
    if (running.kind !== 'running') throw new Error('no notification')
    return passed.isKnown(running, DEFAULT_POLICY)
  }
  expect([1, 2, 3].map(isKnown)).toEqual([false, true, true])
})
