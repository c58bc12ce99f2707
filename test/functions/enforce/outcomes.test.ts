import { describe, expect, test } from '@jest/globals'
import { parsePolicy } from '../../../shared/policy/load.ts'
import type { Policy } from '../../../shared/policy/policy.ts'
import { FAULTS } from '../../support/cloud/faults.ts'
import { aMachine, idOf, POLICY } from './machines.ts'
import { LIMITS, violations } from './verdict.ts'
import { becomes, described, endingsOf, whatHappens } from './what-happens.ts'
import { aWorld, type World } from './world.ts'

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

describe('an instance whose stop is due', () => {
  test.each<[string, (world: World) => unknown, string, RegExp]>([
    ['is protected', becomes({ isProtected: true }), 'REFUSED', /stop protection/],
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
    ['is gone', ({ known }) => known.clear(), 'RESOLVED', /deleted/],
    ['was stopped by somebody', described({ State: { Name: 'stopped' } }), 'RESOLVED', /not by virtguard/],
    ['is being stopped by somebody', described({ State: { Name: 'stopping' } }), 'RESOLVED', /not by virtguard/],
    ['is still pending, and stays so', described({ State: { Name: 'pending' } }), 'FAILED', /did not reach the state/],
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
  ])('that %s is not touched, and that is alerted at once', async (_, happens, state, why) => {
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
    ['the policy of now observes', ({ operate }) => operate.apply(without(POLICY, 'observe')), /on observe/],
    ['the policy of now has its rules off', ({ operate }) => operate.apply(without(POLICY, 'off')), /off now/],
    [
      'the policy has no budget',
      ({ operate }) => operate.apply({ ...POLICY, stop: { graceSeconds: 0, budget: { stops: 0, perSeconds: 60 } } }),
      /budget/,
    ],
    [
      'the applied policy is not valid',
      async world => {
        await world.operate.apply({ ...POLICY, version: JSON.parse('2') })
      },
      /not valid/,
    ],
  ])('is refused a stop and alerted in a digest if %s', async (_, happens, why) => {
    const world = await whatHappens(happens)
    expect(endingsOf(world).map(({ state }) => state)).toEqual(['REFUSED', 'REFUSED'])
    for (const ending of endingsOf(world)) expect(ending.why).toMatch(why)
    expect(world.ec2.attempts).toEqual([])
    expect(kindsTold(world)).toEqual(['digest'])
    expect(world.counted).toContain('StopsRefused')
    expect(violations(world, LIMITS)).toEqual([])
  })

  test('is not stopped if the text of the policy was changed without virtguard, and an alarm rings', async () => {
    const world = await whatHappens(async ({ operate, dynamo }) => {
      await operate.apply(EXEMPTING)
      const row = dynamo.items.get('policy | current') ?? {}
      dynamo.items.set('policy | current', { ...row, policy: { S: JSON.stringify(POLICY) } })
    })
    expect(world.ec2.attempts).toEqual([])
    expect(world.counted).toContain('PolicyInvalid')
  })

  test('is not stopped if the switch was changed without an announcement, and an alarm asks who it was', async () => {
    const world = await whatHappens(async ({ operate }) => operate.stops('off'))
    expect(world.ec2.attempts).toEqual([])
    expect(world.counted).toContain('PolicyUnannounced')
  })

  test('is stopped if stops were switched off and on again', async () => {
    const world = await whatHappens(async ({ operate }) => {
      await operate.stops('off')
      await operate.stops('on')
    })
    expect(world.ec2.stops).toHaveLength(1)
  })

  test('is stopped when it becomes running if that is late', async () => {
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

describe('an instance whose type is unknown', () => {
  const policy = parsePolicy('version: 1\nrules: { xen-hypervisor: { mode: enforce } }', 'policy.yaml')
  const strange = becomes({ described: { ...aMachine(idOf(0)).described, InstanceType: 'z99.large' as 'm1.small' } })
  const reading = 'DescribeInstanceTypesCommand'
  const faultOf = (title: string) => FAULTS['DescribeInstancesCommand']?.find(fault => fault.title === title)

  test.each([
    ['EC2 does not know it either', undefined],
    ['virtguard may not ask', 'UnauthorizedOperation'],
  ])('is not stopped if %s', async (_, title) => {
    const fault = title === undefined ? undefined : faultOf(title)
    const world = await whatHappens(strange, { policy, faultAt: call => (call === reading ? fault : undefined) })
    expect(world.aws.calls).toContain(reading)
    const xen = world.rows().find(({ sk }) => sk === 'xen-hypervisor')
    expect([xen?.state, xen?.history.at(-1)?.why]).toEqual(['REFUSED', expect.stringContaining('UNKNOWN')])
    expect(world.ec2.attempts).toEqual([])
  })

  test('is decided on later if EC2 does not answer, and dead-lettered in the end', async () => {
    const fault = faultOf('RequestLimitExceeded')
    const world = await whatHappens(strange, { policy, faultAt: call => (call === reading ? fault : undefined) })
    expect(world.deadLetters).toHaveLength(1)
    expect(world.ec2.attempts).toEqual([])
  })
})
