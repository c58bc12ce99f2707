import { describe, expect, test } from '@jest/globals'
import { ACTOR } from '../../support/findings.ts'
import { FAULTS } from './errors.ts'
import { aMachine, idOf, POLICY } from './machines.ts'
import { LIMITS, violations } from './verdict.ts'
import { described, endingsOf, whatHappens } from './what-happens.ts'
import { aWorld, type World } from './world.ts'

describe('what EC2 makes of a stop', () => {
  const outcomesOf = (world: World): readonly (string | undefined)[] =>
    world.sns.alerts.map(({ findings }) => findings[0]?.outcome?.state)

  test('an instance that does not stop within five minutes is told, counted, and told again when it has', async () => {
    const world = await whatHappens(() => undefined, { stopSeconds: 480 })
    expect(outcomesOf(world)).toEqual(['FAILED', 'STOPPED'])
    expect(world.counted).toContain('StopsFailed')
  })

  test('that it took is counted once', async () => {
    const world = await whatHappens(() => undefined)
    expect(world.counted.filter(metric => metric === 'StopsRequested')).toHaveLength(1)
    expect(world.counted).not.toContain('RefusedByTag')
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

  const at = (call: string, title: string) => {
    const fault = FAULTS[call]?.find(one => one.title === title)
    return { faultAt: (called: string) => (called === call ? fault : undefined) }
  }
  const outcomes = (world: World) => world.rows().map(({ history }) => history.at(-1)?.code)

  test.each(['UnauthorizedOperation', 'AccessDenied'])(
    'virtguard may not read an instance (%s): nothing is stopped, and it is told with EC2’s words',
    async title => {
      const world = await whatHappens(() => undefined, at('DescribeInstancesCommand', title))
      expect(outcomes(world)).toEqual(['READ_NOT_AUTHORIZED', 'READ_NOT_AUTHORIZED'])
      expect(world.rows()[0]?.history.at(-1)?.args).toMatchObject({ error: title })
      expect(world.ec2.attempts).toEqual([])
      expect(world.parked).toEqual([])
    },
  )

  test('EC2 that does not know an instance any more when its protection is read settles it as gone, and parks nothing', async () => {
    const world = await whatHappens(
      () => undefined,
      at('DescribeInstanceAttributeCommand', 'InvalidInstanceID.NotFound'),
    )
    expect(outcomes(world)).toEqual(['DELETED', 'DELETED'])
    expect(world.parked).toEqual([])
  })

  test.each([
    ['OperationNotPermitted', 'EC2_REFUSED'],
    ['UnauthorizedOperation', 'NOT_AUTHORIZED'],
  ])('a stop that EC2 answers with %s leaves no mark of a stop that was asked for', async (title, code) => {
    const world = await whatHappens(() => undefined, at('StopInstancesCommand', title))
    expect(outcomes(world)).toEqual([code, code])
    for (const row of world.rows()) expect(row).not.toHaveProperty('stopRequestedAt')
  })

  test('a stop that cannot be made as it is comes again a minute later', async () => {
    const world = aWorld(at('StopInstancesCommand', 'IncorrectInstanceState'))
    await world.launch([idOf(0)])
    await world.run(7)
    const [{ at: next } = { at: new Date(0) }] = world.scheduler.waiting.values()
    expect(next.getTime() - world.now().getTime()).toBe(60_000)
  })
})

describe('what keeps an instance running when its stop is due', () => {
  const LAUNCHED_BY = { ...ACTOR, launchTemplate: 'lt-0abc:4' }

  test('names the template that the launch named', async () => {
    const world = await whatHappens(described({ Tags: [{ Key: 'aws:autoscaling:groupName', Value: 'web' }] }), {
      actor: LAUNCHED_BY,
    })
    expect(world.rows()[0]?.history.at(-1)).toMatchObject({
      code: 'OWNED',
      args: { name: 'web', launchTemplate: 'lt-0abc:4', writtenBy: 'creator' },
    })
    expect(world.counted).not.toContain('RefusedByTag')
  })

  test('is counted where only a tag says so that whoever launches can set, and told as that', async () => {
    const world = await whatHappens(described({ Tags: [{ Key: 'karpenter.sh/nodepool', Value: 'x' }] }))
    expect(world.counted).toContain('RefusedByTag')
    const [alert] = world.sns.alerts
    expect(alert?.findings[0]?.outcome).toMatchObject({
      code: 'OWNED',
      args: { evidence: 'tag karpenter.sh/nodepool', writtenBy: 'launcher' },
      why: expect.stringContaining('according to the tag karpenter.sh/nodepool, which the launcher can set'),
    })
  })

  test('is no such tag under a policy that ignores them', async () => {
    const policy = { ...POLICY, stop: { ...POLICY.stop, ownerTags: 'ignore' as const } }
    const world = await whatHappens(described({ Tags: [{ Key: 'karpenter.sh/nodepool', Value: 'x' }] }), { policy })
    expect(world.ec2.stops).toHaveLength(1)
  })
})
