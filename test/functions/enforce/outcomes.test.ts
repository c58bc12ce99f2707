import { describe, expect, test } from '@jest/globals'
import type { Policy } from '../../../shared/policy/policy.ts'
import type { Machine } from './aws.ts'
import { FAULTS } from './errors.ts'
import { aMachine, idOf, POLICY } from './machines.ts'
import { LIMITS, violations } from './verdict.ts'
import { aWorld, type Options, type World } from './world.ts'

type Ending = { readonly state: string; readonly why: string }

const endingsOf = (world: World): readonly Ending[] =>
  world.rows().map(({ state, history }) => ({ state, why: history.at(-1)?.why ?? '' }))

/** A launch that was told and promised a stop; what happens to it before the stop is due; and how that ends. */
const whatHappens = async (happens: (world: World) => unknown, options: Options = {}): Promise<World> => {
  const world = aWorld(options)
  await world.launch([idOf(0)])
  await happens(world)
  await world.run()
  return world
}

const becomes =
  (machine: Partial<Machine>) =>
  ({ known }: World): void => {
    known.set(idOf(0), { ...aMachine(idOf(0)), ...machine })
  }

const described = (facts: Partial<Machine['described']>) => becomes({ described: aMachine(idOf(0), facts).described })

const kindsTold = (world: World): readonly (string | undefined)[] => world.sns.alerts.map(({ kind }) => kind)

const without = ({ rules, ...policy }: Policy, mode: 'off' | 'observe'): Policy => ({
  ...policy,
  rules: Object.fromEntries(Object.entries(rules).map(([id, rule]) => [id, { ...rule, mode }])),
})

const EXEMPTING: Policy = {
  ...POLICY,
  exemptions: [
    {
      rule: '*',
      match: { instanceId: idOf(0) },
      reason: 'billing host',
      owner: 'billing@example.com',
      expires: '2027-01-31',
    },
  ],
}

const UNDECIDED: Policy = {
  ...POLICY,
  exemptions: [
    { rule: '*', match: { imageId: 'ami-*' }, reason: 'moves', owner: 'user@example.com', expires: '2027-01-31' },
  ],
}

describe('when its stop is due', () => {
  test.each<[string, (world: World) => unknown, string, RegExp]>([
    ['is protected', becomes({ isProtected: true }), 'REFUSED', /protected against stopping/],
    ['has its root on instance store', described({ RootDeviceType: 'instance-store' }), 'REFUSED', /instance store/],
    [
      'is a Spot instance of a one-time request',
      becomes({ ...aMachine(idOf(0), { InstanceLifecycle: 'spot' }), spotRequest: 'one-time' }),
      'REFUSED',
      /one-time request/,
    ],
    ['is a Spot instance of no live request', described({ InstanceLifecycle: 'spot' }), 'REFUSED', /not known/],
    [
      'has joined an Auto Scaling group',
      described({ Tags: [{ Key: 'aws:autoscaling:groupName', Value: 'web' }] }),
      'REFUSED',
      /Auto Scaling group web/,
    ],
    [
      'is managed by a service',
      described({ Operator: { Managed: true, Principal: 'eks.amazonaws.com' } }),
      'REFUSED',
      /eks\.amazonaws\.com/,
    ],
    [
      'is of unknown facts',
      described({ VirtualizationType: undefined, InstanceType: undefined }),
      'REFUSED',
      /UNKNOWN/,
    ],
    ['was fixed', described({ VirtualizationType: 'hvm', InstanceType: 'm5.large' }), 'RESOLVED', /fixed/],
    ['is terminated', described({ State: { Name: 'terminated' } }), 'RESOLVED', /terminated/],
    ['is shutting down', described({ State: { Name: 'shutting-down' } }), 'RESOLVED', /terminated/],
    ['is gone', ({ known }) => known.clear(), 'RESOLVED', /gone/],
    ['was stopped by somebody', described({ State: { Name: 'stopped' } }), 'RESOLVED', /not by virtguard/],
    ['is being stopped by somebody', described({ State: { Name: 'stopping' } }), 'RESOLVED', /not by virtguard/],
    [
      'is still pending, and stays so',
      described({ State: { Name: 'pending' } }),
      'FAILED',
      /has not reached the state/,
    ],
    ['is exempt by the policy of now', ({ operate }) => operate.apply(EXEMPTING), 'SUPPRESSED', /billing host/],
    [
      'may be exempt, and the fact that would tell is not known',
      async world => {
        await world.operate.apply(UNDECIDED)
        described({ ImageId: undefined })(world)
      },
      'REFUSED',
      /an exemption may cover it/,
    ],
  ])('an instance that %s is not touched, and that is told at once', async (_, happens, state, why) => {
    const world = await whatHappens(happens)
    expect(endingsOf(world)).toEqual([
      { state, why: expect.stringMatching(why) },
      { state, why: expect.stringMatching(why) },
    ])
    expect(world.ec2.attempts).toEqual([])
    expect(kindsTold(world)).toEqual(['outcome'])
    expect(violations(world, LIMITS)).toEqual([])
  })

  test.each<[string, (world: World) => unknown, RegExp]>([
    ['stops are switched off', ({ operate }) => operate.stops('off'), /switched off/],
    ['the policy of now observes', ({ operate }) => operate.apply(without(POLICY, 'observe')), /observes/],
    ['the policy of now has its rules off', ({ operate }) => operate.apply(without(POLICY, 'off')), /off now/],
    [
      'the policy has no budget',
      ({ operate }) => operate.apply({ ...POLICY, stop: { graceSeconds: 0, budget: { stops: 0, perSeconds: 60 } } }),
      /budget/,
    ],
    [
      'the policy that was applied is not valid',
      async world => {
        await world.operate.apply({ ...POLICY, version: JSON.parse('2') })
      },
      /not valid/,
    ],
  ])('and %s, it is held back and told in a digest', async (_, happens, why) => {
    const world = await whatHappens(happens)
    expect(endingsOf(world).map(({ state }) => state)).toEqual(['REFUSED', 'REFUSED'])
    for (const ending of endingsOf(world)) expect(ending.why).toMatch(why)
    expect(world.ec2.attempts).toEqual([])
    expect(kindsTold(world)).toEqual(['digest'])
    expect(world.counted).toContain('StopsRefused')
    expect(violations(world, LIMITS)).toEqual([])
  })

  test('and the text of the policy was changed behind our back, nothing is stopped and an alarm rings', async () => {
    const world = await whatHappens(async ({ operate, dynamo }) => {
      await operate.apply(EXEMPTING)
      const row = dynamo.items.get('policy | current') ?? {}
      dynamo.items.set('policy | current', { ...row, policy: { S: JSON.stringify(POLICY) } })
    })
    expect(world.ec2.attempts).toEqual([])
    expect(world.counted).toContain('PolicyInvalid')
  })

  test('and stops were switched off and on again, it is stopped', async () => {
    const world = await whatHappens(async ({ operate }) => {
      await operate.stops('off')
      await operate.stops('on')
    })
    expect(world.ec2.stops).toHaveLength(1)
  })

  test('an instance that becomes running late is stopped then', async () => {
    const world = aWorld({ machines: [aMachine(idOf(0), { State: { Name: 'pending' } })] })
    await world.launch([idOf(0)])
    await world.run(9)
    expect(world.ec2.attempts).toEqual([])
    world.known.set(idOf(0), aMachine(idOf(0)))
    await world.run()
    expect(endingsOf(world).map(({ state }) => state)).toEqual(['STOPPED', 'STOPPED'])
    expect(violations(world, LIMITS)).toEqual([])
  })
})

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
