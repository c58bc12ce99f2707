import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { countDeadLetters, countMessages } from '../../local/queues.ts'
import { launchRecord } from '../../local/trail.ts'
import { virtguard } from './cli.ts'
import { bringForward, schedules } from './clock.ts'
import { type TestCloud, theCloud } from './cloud.ts'
import { without } from './grants.ts'
import { impatiently } from './impatiently.ts'
import { type Launched, type Stage, stageOn } from './stage.ts'
import { idsOf, launchIdOf, stopStage } from './stop-stage.ts'

export const takenGrantTests = (): void => {
  let cloud: TestCloud
  let stage: Stage
  let stops: ReturnType<typeof stopStage>
  beforeAll(async () => {
    cloud = theCloud('enforces')
    stage = await stageOn(cloud)
    stops = stopStage(cloud, stage)
  })

  const deadLettered = async (name: string, count: number): Promise<number> => {
    const url = cloud.stack.outputs[name] ?? ''
    // What fails is tried ten times before it is parked.
    for (let round = 0; round < 900 && (await countDeadLetters(url, cloud.clients)) < count; round += 1)
      await new Promise(resolve => setTimeout(resolve, 100))
    return countDeadLetters(url, cloud.clients)
  }

  // A function hides what it gives up for three minutes, so that a redrive never meets the lease of the last try. The tests
  // that redrive come last: most of that time has passed by then.
  const seen = async (queue: string): Promise<void> => {
    const url = cloud.stack.outputs[`${queue}QueueUrl`] ?? ''
    for (let round = 0; round < 220 && (await countMessages(url, cloud.clients)) === 0; round += 1)
      await new Promise(resolve => setTimeout(resolve, 1000))
  }

  const redrive = async (queue: string): Promise<void> => {
    await seen(queue)
    const { code, out, err } = await virtguard(cloud, ['redrive', queue])
    expect([code, out + err]).toEqual([0, expect.stringContaining('1')])
    expect(await deadLettered(`${queue}QueueUrl`, 0)).toBe(0)
  }

  const logs = () => readFileSync(path.join(cloud.folder, 'ministack.log'), 'utf8')

  test('to stop instances fails the stop, in the ledger, in an alert and for the alarm', async () => {
    const launched = await stops.promised()
    await without({ name: 'Enforce', action: 'ec2:StopInstances' }, cloud, async () => {
      await stops.comes(idsOf(launched))
      const [outcome] = await stage.told('outcome', 1, { launchId: launchIdOf(launched) })
      await stops.settle()
      expect(outcome?.alert.findings[0]?.outcome).toMatchObject({ state: 'FAILED' })
      expect(outcome?.alert.findings[0]?.outcome?.why).toContain(
        'virtguard has no permission to stop it: UnauthorizedOperation',
      )
    })
    expect((await stops.ledger(launched))[0]).toMatchObject({ state: 'FAILED' })
    expect(await stops.states(idsOf(launched))).toEqual(['running'])
    expect(logs()).toContain('"StopsFailed":1')
  })

  let unscheduled: Launched
  let unread: Launched

  test('to make schedules dead-letters the alert for a person', async () => {
    unscheduled = await without({ name: 'Confirm', action: 'scheduler:CreateSchedule' }, cloud, async () => {
      const there = await stage.launch('pv')
      await impatiently(cloud, 'AlertedQueueUrl', async () => {
        await stage.report(launchRecord(there.wish, there.answer))
        expect(await deadLettered('FailedConfirmationsQueueUrl', 1)).toBe(1)
      })
      expect(await stage.told('finding', 1, { launchId: launchIdOf(there) })).toHaveLength(1)
      expect(await schedules(cloud, `stop-${idsOf(there)[0]}`)).toEqual([])
      return there
    })
  }, 180_000)

  test('to read the ledger stops nothing, and dead-letters the stop for a person', async () => {
    unread = await stops.promised()
    const ids = idsOf(unread)
    await without({ name: 'Enforce', action: 'dynamodb:Query' }, cloud, async () => {
      await new Promise(resolve => setTimeout(resolve, 3000))
      await impatiently(cloud, 'StopsQueueUrl', async () => {
        expect(await bringForward(cloud, `stop-${ids[0]}`)).toBe(1)
        expect(await deadLettered('FailedStopsQueueUrl', 1)).toBe(1)
      })
      expect(await stops.states(ids)).toEqual(['running'])
    })
  }, 180_000)

  test('to publish leaves the outcome of a stop pending, and it is alerted once the grant is back', async () => {
    const launched = await stops.promised()
    await impatiently(cloud, 'StopsQueueUrl', async () => {
      await without({ name: 'Enforce', action: 'sns:Publish' }, cloud, async () => {
        await new Promise(resolve => setTimeout(resolve, 3000))
        expect(await bringForward(cloud, `stop-${idsOf(launched)[0]}`)).toBe(1)
        for (let round = 0; round < 100 && (await stops.ledger(launched))[0]?.state !== 'STOPPED'; round += 1)
          await new Promise(resolve => setTimeout(resolve, 100))
        expect((await stops.ledger(launched))[0]).toMatchObject({ state: 'STOPPED', untold: 'STOPPED' })
      })
      expect(await stage.told('outcome', 1, { launchId: launchIdOf(launched) })).toHaveLength(1)
    })
    await stops.settle()
    expect((await stops.ledger(launched))[0]).not.toHaveProperty('untold')
    expect(stops.asked(idsOf(launched))).toEqual(idsOf(launched))
  })

  test('that is restored lets an alert that was dead-lettered lead to its stop after the redrive', async () => {
    await redrive('FailedConfirmations')
    await stops.settle()
    expect(await stops.comes(idsOf(unscheduled))).toBe(1)
    expect(await stage.told('outcome', 1, { launchId: launchIdOf(unscheduled) })).toHaveLength(1)
    expect(await stops.states(idsOf(unscheduled))).toEqual(['stopped'])
    expect((await stops.ledger(unscheduled))[0]?.state).toBe('STOPPED')
  }, 300_000)

  test('that is restored lets a stop that was dead-lettered be made after the redrive', async () => {
    const ids = idsOf(unread)
    await redrive('FailedStops')
    await stage.told('outcome', 1, { launchId: launchIdOf(unread) })
    await stops.settle()
    expect(await stops.states(ids)).toEqual(['stopped'])
    expect(stops.asked(ids)).toEqual(ids)
  }, 300_000)
}
