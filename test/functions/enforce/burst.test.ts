import { describe, expect, jest, test } from '@jest/globals'
import { processBatch } from '../../../functions/enforce/process-batch.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import { aBatch } from '../../support/sqs.ts'
import { aMachine, idOf, POLICY } from './machines.ts'
import { LIMITS, violations } from './verdict.ts'
import { aWorld, type Options, type World } from './world.ts'

jest.setTimeout(120_000)

describe('a burst of stops', () => {
  const launchMany = async (count: number, options: Options = {}): Promise<World> => {
    const ids = Array.from({ length: count }, (_, index) => idOf(index))
    const world = aWorld({ machines: ids.map(id => aMachine(id)), ...options })
    await world.launch(ids)
    return world
  }

  test('of 500 launches is stopped up to the budget, and one digest lists the rest with why and how to resume', async () => {
    const world = await launchMany(500)
    await world.run()
    expect(world.ec2.stops).toHaveLength(5)
    const digests = world.sns.alerts.filter(({ kind }) => kind === 'digest')
    expect(digests).toHaveLength(1)
    const digest = digests[0] as Alert
    expect(digest.told.flatMap(({ resources }) => resources)).toHaveLength(495)
    expect(digest.digest?.reasons[0]?.why).toContain('5 stops in 10 min')
    expect(digest.digest?.resume.join()).toContain('budget')
    expect(violations(world, LIMITS)).toEqual([])
    expect(world.counted).toContain('BudgetSpent')
  })

  test('waits if the policy says so: what the budget had no room for is promised again once the digest is published', async () => {
    const waiting = {
      ...POLICY,
      stop: { ...POLICY.stop, budget: { ...POLICY.stop.budget, whenSpent: 'wait' } },
    } as const
    const world = await launchMany(300, { policy: waiting })
    await world.run()
    const [digest] = world.sns.alerts.filter(({ kind }) => kind === 'digest')
    // Two rules of each instance.
    expect(world.requested.map(({ findings }) => findings.length)).toEqual([500, 90])
    const [first] = world.requested
    expect(first).toMatchObject({ kind: 'promise', only: 'budget', region: 'us-east-1' })
    expect(Date.parse(first?.notBefore ?? '')).toBeGreaterThan(Date.parse(digest?.at ?? ''))
    expect(digest?.digest?.resume.join(' ')).toContain('scheduled again')
  })

  test('is left running if the policy says so: no other promise is asked for or announced', async () => {
    const world = await launchMany(7)
    await world.run()
    expect(world.requested).toEqual([])
    const [digest] = world.sns.alerts.filter(({ kind }) => kind === 'digest')
    expect(digest?.digest?.resume.join(' ')).not.toContain('scheduled again')
  })

  test('whose stops are processed at the same moment, each by two, spends no more than the budget', async () => {
    const world = await launchMany(20)
    const bodies = [...world.scheduler.waiting.values()].map(({ body }) => body)
    world.pass(300)
    const twice = [...bodies, ...bodies].map((body, index) => ({ body, messageId: `copy-${index}` }))
    await Promise.all(
      twice.map(({ body, messageId }) => {
        const { Records } = aBatch([body])
        return processBatch({ Records: Records.map(record => ({ ...record, messageId })) }, world.ports)
      }),
    )
    expect(new Set(world.ec2.stops.map(({ id }) => id)).size).toBeLessThanOrEqual(5)
    await world.run()
    expect(world.ec2.stops).toHaveLength(5)
    expect(violations(world, LIMITS)).toEqual([])
  })

  test('that comes when the window is over is stopped again', async () => {
    const world = await launchMany(5)
    await world.run()
    world.pass(1_200)
    const more = Array.from({ length: 5 }, (_, index) => idOf(100 + index))
    for (const id of more) world.known.set(id, aMachine(id))
    await world.launch(more, 'r-2')
    await world.run()
    expect(world.ec2.stops).toHaveLength(10)
  })
})
