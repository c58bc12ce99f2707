import { randomBytes } from 'node:crypto'
import { ModifyInstanceAttributeCommand, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { beforeAll, expect, test } from '@jest/globals'
import { createStateNotifications, launchRecord, type More } from '../../local/trail.ts'
import { schedules } from './clock.ts'
import { type TestCloud, theCloud } from './cloud.ts'
import { withPolicy } from './live-policy.ts'
import { type Kind, type Launched, type Stage, stageOn } from './stage.ts'
import { idsOf, launchIdOf, stopStage } from './stop-stage.ts'

const REFUSED: readonly (readonly [string, Kind, More, RegExp])[] = [
  [
    'of an Auto Scaling group',
    'pv',
    { tags: { 'aws:autoscaling:groupName': 'web-asg' } },
    /Auto Scaling group web-asg/,
  ],
  ['of a Kubernetes cluster', 'pv', { tags: { 'kubernetes.io/cluster/prod': 'owned' } }, /a Kubernetes cluster/],
  ['of an ECS cluster', 'pv', { tags: { 'aws:ecs:clusterName': 'web' } }, /an ECS cluster/],
  ['of an EMR cluster', 'pv', { tags: { 'aws:elasticmapreduce:job-flow-id': 'j-1' } }, /an EMR cluster/],
  ['of a Batch compute environment', 'pv', { tags: { AWSBatchServiceTag: 'batch' } }, /a Batch compute environment/],
  ['of Elastic Beanstalk', 'pv', { tags: { 'elasticbeanstalk:environment-name': 'web' } }, /an Elastic Beanstalk/],
  ['of an EC2 fleet', 'pv', { tags: { 'aws:ec2:fleet-id': 'fleet-1' } }, /an EC2 fleet/],
  [
    'that a service manages',
    'pv',
    { item: { operator: { managed: true, principal: 'x.amazonaws.com' } } },
    /x\.amazonaws/,
  ],
  [
    'of a one-time Spot request',
    'pv',
    { request: { instanceMarketOptions: { marketType: 'spot' } } },
    /a one-time request/,
  ],
  ['that is protected against stopping', 'pv', { request: { disableApiStop: true } }, /stop protection/],
  ['with its root on instance store', 'pv-on-instance-store', {}, /its root device is on instance store/],
]

const NO_IMAGE = { instancesSet: { items: [{ minCount: 1, maxCount: 1 }] } }

/** Of an instance that EC2 does not know. */
const UNKNOWN: readonly (readonly [string, More, RegExp])[] = [
  [
    'whose virtualization type nobody knows',
    { item: { virtualizationType: undefined, imageId: undefined }, request: NO_IMAGE },
    /verdict is UNKNOWN/,
  ],
  [
    'which an exemption may cover, as nobody knows its image',
    { item: { imageId: undefined }, request: NO_IMAGE },
    /an exemption may cover it/,
  ],
]

/** The same launch, by a record that speaks of other instances. */
const unknownToEc2 = ({ wish, answer }: Launched): Launched => {
  const instances = answer.instances.map(one => ({
    ...one,
    instanceId: `i-${randomBytes(9).toString('hex').slice(1)}`,
  }))
  return { wish, answer: { ...answer, instances } }
}

export const refusalTests = (): void => {
  let cloud: TestCloud
  let stage: Stage
  let stops: ReturnType<typeof stopStage>
  const refused: Launched[] = []
  beforeAll(async () => {
    cloud = theCloud('enforces')
    stage = await stageOn(cloud)
    stops = stopStage(cloud, stage)
  })

  test.each(REFUSED)('an instance %s is promised no stop, and the alert says why', async (_name, kind, more, why) => {
    const launched = await stage.launch(kind)
    await stage.report(launchRecord(launched.wish, launched.answer, more))
    const [alert] = await stage.told('finding', 1, { launchId: launchIdOf(launched) })
    expect(alert?.alert.decision).toBe('refuse')
    expect(alert?.alert.stops).toBeUndefined()
    expect(alert?.text.replace(/\s+/g, ' ')).toMatch(why)
    refused.push(launched)
  })

  test.each(UNKNOWN)('an instance %s is promised no stop either', async (_name, more, why) => {
    const launched = unknownToEc2(await stage.launch('pv'))
    await stage.report(launchRecord(launched.wish, launched.answer, more))
    const [alerted] = await stage.told('finding', 1, { launchId: launchIdOf(launched) })
    const finding = alerted?.alert.findings.find(({ rule }) => rule === 'paravirtual-instance')
    expect(finding?.action).toMatchObject({ decision: 'refuse', reason: expect.stringMatching(why) })
    expect(alerted?.alert.stops).toBeUndefined()
    refused.push(launched)
  })

  test('an instance that is promised no stop has no schedule, and no more than one alert', async () => {
    expect(refused).toHaveLength(REFUSED.length + UNKNOWN.length)
    const alerts = await stage.alertsOfEach(refused.map(launchIdOf), 1)
    expect(alerts.map(({ length }) => length)).toEqual(refused.map(() => 1))
    for (const launched of refused) {
      expect((await stops.ledger(launched))[0]?.state).toBe('ALERTED')
      expect(await schedules(cloud, `stop-${idsOf(launched)[0]}`)).toEqual([])
    }
  })

  test('an instance that is protected, terminated, stopped by somebody else, exempt or compliant when its stop is due is not stopped', async () => {
    const { ec2 } = cloud.clients
    const launched = await stops.promised(5)
    const denied = await stage.launch('hvm-denied')
    await stage.report(launchRecord(denied.wish, denied.answer))
    expect((await stage.alerts(launchIdOf(denied), 1))[0]?.alert.decision).toBe('defer')
    const [shielded = '', gone = '', down = '', exempt = '', other = ''] = idsOf(launched)
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: shielded, DisableApiStop: { Value: true } }))
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [gone] }))
    await ec2.send(new StopInstancesCommand({ InstanceIds: [down] }))
    await stage.report(...createStateNotifications([down], 'stopped'))
    // Exempts the one, and allows the type of the other launch.
    await withPolicy(cloud, { exempt, deny: [] }, async () => {
      expect(await stops.comes([...idsOf(launched), ...idsOf(denied)])).toBe(6)
    })
    const rows = await stops.ledger(launched)
    expect(rows.map(row => row?.state)).toEqual(['REFUSED', 'RESOLVED', 'RESOLVED', 'SUPPRESSED', 'STOPPED'])
    expect(rows.map(row => row?.history.at(-1)?.why)).toEqual([
      expect.stringContaining('stop protection'),
      'it is terminated',
      'it is stopped, and not by virtguard',
      expect.stringContaining('museum piece'),
      'virtguard stopped it',
    ])
    const [fixed] = await stops.ledger(denied, 'instance-family')
    expect(fixed).toMatchObject({ state: 'RESOLVED' })
    expect(fixed?.history.at(-1)?.why).toContain('it was fixed')
    expect(stops.asked([...idsOf(launched), ...idsOf(denied)])).toEqual([other])
    expect(await stops.states([shielded, exempt, other])).toEqual(['running', 'running', 'stopped'])
    expect(await stage.told('outcome', 5, { launchId: launchIdOf(launched) })).toHaveLength(5)
    expect(await stage.told('outcome', 1, { launchId: launchIdOf(denied) })).toHaveLength(1)
  })
}
