// What fails is dead-lettered at the beginning of the file, and redriven at its end. A function hides for three minutes what
// it gives up, so that a redrive never meets the lease of the last try: the other tests run meanwhile, and what is left of
// that time is not waited for.
import { beforeAll, expect, test } from '@jest/globals'
import { countDeadLetters, countMessages } from '../../local/queues.ts'
import { launchRecord } from '../../local/trail.ts'
import { virtguard } from './cli.ts'
import { bringForward, endDelays, schedules } from './clock.ts'
import { type TestCloud, theCloud } from './cloud.ts'
import { without } from './grants.ts'
import { impatiently } from './impatiently.ts'
import { type Launched, type Stage, stageOn } from './stage.ts'
import { idsOf, launchIdOf, stopStage } from './stop-stage.ts'

const urlOf = ({ stack }: TestCloud, queue: string): string => stack.outputs[`${queue}QueueUrl`] ?? ''

/** The number of messages in a dead-letter queue, once there are so many or after a minute and a half. */
const deadLettered = async (cloud: TestCloud, queue: string, count: number): Promise<number> => {
  const url = urlOf(cloud, queue)
  // What fails is tried ten times before it is parked.
  for (let round = 0; round < 900 && (await countDeadLetters(url, cloud.clients)) < count; round += 1)
    await new Promise(resolve => setTimeout(resolve, 100))
  return countDeadLetters(url, cloud.clients)
}

/** Waits for the one message that a function gives up. It is there, and nobody sees it yet. */
const givesUp = async (cloud: TestCloud, queue: string): Promise<void> => {
  expect(await deadLettered(cloud, queue, 1)).toBe(1)
  expect(await countMessages(urlOf(cloud, queue), cloud.clients)).toBe(0)
}

const notBegun = async (): Promise<Launched> => {
  throw new Error('nothing was dead-lettered')
}

/** The launch whose alert is dead-lettered, and the one whose stop is, once they are. */
let unscheduled = notBegun()
let unread = notBegun()
for (const one of [unscheduled, unread]) one.catch(() => {})

export const deadLetterTests = (): void => {
  let cloud: TestCloud
  let stage: Stage
  let stops: ReturnType<typeof stopStage>

  const failToSchedule = (): Promise<Launched> =>
    without({ name: 'Confirm', action: 'scheduler:CreateSchedule' }, cloud, async () => {
      const launched = await stage.launch('pv')
      await impatiently(cloud, 'AlertedQueueUrl', async () => {
        await stage.report(launchRecord(launched.wish, launched.answer))
        await givesUp(cloud, 'FailedConfirmations')
      })
      expect(await stage.told('finding', 1, { launchId: launchIdOf(launched) })).toHaveLength(1)
      expect(await schedules(cloud, `stop-${idsOf(launched)[0]}`)).toEqual([])
      return launched
    })

  const failToRead = (launched: Launched): Promise<Launched> =>
    without({ name: 'Enforce', action: 'dynamodb:Query' }, cloud, async () => {
      const ids = idsOf(launched)
      await new Promise(resolve => setTimeout(resolve, 3000))
      await impatiently(cloud, 'StopsQueueUrl', async () => {
        expect(await bringForward(cloud, `stop-${ids[0]}`)).toBe(1)
        await givesUp(cloud, 'FailedStops')
      })
      expect(await stops.states(ids)).toEqual(['running'])
      return launched
    })

  // Both at the same time: each fails ten times, in a queue and by a role of its own.
  beforeAll(async () => {
    cloud = theCloud('enforces')
    stage = await stageOn(cloud)
    stops = stopStage(cloud, stage)
    const promised = await stops.promised()
    unread = failToRead(promised)
    unscheduled = failToSchedule()
    for (const one of [unscheduled, unread]) one.catch(() => {})
  })

  test('to make schedules dead-letters the alert for a person', async () => {
    expect(idsOf(await unscheduled)).toHaveLength(1)
  }, 180_000)

  test('to read the ledger stops nothing, and dead-letters the stop for a person', async () => {
    expect(idsOf(await unread)).toHaveLength(1)
  }, 180_000)
}

/** Not before what was dead-lettered is seen. */
export const redriveTests = (): void => {
  let cloud: TestCloud
  let stage: Stage
  let stops: ReturnType<typeof stopStage>
  beforeAll(async () => {
    cloud = theCloud('enforces')
    stage = await stageOn(cloud)
    stops = stopStage(cloud, stage)
  })

  const redrive = async (queue: string): Promise<void> => {
    await endDelays(cloud, urlOf(cloud, queue))
    expect(await countMessages(urlOf(cloud, queue), cloud.clients)).toBe(1)
    const { code, out, err } = await virtguard(cloud, ['redrive', queue])
    expect([code, out + err]).toEqual([0, expect.stringContaining('1')])
    expect(await deadLettered(cloud, queue, 0)).toBe(0)
  }

  test('that is restored lets an alert that was dead-lettered lead to its stop after the redrive', async () => {
    const launched = await unscheduled
    await redrive('FailedConfirmations')
    await stops.settle()
    expect(await stops.comes(idsOf(launched))).toBe(1)
    expect(await stage.told('outcome', 1, { launchId: launchIdOf(launched) })).toHaveLength(1)
    expect(await stops.states(idsOf(launched))).toEqual(['stopped'])
    expect((await stops.ledger(launched))[0]?.state).toBe('STOPPED')
  }, 300_000)

  test('that is restored lets a stop that was dead-lettered be made after the redrive', async () => {
    const launched = await unread
    const ids = idsOf(launched)
    await redrive('FailedStops')
    await stage.told('outcome', 1, { launchId: launchIdOf(launched) })
    await stops.settle()
    expect(await stops.states(ids)).toEqual(['stopped'])
    expect(stops.asked(ids)).toEqual(ids)
  }, 300_000)
}
