import { beforeAll, expect, test } from '@jest/globals'
import { NO_ENA_IMAGE } from '../../local/images.ts'
import {
  createRefusalRecord,
  createRegistrationRecord,
  createRunningNotifications,
  createWish,
  launchRecord,
  reissueRecord,
} from '../../local/trail.ts'
import { REFUSALS } from '../support/refusals.ts'
import { type TestCloud, theCloud } from './cloud.ts'
import { type Launched, type Stage, stageOn } from './stage.ts'

const record = ({ wish, answer }: Launched) => launchRecord(wish, answer)

export const launchTests = (): void => {
  let cloud: TestCloud
  let stage: Stage
  beforeAll(async () => {
    cloud = theCloud()
    stage = await stageOn(cloud)
  })

  test('a PV launch is alerted, and its rows are ALERTED once SNS has delivered it', async () => {
    const launched = await stage.launch('pv')
    await stage.report(record(launched))
    const [alert, ...more] = await stage.alerts(launched.answer.reservationId, 1)
    expect(more).toEqual([])
    expect(alert?.alert.rules).toContain('paravirtual-instance')
    expect(alert?.subject).toContain(launched.answer.instances[0]?.instanceId)
    expect(alert?.text).toContain('Paravirtual instance')
    const rows = await stage.rows(launched.answer)
    expect(rows.map(({ rule }) => rule)).toContain('paravirtual-instance')
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['ALERTED']))
  })

  test('a launch of several instances is one alert that names each', async () => {
    const launched = await stage.launch('pv', 3)
    await stage.report(record(launched))
    const alerts = await stage.alerts(launched.answer.reservationId, 1)
    expect(alerts).toHaveLength(1)
    for (const { instanceId } of launched.answer.instances) expect(alerts[0]?.text).toContain(instanceId)
  })

  test('a launch that is reported again and again, also under other ids, is alerted once', async () => {
    const launched = await stage.launch('pv', 2)
    const reported = record(launched)
    const running = createRunningNotifications(launched.answer)
    await stage.report(reported, reported, reissueRecord(reported), ...running, reported, ...running)
    expect(await stage.alerts(launched.answer.reservationId, 1)).toHaveLength(1)
  })

  test('a launch whose instances run before its record comes is alerted once', async () => {
    const launched = await stage.launch('pv', 2)
    await stage.report(...createRunningNotifications(launched.answer))
    await stage.alerts(launched.answer.reservationId, 1)
    await stage.report(record(launched), reissueRecord(record(launched)))
    expect(await stage.alerts(launched.answer.reservationId, 1)).toHaveLength(1)
  })

  test('a launch whose record is lost is alerted by the notification of its instances', async () => {
    const launched = await stage.launch('pv', 2)
    await stage.report(...createRunningNotifications(launched.answer))
    const alerts = await stage.alerts(launched.answer.reservationId, 1)
    expect(alerts).toHaveLength(1)
    for (const { instanceId } of launched.answer.instances) expect(alerts[0]?.text).toContain(instanceId)
  })

  test('a compliant launch costs no call to SNS or EC2, and leaves nothing in the ledger', async () => {
    const launched = await stage.launch('hvm')
    const before = cloud.calls().length
    await stage.report(record(launched), record(launched))
    expect(await stage.alerts(launched.answer.reservationId, 0)).toEqual([])
    expect(cloud.calls().slice(before)).toEqual([])
    expect(await stage.rows(launched.answer)).toEqual([])
  })

  test('a violating launch costs one publish and no call to EC2', async () => {
    const launched = await stage.launch('pv')
    const before = cloud.calls().length
    await stage.report(record(launched))
    await stage.alerts(launched.answer.reservationId, 1)
    expect(
      cloud
        .calls()
        .slice(before)
        .map(({ action }) => action),
    ).toEqual(['Publish'])
  })

  test('a refused launch is alerted with what EC2 said', async () => {
    const wish = createWish({ image: NO_ENA_IMAGE, instanceType: 'm5.xlarge', count: 1, name: 'test' })
    const refused = createRefusalRecord(wish, REFUSALS.ena)
    const { eventID } = Object(refused['detail'])
    await stage.report(refused, refused)
    const alerts = await stage.alerts(eventID, 1)
    expect(alerts.map(({ alert }) => alert.rules)).toEqual([['incompatible-launch']])
  })

  test('an image that is registered without a virtualization type is alerted', async () => {
    const registered = createRegistrationRecord('ami-0123456789abcdef9', 'golden-image')
    await stage.report(registered, registered)
    const alerts = await stage.alerts('ami-0123456789abcdef9', 1)
    expect(alerts).toHaveLength(1)
    expect(alerts[0]?.alert.rules).toContain('paravirtual-image')
  })

  test('a launch of 1,000 instances, which its record no longer lists, is one alert within the limits of SNS', async () => {
    const launched = await stage.launch('pv', 1000)
    const { detail, ...envelope } = record(launched)
    const resources = launched.answer.instances.map(({ instanceId }) => ({
      type: 'AWS::EC2::Instance',
      ARN: `arn:aws:ec2:us-east-1:000000000000:instance/${instanceId}`,
    }))
    await stage.report({ ...envelope, detail: { ...Object(detail), responseElements: null, resources } })
    const alerts = await stage.alerts(launched.answer.reservationId, 1)
    expect(alerts).toHaveLength(1)
    expect(alerts[0]?.alert.told.flatMap(({ resources: ids }) => ids)).toHaveLength(1000)
    const rows = await stage.rows(launched.answer)
    expect(rows.filter(({ rule, state }) => rule === 'paravirtual-instance' && state === 'ALERTED')).toHaveLength(1000)
    expect(bytesOf(alerts[0]?.publish.request ?? {})).toBeLessThanOrEqual(262_144)
  }, 120_000)
}

/** What SNS counts: the message and the attributes with their names and types. */
const bytesOf = (request: Readonly<Record<string, string>>) =>
  Object.entries(request)
    .filter(([name]) => name === 'Message' || name.startsWith('MessageAttributes'))
    .reduce((sum, [, value]) => sum + Buffer.byteLength(value), 0)
