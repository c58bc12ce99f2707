import { describe, expect, test } from '@jest/globals'
import { FAULTS } from '../../support/cloud/faults.ts'
import { ACTOR } from '../../support/findings.ts'
import { aMachine, idOf, POLICY } from './machines.ts'
import { LIMITS, violations } from './verdict.ts'
import { described, endingsOf, whatHappens } from './what-happens.ts'
import { aWorld, type World } from './world.ts'

describe('the answer of EC2 to a stop', () => {
  const outcomesOf = (world: World): readonly (string | undefined)[] =>
    world.sns.alerts.map(({ findings }) => findings[0]?.outcome?.state)

  test('is alerted and counted if the instance does not stop within five minutes, and alerted again when it has', async () => {
    const world = await whatHappens(() => undefined, { stopSeconds: 480 })
    expect(outcomesOf(world)).toEqual(['FAILED', 'STOPPED'])
    expect(world.counted).toContain('StopsFailed')
  })

  test('is counted once if EC2 accepted the stop', async () => {
    const world = await whatHappens(() => undefined)
    expect(world.counted.filter(metric => metric === 'StopsRequested')).toHaveLength(1)
    expect(world.counted).not.toContain('RefusedByTag')
  })

  test('is alerted once if the instance never stops', async () => {
    const world = await whatHappens(() => undefined, { stopSeconds: undefined })
    expect(outcomesOf(world)).toEqual(['FAILED'])
  })

  test('is alerted and counted if virtguard may not stop, and a later stop by somebody else is not called ours', async () => {
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

  test('is dead-lettered after five deliveries if the error does not pass, and an alarm calls a person', async () => {
    const throttled = FAULTS['StopInstancesCommand']?.find(({ title }) => title === 'RequestLimitExceeded')
    const world = await whatHappens(() => undefined, {
      faultAt: call => (call === 'StopInstancesCommand' ? throttled : undefined),
    })
    expect(world.ec2.attempts).toEqual([])
    expect(world.deadLetters.map(({ receives }) => receives)).toEqual([5])
    expect(world.counted.filter(metric => metric === 'BudgetSpent')).toEqual([])
  })

  test('is given up after half an hour if EC2 says that the instance runs and may not be stopped as it is', async () => {
    const wrong = FAULTS['StopInstancesCommand']?.find(({ title }) => title === 'IncorrectInstanceState')
    const world = await whatHappens(() => undefined, {
      faultAt: call => (call === 'StopInstancesCommand' ? wrong : undefined),
    })
    expect(endingsOf(world)[0]).toEqual({ state: 'FAILED', why: expect.stringContaining('IncorrectInstanceState') })
    expect(violations(world, LIMITS)).toEqual([])
  })

  test('changes nothing if the stop was never virtguard’s doing', async () => {
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
    'is alerted with EC2’s words if virtguard may not read the instance (%s), and nothing is stopped',
    async title => {
      const world = await whatHappens(() => undefined, at('DescribeInstancesCommand', title))
      expect(outcomes(world)).toEqual(['READ_NOT_AUTHORIZED', 'READ_NOT_AUTHORIZED'])
      expect(world.rows()[0]?.history.at(-1)?.args).toMatchObject({ error: title })
      expect(world.ec2.attempts).toEqual([])
      expect(world.deadLetters).toEqual([])
    },
  )

  test('resolves the instance as deleted if EC2 does not know it when its protection is read, and dead-letters nothing', async () => {
    const world = await whatHappens(
      () => undefined,
      at('DescribeInstanceAttributeCommand', 'InvalidInstanceID.NotFound'),
    )
    expect(outcomes(world)).toEqual(['DELETED', 'DELETED'])
    expect(world.deadLetters).toEqual([])
  })

  test.each([
    ['OperationNotPermitted', 'EC2_REFUSED'],
    ['UnauthorizedOperation', 'NOT_AUTHORIZED'],
  ])('leaves no mark of a requested stop if it is %s', async (title, code) => {
    const world = await whatHappens(() => undefined, at('StopInstancesCommand', title))
    expect(outcomes(world)).toEqual([code, code])
    for (const row of world.rows()) expect(row).not.toHaveProperty('stopRequestedAt')
  })

  test('is followed by another try a minute later if the stop cannot be made as it is', async () => {
    const world = aWorld(at('StopInstancesCommand', 'IncorrectInstanceState'))
    await world.launch([idOf(0)])
    await world.run(7)
    const [{ at: next } = { at: new Date(0) }] = world.scheduler.waiting.values()
    expect(next.getTime() - world.now().getTime()).toBe(60_000)
  })
})

describe('an instance with an owner when its stop is due', () => {
  const LAUNCHED_BY = { ...ACTOR, launchTemplate: 'lt-0abc:4' }

  test('has the template in its reason that the launch named', async () => {
    const world = await whatHappens(described({ Tags: [{ Key: 'aws:autoscaling:groupName', Value: 'web' }] }), {
      actor: LAUNCHED_BY,
    })
    expect(world.rows()[0]?.history.at(-1)).toMatchObject({
      code: 'OWNED',
      args: { name: 'web', launchTemplate: 'lt-0abc:4', writtenBy: 'creator' },
    })
    expect(world.counted).not.toContain('RefusedByTag')
  })

  test('is counted and alerted as kept running by the launcher if only a tag that the launcher can set says so', async () => {
    const world = await whatHappens(described({ Tags: [{ Key: 'karpenter.sh/nodepool', Value: 'x' }] }))
    expect(world.counted).toContain('RefusedByTag')
    const [alert] = world.sns.alerts
    expect(alert?.findings[0]?.outcome).toMatchObject({
      code: 'OWNED',
      args: { evidence: 'tag karpenter.sh/nodepool', writtenBy: 'launcher' },
      why: expect.stringContaining('according to the tag karpenter.sh/nodepool, which the launcher can set'),
    })
  })

  test('has no owner under a policy that ignores such tags', async () => {
    const policy = { ...POLICY, stop: { ...POLICY.stop, ownerTags: 'ignore' as const } }
    const world = await whatHappens(described({ Tags: [{ Key: 'karpenter.sh/nodepool', Value: 'x' }] }), { policy })
    expect(world.ec2.stops).toHaveLength(1)
  })
})
