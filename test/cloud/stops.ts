import { StartInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { beforeAll, expect, test } from '@jest/globals'
import {
  createRunningNotifications,
  createStateNotifications,
  launchRecord,
  reissueRecord,
  startRecord,
} from '../../local/trail.ts'
import { schedules } from './clock.ts'
import { type TestCloud, theCloud } from './cloud.ts'
import { impatiently } from './impatiently.ts'
import { type Launched, type Stage, stageOn } from './stage.ts'
import { idsOf, launchIdOf, stopStage } from './stop-stage.ts'

export const stopTests = (): void => {
  let cloud: TestCloud
  let stage: Stage
  let stops: ReturnType<typeof stopStage>
  let stopped: Launched
  beforeAll(async () => {
    cloud = theCloud('enforces')
    stage = await stageOn(cloud)
    stops = stopStage(cloud, stage)
  })

  test('is promised in the alert, comes after the grace period, and is alerted once EC2 confirms it', async () => {
    stopped = await stage.launch('pv')
    const ids = idsOf(stopped)
    const record = launchRecord(stopped.wish, stopped.answer)
    await stage.report(record, record, reissueRecord(record), ...createRunningNotifications(stopped.answer))
    const [alert, ...more] = await stage.alerts(launchIdOf(stopped), 1)
    expect(more).toEqual([])
    const { stops: promises = [], decision } = alert?.alert ?? {}
    expect(decision).toBe('defer')
    expect(promises).toEqual([{ at: expect.any(String), rules: ['paravirtual-instance'], resources: ids }])
    expect(alert?.text).toContain('Each of these prevents the stop')
    expect(alert?.text).toContain(`instanceId: "${ids[0]}"`)
    expect(await stops.ledger(stopped)).toEqual([expect.objectContaining({ state: 'DEFERRED' })])
    expect(await schedules(cloud, `stop-${ids[0]}`)).toHaveLength(1)
    expect(stops.asked(ids)).toEqual([])
    // Nobody brings this one forward: the emulated EventBridge Scheduler does it by itself.
    const [outcome] = await stage.told('outcome', 1, { launchId: launchIdOf(stopped) })
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(promises[0]?.at ?? ''))
    expect(outcome?.alert.findings.map(({ outcome: end }) => end?.state)).toEqual(['STOPPED'])
    expect(outcome?.subject).toContain(ids[0])
    await stops.settle()
    expect(await stops.states(ids)).toEqual(['stopped'])
    expect(stops.asked(ids)).toEqual(ids)
    const [row] = await stops.ledger(stopped)
    expect(row).not.toHaveProperty('untold')
    expect(row?.history.map(({ state }) => state)).toEqual(['NEW', 'DEFERRED', 'STOPPED'])
    // What observes was alerted, and nothing more.
    expect(await stops.ledger(stopped, 'incompatible-image')).toEqual([expect.objectContaining({ state: 'ALERTED' })])
    expect(await stage.alerts(launchIdOf(stopped), 2)).toHaveLength(2)
  })

  test('of several instances of one launch is one call and one outcome for each', async () => {
    const launched = await stops.promised(3)
    expect(await stops.comes(idsOf(launched))).toBe(3)
    await stage.told('outcome', 3, { launchId: launchIdOf(launched) })
    await stops.settle()
    expect([...stops.asked(idsOf(launched))].sort()).toEqual([...idsOf(launched)].sort())
    expect(await stops.states(idsOf(launched))).toEqual(['stopped', 'stopped', 'stopped'])
    // The launch itself, and what became of each.
    expect(await stage.alerts(launchIdOf(launched), 4)).toHaveLength(4)
  })

  test('that somebody undoes is alerted again, with who started the instance and when it was stopped', async () => {
    const ids = [...idsOf(stopped)]
    // EventBridge and the ledger count in seconds: what is started in the same one might have been started before.
    await new Promise(resolve => setTimeout(resolve, 1100))
    await cloud.clients.ec2.send(new StartInstancesCommand({ InstanceIds: ids }))
    const start = startRecord(ids)
    // EC2's notification comes first, and is left for later because the record will tell who it was.
    const [again, ...more] = await impatiently(cloud, 'LaunchesQueueUrl', async () => {
      await stage.report(...createStateNotifications(ids, 'running'), start)
      await stage.alerts(Object(start['detail']).eventID, 1)
      // Not together: whichever came first would give the alert its id.
      await stage.report(reissueRecord(start))
      return stage.alerts(Object(start['detail']).eventID, 1)
    })
    expect(more).toEqual([])
    expect(again?.text).toMatch(/started again/i)
    expect(again?.text).toContain('user/jane')
    expect(again?.alert.findings).toEqual([
      expect.objectContaining({
        rule: 'paravirtual-instance',
        previous: expect.objectContaining({ state: 'STOPPED' }),
      }),
    ])
    // Nothing else was told of the launch since.
    expect(await stage.alerts(launchIdOf(stopped), 2)).toHaveLength(2)
    await cloud.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: ids }))
    await stops.comes(ids)
    expect(stops.asked(ids)).toEqual(idsOf(stopped))
    expect((await stops.ledger(stopped))[0]?.state).toBe('RESOLVED')
  })
}
