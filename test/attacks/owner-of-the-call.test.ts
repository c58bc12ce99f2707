/** An owner that only CloudTrail names, by the service that made the call: the instance bears no tag of it. */
import { describe, expect, test } from '@jest/globals'
import { parsePolicy } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { anEnvelope, aRunInstancesRecord, aRunningNotification, aStartInstancesRecord } from '../support/builders.ts'
import { OWN, ownItem } from './own-instance.ts'
import { anInstance, aStage, type Stage } from './stage.ts'

const SERVICE = 'eks.amazonaws.com'

/** The record of a launch that EKS made for somebody. */
const launchByService = anEnvelope(
  aRunInstancesRecord({
    instances: [ownItem()],
    more: {
      userIdentity: {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::123456789012:assumed-role/nodes/session',
        accountId: '123456789012',
        principalId: 'x',
        invokedBy: SERVICE,
      },
      sourceIPAddress: SERVICE,
      userAgent: SERVICE,
    },
  }),
)

const formatTime = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`

/** Two rules fail the instance; one of them may be off at first. */
const createPolicy = (family: 'enforce' | '"off"') =>
  parsePolicy(
    `version: 1
rules:
  paravirtual-instance: { mode: enforce }
  instance-family: { mode: ${family}, deny: ["m1.*"] }
  xen-hypervisor: { mode: "off" }
  incompatible-image: { mode: "off" }
stop: { grace: 5m }
`,
    'policy.yaml',
  )

const comeUp = (stage: Stage): Date => {
  stage.world.pass(86_400)
  const time = stage.world.now()
  const machine = stage.world.known.get(OWN)
  if (machine !== undefined) machine.described = { ...machine.described, LaunchTime: time }
  return time
}

const restart = (stage: Stage): Promise<void> =>
  stage.report(aRunningNotification({ instanceId: OWN, time: formatTime(comeUp(stage)) }))

const startByHand = (stage: Stage): Promise<void> =>
  stage.report(anEnvelope(aStartInstancesRecord({ instanceIds: [OWN], time: formatTime(comeUp(stage)) })))

/** A policy that operators change while the functions run. */
const createLivePolicy = (first: Policy): { readonly policy: Policy; readonly apply: (next: Policy) => void } => {
  const policy = { ...first }
  return { policy, apply: next => Object.assign(policy, next) }
}

const REFUSED = {
  decision: 'refuse',
  code: 'OWNED',
  args: { owner: 'KUBERNETES_CLUSTER', evidence: `call of ${SERVICE}` },
}

describe('an instance that a service launched', () => {
  test.each([
    ['EC2’s notification', restart],
    ['the record of a start', startByHand],
  ])('is promised no stop by %s for another rule than the one whose row names the service', async (_, startAgain) => {
    const { policy, apply } = createLivePolicy(createPolicy('"off"'))
    const stage = aStage({ fleet: [anInstance(0)], policy })
    await stage.report(launchByService)
    apply(createPolicy('enforce'))
    await startAgain(stage)
    expect(stage.promised()).toEqual([])
    expect(stage.alerts()).toHaveLength(2)
    expect(stage.alerts()[1]?.findings).toMatchObject([{ rule: 'instance-family', action: REFUSED }])
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([])
  })

  test('is promised no stop when the exemption has ended under which the service was recorded', async () => {
    const enforcing = createPolicy('"off"')
    const exemption = { rule: '*', match: { instanceId: OWN }, reason: 'moves', owner: 'x', expires: '2027-01-01' }
    const { policy, apply } = createLivePolicy({ ...enforcing, exemptions: [exemption] })
    const stage = aStage({ fleet: [anInstance(0)], policy })
    await stage.report(launchByService)
    expect(stage.alerts()).toEqual([])
    apply(enforcing)
    await restart(stage)
    expect(stage.promised()).toEqual([])
    expect(stage.alerts()[0]?.findings).toMatchObject([{ action: REFUSED }])
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([])
  })

  test('is not stopped if EC2’s notification comes before the record that names the service', async () => {
    const stage = aStage({ fleet: [anInstance(0)], policy: createPolicy('"off"') })
    await stage.report(aRunningNotification({ instanceId: OWN, time: '2026-11-24T08:00:10Z' }))
    expect(stage.promised()).toEqual([OWN])
    await stage.report(launchByService)
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([])
    const [outcome] = stage.alerts().at(-1)?.findings ?? []
    expect(outcome?.outcome).toMatchObject({ state: 'REFUSED', code: 'OWNED', args: { owner: 'KUBERNETES_CLUSTER' } })
  })
})

describe('an instance that Auto Scaling launched for a group', () => {
  const AUTO_SCALING = 'autoscaling.amazonaws.com'
  const tags = { 'aws:autoscaling:groupName': 'web' }
  const described = [{ Key: 'aws:autoscaling:groupName', Value: 'web' }]
  const launchByGroup = anEnvelope(
    aRunInstancesRecord({
      instances: [ownItem({}, tags)],
      more: {
        userIdentity: { type: 'AWSService', accountId: '123456789012', invokedBy: AUTO_SCALING },
        sourceIPAddress: AUTO_SCALING,
        userAgent: AUTO_SCALING,
      },
    }),
  )

  test.each([
    ['EC2’s notification', restart],
    ['the record of a start', startByHand],
  ])('is promised a stop, and stopped, if %s reports a start after it was detached', async (_, startAgain) => {
    const stage = aStage({ fleet: [anInstance(0, { Tags: described })], policy: createPolicy('"off"') })
    await stage.report(launchByGroup)
    expect(stage.alerts()[0]?.findings).toMatchObject([{ action: { decision: 'refuse', code: 'OWNED' } }])
    const machine = stage.world.known.get(OWN)
    if (machine !== undefined) machine.described = { ...machine.described, Tags: [] }
    await startAgain(stage)
    expect(stage.promised()).toEqual([OWN])
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([OWN])
  })

  test('is promised no stop as long as it is a member', async () => {
    const stage = aStage({ fleet: [anInstance(0, { Tags: described })], policy: createPolicy('"off"') })
    await stage.report(launchByGroup)
    await restart(stage)
    await stage.letTimePass()
    expect([stage.promised(), stage.stopped()]).toEqual([[], []])
  })
})
