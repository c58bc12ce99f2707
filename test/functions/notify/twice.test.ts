import { describe, expect, test } from '@jest/globals'
import type { SQSEvent } from 'aws-lambda'
import { MANNERS } from '../../../functions/notify/channel-profiles.ts'
import { processBatch } from '../../../functions/notify/process-batch.ts'
import type { Job, Sender } from '../../../shared/channels/sending.ts'
import type { Channel } from '../../../shared/policy/policy.ts'
import { aBatch } from '../../support/sqs.ts'
import { answering, later, OK, put } from './sending.ts'
import { finding, world } from './world.ts'

const TYPES = Object.keys(MANNERS).filter((type): type is Channel['type'] => type in MANNERS)

/** One delivery of a message, as SQS names it. */
const delivered = (body: object, receiptHandle: string): SQSEvent => {
  const { Records } = aBatch([JSON.stringify(body)])
  return { Records: Records.map(record => ({ ...record, messageId: 'message-1', receiptHandle })) }
}

/** A channel that answers only when it is let. */
const slow = () => {
  const jobs: Job[] = []
  let answer = (): void => undefined
  const answered = new Promise<void>(resolve => {
    answer = resolve
  })
  const sender: Sender = async job => {
    jobs.push(job)
    await answered
    return OK
  }
  return { jobs, sender, answer: () => answer() }
}

describe.each(TYPES)('a message that SQS delivers twice to a channel of type %s', type => {
  test('is sent once, though both deliveries come at the same moment', async () => {
    const { jobs, sender, answer } = slow()
    const channel = world({ sender, type })
    const both = ['first', 'second'].map(receipt => channel.handle(delivered(finding(1), receipt)))
    answer()
    const failures = (await Promise.all(both)).map(({ batchItemFailures }) => batchItemFailures.length)
    expect(jobs).toHaveLength(1)
    // The other comes back, and finds it told.
    expect(failures.toSorted()).toEqual([0, 1])
    expect(await channel.handle(delivered(finding(1), 'third'))).toEqual({ batchItemFailures: [] })
    expect(jobs).toHaveLength(1)
  })

  test('is sent once by one batch that has both deliveries', async () => {
    const { jobs, sender } = answering(OK)
    const channel = world({ sender, type })
    const Records = ['first', 'second'].flatMap(receipt => delivered(finding(1), receipt).Records)
    expect(await channel.handle({ Records })).toEqual({ batchItemFailures: [] })
    expect(jobs).toHaveLength(1)
  })

  test('is sent by the second if the first has died, when its lease has ended and not before', async () => {
    const { jobs, sender } = answering(OK)
    let calls = 0
    let isDying = true
    const around = async (call: () => object): Promise<object> => {
      calls += 1
      // It takes the alert, and nothing else that it does gets anywhere.
      if (isDying && calls > 1) throw new Error('died')
      return call()
    }
    const channel = world({ sender, type, around })
    await channel.handle(delivered(finding(1), 'first'))
    isDying = false
    await channel.handle(delivered(finding(1), 'second'))
    expect(jobs).toHaveLength(0)
    channel.queue.pass(152)
    await channel.handle(delivered(finding(1), 'third'))
    expect(jobs).toHaveLength(1)
  })
})

test('a message that was dead-lettered is not sent by another delivery of it', async () => {
  const { jobs, sender } = answering({ kind: 'refused', why: 'is_archived' }, OK)
  // To a program, so that no second of a pace keeps the other from it.
  const channel = world({ sender, type: 'webhook' })
  await channel.handle(delivered(finding(1), 'first'))
  await channel.handle(delivered(finding(1), 'second'))
  expect(jobs).toHaveLength(1)
  expect(channel.queue.deadLetters).toHaveLength(1)
})

test('a message that was deferred for lack of time is claimed again at once', async () => {
  const { jobs, sender } = answering(OK)
  const channel = world({ sender })
  const answers = [false]
  const ports = { ...channel.ports, hasTime: () => answers.shift() ?? true }
  put(channel, finding(1))
  const began = channel.queue.now().getTime()
  await channel.queue.run(batch => processBatch(batch, ports))
  expect(jobs).toHaveLength(1)
  expect(channel.queue.now().getTime() - began).toBe(1_000)
})

test('a scheduled alert is put aside once by two deliveries at the same moment', async () => {
  const { jobs, sender } = answering(OK)
  const channel = world({ sender })
  const scheduled = later(1, '2026-11-24T09:00:00.000Z')
  await Promise.all(['first', 'second'].map(receipt => channel.handle(delivered(scheduled, receipt))))
  await channel.queue.run(channel.handle)
  expect(jobs).toHaveLength(1)
})
