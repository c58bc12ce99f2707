import { describe, expect, test } from '@jest/globals'
import { FAULTS } from './errors.ts'
import { aMachine, idOf } from './machines.ts'
import { LIMITS, violations } from './verdict.ts'
import { endingsOf, whatHappens } from './what-happens.ts'
import { aWorld, type World } from './world.ts'

describe('what EC2 makes of a stop', () => {
  const outcomesOf = (world: World): readonly (string | undefined)[] =>
    world.sns.alerts.map(({ findings }) => findings[0]?.outcome?.state)

  test('an instance that does not stop within five minutes is told, counted, and told again when it has', async () => {
    const world = await whatHappens(() => undefined, { stopSeconds: 480 })
    expect(outcomesOf(world)).toEqual(['FAILED', 'STOPPED'])
    expect(world.counted).toContain('StopsFailed')
  })

  test('an instance that never stops is told once', async () => {
    const world = await whatHappens(() => undefined, { stopSeconds: undefined })
    expect(outcomesOf(world)).toEqual(['FAILED'])
  })

  test('a stop that virtguard may not make is told and counted, and not called ours when somebody else makes it', async () => {
    const denied = FAULTS['StopInstancesCommand']?.find(({ title }) => title === 'UnauthorizedOperation')
    const world = await whatHappens(() => undefined, {
      faultAt: call => (call === 'StopInstancesCommand' ? denied : undefined),
    })
    expect(endingsOf(world)[0]).toEqual({ state: 'FAILED', why: expect.stringContaining('UnauthorizedOperation') })
    expect(world.counted).toContain('StopsFailed')
    world.known.set(idOf(0), {
      ...aMachine(idOf(0), { State: { Name: 'stopping' } }),
      stopTaken: world.now().getTime(),
    })
    await world.run()
    expect(outcomesOf(world)).toEqual(['FAILED'])
  })

  test('an error that does not pass is parked after five deliveries, where an alarm tells a person', async () => {
    const throttled = FAULTS['StopInstancesCommand']?.find(({ title }) => title === 'RequestLimitExceeded')
    const world = await whatHappens(() => undefined, {
      faultAt: call => (call === 'StopInstancesCommand' ? throttled : undefined),
    })
    expect(world.ec2.attempts).toEqual([])
    expect(world.parked.map(({ count }) => count)).toEqual([5])
    expect(world.counted.filter(metric => metric === 'BudgetSpent')).toEqual([])
  })

  test('an instance that EC2 says runs and may not be stopped as it is, is given up after half an hour', async () => {
    const wrong = FAULTS['StopInstancesCommand']?.find(({ title }) => title === 'IncorrectInstanceState')
    const world = await whatHappens(() => undefined, {
      faultAt: call => (call === 'StopInstancesCommand' ? wrong : undefined),
    })
    expect(endingsOf(world)[0]).toEqual({ state: 'FAILED', why: expect.stringContaining('IncorrectInstanceState') })
    expect(violations(world, LIMITS)).toEqual([])
  })

  test('one that was never virtguard’s doing changes nothing', async () => {
    const world = aWorld({ machines: [aMachine(idOf(0), { State: { Name: 'stopping' } })] })
    const notice = {
      'detail-type': 'EC2 Instance State-change Notification',
      account: '123456789012',
      region: 'us-east-1',
    }
    world.send(
      JSON.stringify({ ...notice, time: '2026-11-24T08:00:00Z', detail: { state: 'stopped', 'instance-id': idOf(0) } }),
    )
    await world.run()
    expect(world.sns.alerts).toEqual([])
  })
})
