import { describe, expect, test } from '@jest/globals'
import { createIntroduction } from '../../../functions/notify/introduce.ts'
import { careForChannels } from '../../../functions/sweep/care-for-channels.ts'
import {
  countScheduled,
  introduceChannel,
  listKnownChannels,
  rememberChannel,
} from '../../../shared/aws/channels/known-channels.ts'
import type { ChannelQueues } from '../../../shared/channels/left-behind.ts'
import { inMemoryDynamo } from '../../support/cloud/dynamodb.ts'
import { START } from './world.ts'

const url = (queue: string): string => `https://sqs.us-east-1.amazonaws.com/123456789012/${queue}`
const OPS: ChannelQueues = { name: 'ops', queueUrl: url('Ops'), undeliveredUrl: url('UndeliveredOps') }

const aLedger = () => ({ client: inMemoryDynamo().client(), table: 'ledger' })

/** A sweep of a stack with these channels, while messages wait in each queue. */
const sweep = async (ledger: ReturnType<typeof aLedger>, present: readonly ChannelQueues[]) => {
  const counted: string[] = []
  await careForChannels({
    channels: {
      present,
      remember: (one, now) => rememberChannel(ledger, one, now),
      known: () => listKnownChannels(ledger),
      countScheduled: name => countScheduled(ledger, name),
      countMessages: async () => 3,
      release: async () => undefined,
    },
    now: () => START,
    log: () => undefined,
    count: (metric, count) => counted.push(`${metric} ${count}`),
  })
  return counted
}

describe('a channel that its function has recorded', () => {
  test('is missed when it was added and removed between two sweeps, with messages waiting', async () => {
    const ledger = aLedger()
    await introduceChannel(ledger, OPS, START)
    expect(await sweep(ledger, [])).toEqual(['ChannelsLeftBehind 1'])
  })

  test('is not missed while it exists, even if the endpoint of its queue is written in another way', async () => {
    const ledger = aLedger()
    await introduceChannel(ledger, OPS, START)
    const otherwise = { ...OPS, queueUrl: 'https://us-east-1.queue.amazonaws.com/123456789012/Ops' }
    expect(await sweep(ledger, [otherwise])).toEqual(['ChannelsLeftBehind 0'])
  })

  test('stays as a sweep has recorded it: an old copy of the function changes nothing', async () => {
    const ledger = aLedger()
    await rememberChannel(ledger, OPS, START)
    await introduceChannel(ledger, { ...OPS, name: 'old', undeliveredUrl: url('Old') }, START)
    expect(await listKnownChannels(ledger)).toEqual([OPS])
  })

  test('is recorded as a sweep has it, when it comes second', async () => {
    const ledger = aLedger()
    await introduceChannel(ledger, { ...OPS, undeliveredUrl: url('Old') }, START)
    await rememberChannel(ledger, OPS, START)
    expect(await listKnownChannels(ledger)).toEqual([OPS])
  })
})

describe('a copy of the function', () => {
  test('records its channel once, and again after a failure, which it logs', async () => {
    const logged: string[] = []
    const answers = [new Error('throttled'), undefined, new Error('not asked again')]
    const introduction = createIntroduction(
      async () => {
        const answer = answers.shift()
        if (answer !== undefined) throw answer
      },
      (level, message) => logged.push(`${level}: ${message}`),
    )
    await introduction()
    await introduction()
    await introduction()
    expect(answers).toHaveLength(1)
    expect(logged).toEqual(['warn: the channel could not be recorded, which is tried again: Error: throttled'])
  })
})
