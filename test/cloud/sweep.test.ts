// A cloud of its own: a sweep finds whatever runs there, and would tell what other tests are about to report.
import { randomUUID } from 'node:crypto'
import {
  ModifyInstanceAttributeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { type Cloud, createCalls, startCloud } from '../../local/cloud.ts'
import { readLedgerRows } from '../../local/ledger.ts'
import { countMessages, listQueues, waitUntilSettled } from '../../local/queues.ts'
import { launchRecord } from '../../local/trail.ts'
import { virtguard } from './cli.ts'
import { describeCloud, type TestCloud, theCloud } from './cloud.ts'
import { SWEPT } from './policies.ts'
import { promiseTests } from './promises.ts'
import { type Launched, type Stage, stageOn } from './stage.ts'

jest.setTimeout(180_000)

const PV = 'paravirtual-instance'

const idsOf = (...launched: readonly Launched[]): readonly string[] =>
  launched.flatMap(({ answer }) => answer.instances.map(({ instanceId }) => instanceId)).toSorted()

describeCloud('a deployed stack that sweeps', () => {
  let own: Cloud
  let cloud: TestCloud
  let stage: Stage
  beforeAll(async () => {
    const { python } = theCloud()
    own = await startCloud({ python, email: 'user@example.com', policy: SWEPT, say: () => undefined })
    cloud = { ...own, python, calls: () => createCalls(own.folder) }
    stage = await stageOn(cloud)
  })
  afterAll(() => own?.stop())

  const sweep = async (): Promise<void> => {
    const ran = await virtguard(cloud, ['sweep', '--stack', 'Virtguard'])
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(await waitUntilSettled(cloud, 60)).toBe(true)
  }

  /** What was told of the rule so far, by kind. */
  const alerted = async (kind: 'finding' | 'outcome', count: number) => {
    const alerts = await stage.told(kind, count)
    return alerts.map(({ alert, text, subject }) => ({
      subject,
      text,
      states: [...new Set(alert.findings.map(({ outcome }) => outcome?.state))],
      ids: alert.told
        .filter(({ rules }) => rules.includes(PV))
        .flatMap(({ resources }) => resources)
        .toSorted(),
      all: alert.told.flatMap(({ resources }) => resources).toSorted(),
    }))
  }

  const rowsOf = async (ids: readonly string[], rule = PV) =>
    (await readLedgerRows(cloud)).filter(row => ids.includes(row.resource) && row.rule === rule)

  let large: Launched
  let before: Launched
  let xen: Launched

  test('a large launch whose record names no instance is handed over, and swept at once', async () => {
    large = await stage.launch('pv', 40)
    const { detail, ...envelope } = launchRecord(large.wish, large.answer)
    const { requestParameters, ...record } = Object(detail)
    const { clientToken: _token, ...request } = Object(requestParameters)
    // Reported five minutes later, as CloudTrail does.
    const eventTime = new Date(Date.now() - 300_000).toISOString().replace(/\.\d+/, '')
    const unlisted = { ...record, eventTime, requestParameters: request, responseElements: null, resources: [] }
    await stage.report({ ...envelope, detail: { ...unlisted, eventID: randomUUID() } })
    const alerts = await alerted('finding', 2)
    expect(await waitUntilSettled(cloud, 60)).toBe(true)
    const found = alerts.filter(({ ids }) => ids.length === 40)
    expect(found.map(({ ids }) => ids)).toEqual([idsOf(large)])
    expect(found[0]?.subject).toContain('40 instances')
    expect(found[0]?.text).toContain('A sweep found them')
  })

  test('an instance from before the guard is in one alert, and its row is marked as alerted', async () => {
    before = await stage.launch('pv', 3)
    xen = await stage.launch('hvm-on-xen')
    const compliant = await stage.launch('hvm', 2)
    await sweep()
    const alert = (await alerted('finding', 3)).at(-1)
    expect(alert?.ids).toEqual(idsOf(before))
    for (const id of idsOf(before)) expect(alert?.text).toContain(id)
    expect(alert?.all).toContain(idsOf(xen)[0])
    const rows = await rowsOf(idsOf(before))
    expect(rows.map(({ state }) => state)).toEqual(['ALERTED', 'ALERTED', 'ALERTED'])
    expect((await readLedgerRows(cloud)).filter(({ resource }) => idsOf(compliant).includes(resource))).toEqual([])
  })

  test('a report that comes after the sweep alerts nothing again, nor does another sweep', async () => {
    const count = (await alerted('finding', 3)).length
    await stage.report(launchRecord(before.wish, before.answer))
    await sweep()
    expect(await stage.alerts(before.answer.reservationId, 0)).toEqual([])
    expect(await alerted('finding', count)).toHaveLength(count)
  })

  test('an instance that is terminated or fixed by then is RESOLVED, and that is alerted', async () => {
    const { ec2 } = cloud.clients
    const [gone = '', ...left] = idsOf(before)
    const [fixed = ''] = idsOf(xen)
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [gone] }))
    await ec2.send(new StopInstancesCommand({ InstanceIds: [fixed] }))
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: fixed, InstanceType: { Value: 't3.micro' } }))
    await ec2.send(new StartInstancesCommand({ InstanceIds: [fixed] }))
    await sweep()
    const [outcome, ...more] = await alerted('outcome', 1)
    expect(more).toEqual([])
    expect(outcome?.states).toEqual(['RESOLVED'])
    expect(new Set(outcome?.all)).toEqual(new Set([gone, fixed]))
    expect(outcome?.subject).toContain('Resolved')
    expect(outcome?.text).toContain('it was fixed: the rule passes now')
    expect(outcome?.text).toContain('it is terminated')
    expect((await rowsOf([gone])).map(({ state, untold: pending }) => [state, pending])).toEqual([
      ['RESOLVED', undefined],
    ])
    expect((await rowsOf([fixed], 'xen-hypervisor')).map(({ state }) => state)).toEqual(['RESOLVED'])
    expect((await rowsOf(left)).map(({ state }) => state)).toEqual(['ALERTED', 'ALERTED'])
  })

  test('a sweep after that has nothing to say', async () => {
    const findings = (await alerted('finding', 3)).length
    await sweep()
    expect(await alerted('outcome', 1)).toHaveLength(1)
    expect(await alerted('finding', findings)).toHaveLength(findings)
    for (const url of listQueues(cloud).parked) expect([url, await countMessages(url, cloud.clients)]).toEqual([url, 0])
  })

  describe('late promises', () => promiseTests(() => ({ cloud, stage, sweep, existing: () => idsOf(large, before) })))
})
