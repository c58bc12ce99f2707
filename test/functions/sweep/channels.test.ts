import { GetQueueAttributesCommand, QueueDoesNotExist, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { readMessage } from '../../../functions/notify/read-message.ts'
import { careForChannels } from '../../../functions/sweep/care-for-channels.ts'
import type { SweepPorts } from '../../../functions/sweep/ports.ts'
import { countMessages, requestRelease } from '../../../shared/aws/channels/channel-queues.ts'
import { writeChannelRow } from '../../../shared/aws/channels/channel-row.ts'
import { countScheduled, listKnownChannels, rememberChannel } from '../../../shared/aws/channels/known-channels.ts'
import { hold } from '../../../shared/aws/channels/scheduled-deliveries.ts'
import { type ChannelQueues, listChannels } from '../../../shared/channels/left-behind.ts'
import { DEFAULT_POLICY } from '../../../shared/policy/load.ts'
import { inMemoryDynamo } from '../../support/cloud/dynamodb.ts'
import { NO_CHANNELS } from '../../support/no-channels.ts'
import { answering, later, OK, put } from '../notify/sending.ts'
import { finding, START, world } from '../notify/world.ts'
import { aSweepWorld } from './world.ts'

const SWEEPS = 'https://sqs.us-east-1.amazonaws.com/123456789012/Virtguard-Sweeps'
const urlOf = (queue: string): string => `https://sqs.us-east-1.amazonaws.com/123456789012/${queue}`
const channel = (name: string, queue = `Virtguard-Channel-${name}`): ChannelQueues => ({
  name,
  queueUrl: urlOf(queue),
  undeliveredUrl: urlOf(`${queue}-undelivered`),
})

const NOW = new Date('2026-11-24T08:00:00.000Z')

/** What a sweep sees: which channels there are, what lies in which queue, and the table that remembers. */
const aStack = () => {
  const dynamo = inMemoryDynamo()
  const ledger = { client: dynamo.client(), table: 'ledger' }
  const messages = new Map<string, number | Error>()
  const flushed: string[] = []
  const logged: string[] = []
  const counted: string[] = []
  const sweep = async (...present: readonly ChannelQueues[]): Promise<void> => {
    const channels: SweepPorts['channels'] = {
      present,
      remember: (one, now) => rememberChannel(ledger, one, now),
      known: () => listKnownChannels(ledger),
      countScheduled: name => countScheduled(ledger, name),
      countMessages: async url => {
        const count = messages.get(url) ?? 0
        if (count instanceof Error) throw count
        return count < 0 ? undefined : count
      },
      release: async ({ name }, at) => {
        flushed.push(`${name} ${at.toISOString()}`)
      },
    }
    await careForChannels({
      channels,
      now: () => NOW,
      log: (level, message, context) => logged.push(`${level}: ${message} ${JSON.stringify(context)}`),
      count: (metric, count) => counted.push(`${metric} ${count}`),
    })
  }
  return { ledger, messages, flushed, logged, counted, sweep }
}

const OPS = channel('ops')
const MAIL = channel('mail')

describe('a sweep that looks after channels', () => {
  test('asks each channel to release what is overdue', async () => {
    const stack = aStack()
    await stack.sweep(OPS, MAIL)
    expect(stack.flushed).toEqual(['ops 2026-11-24T08:00:00.000Z', 'mail 2026-11-24T08:00:00.000Z'])
    expect(stack.counted).toEqual(['ChannelsLeftBehind 0'])
  })

  test.each([
    ['in its queue', OPS.queueUrl],
    ['in its dead-letter queue', OPS.undeliveredUrl],
  ])('says that a channel was removed while alerts waited for it %s', async (_, url) => {
    const stack = aStack()
    await stack.sweep(OPS, MAIL)
    stack.messages.set(url, 3)
    await stack.sweep(MAIL)
    expect(stack.counted.at(-1)).toBe('ChannelsLeftBehind 1')
    expect(stack.logged).toEqual([expect.stringContaining('error: the channel ops was removed while alerts waited')])
    expect(stack.logged[0]).toContain(OPS.queueUrl)
  })

  test('says that a channel was removed which has scheduled deliveries', async () => {
    const stack = aStack()
    await stack.sweep(OPS, MAIL)
    const alert = finding(1)
    const row = {
      pk: 'channel#ops',
      sk: 'sent#1',
      state: 'open',
      claimant: 'm/1',
      leaseUntil: 0,
      since: 0,
      failures: 0,
      waits: 0,
    } as const
    const rows = { ...stack.ledger, channel: 'ops' }
    await writeChannelRow(rows, {
      sk: row.sk,
      set: { claimant: row.claimant, state: 'open' },
      condition: { expression: 'attribute_not_exists(#pk)', values: {} },
    })
    await hold(rows, { at: '2026-11-25T07:00:00.000Z', alert, row, now: NOW })
    await stack.sweep(MAIL)
    expect(stack.counted.at(-1)).toBe('ChannelsLeftBehind 1')
    expect(stack.logged[0]).toContain('"scheduled":1')
    // A channel of that name tells it.
    await stack.sweep(MAIL, channel('ops', 'Virtguard-another'))
    expect(stack.counted.at(-1)).toBe('ChannelsLeftBehind 0')
  })

  test('does not mention a channel that was removed with nothing waiting, or whose queues were deleted', async () => {
    const stack = aStack()
    await stack.sweep(OPS)
    await stack.sweep()
    for (const url of [OPS.queueUrl, OPS.undeliveredUrl]) stack.messages.set(url, -1)
    await stack.sweep()
    expect(stack.counted).toEqual(['ChannelsLeftBehind 0', 'ChannelsLeftBehind 0', 'ChannelsLeftBehind 0'])
    expect(stack.logged).toEqual([])
  })

  test('distinguishes a channel that was made again under the same name from the deleted one', async () => {
    const stack = aStack()
    await stack.sweep(OPS)
    stack.messages.set(OPS.queueUrl, 1)
    await stack.sweep(channel('ops', 'Virtguard-another'))
    expect(stack.counted.at(-1)).toBe('ChannelsLeftBehind 1')
  })

  test('does not skip what it may not read, and goes on with its work', async () => {
    const stack = aStack()
    await stack.sweep(OPS)
    stack.messages.set(OPS.queueUrl, new Error('AccessDenied'))
    await stack.sweep()
    expect(stack.counted.at(-1)).toBe('ChannelsLeftBehind 1')
    expect(stack.logged).toEqual([expect.stringContaining('could not be checked: Error: AccessDenied')])
  })

  test('does so when it starts, and not after a launch', async () => {
    const cared: number[] = []
    const known = async () => {
      cared.push(1)
      return []
    }
    const channels = { ...NO_CHANNELS, known }
    const sweeping = aSweepWorld({ machines: [], policy: DEFAULT_POLICY, channels: () => channels })
    sweeping.start({ launchedUntil: '2026-11-24T07:00:00.000Z' })
    await sweeping.run()
    expect(cared).toHaveLength(0)
    sweeping.start()
    await sweeping.run()
    expect(cared).toHaveLength(1)
  })
})

test('an alert that a removed route has scheduled is released by the next sweep, though its schedule never comes', async () => {
  const { jobs, sender } = answering(OK)
  const ops = world({ sender, scheduleRelease: async () => undefined })
  put(ops, later(1, '2026-11-24T09:00:00.000Z'))
  await ops.queue.run(ops.handle)
  expect(jobs).toHaveLength(0)
  const flush = (at: string): void => ops.queue.put(JSON.stringify({ kind: 'flush', channel: 'ops', at }))
  // What is not due yet is left to its time.
  flush(START.toISOString())
  await ops.queue.run(ops.handle)
  expect(jobs).toHaveLength(0)
  flush('2026-11-25T03:17:00.000Z')
  await ops.queue.run(ops.handle)
  expect(jobs).toHaveLength(1)
})

describe('the queues of channels', () => {
  const client = new SQSClient({ region: 'us-east-1' })
  const mock = mockClient(client)
  beforeEach(() => {
    mock.reset()
    mock.onAnyCommand().rejects(new Error('unexpected call'))
  })

  test('are counted with hidden and delayed messages', async () => {
    mock.on(GetQueueAttributesCommand, { QueueUrl: OPS.queueUrl }).resolves({
      Attributes: {
        ApproximateNumberOfMessages: '1',
        ApproximateNumberOfMessagesNotVisible: '2',
        ApproximateNumberOfMessagesDelayed: '4',
      },
    })
    expect(await countMessages(client, OPS.queueUrl)).toBe(7)
  })

  test('may be deleted, which is no error, but every other error is thrown', async () => {
    mock.on(GetQueueAttributesCommand).rejectsOnce(new QueueDoesNotExist({ message: 'no', $metadata: {} }))
    expect(await countMessages(client, OPS.queueUrl)).toBeUndefined()
    mock.on(GetQueueAttributesCommand).rejects(new Error('denied'))
    await expect(countMessages(client, OPS.queueUrl)).rejects.toThrow('denied')
  })

  test('take a release that Notify can read', async () => {
    mock.on(SendMessageCommand).resolves({})
    await requestRelease(client, { url: OPS.queueUrl, channel: 'ops', at: NOW })
    const { QueueUrl, MessageBody = '' } = mock.commandCalls(SendMessageCommand)[0]?.args[0].input ?? {}
    expect(QueueUrl).toBe(OPS.queueUrl)
    expect(readMessage(MessageBody)).toEqual({ kind: 'flush', channel: 'ops', at: NOW.toISOString() })
  })

  test('are named to Sweep by the stack, as short as twenty of them need', () => {
    expect(listChannels('ops=Virtguard-Q/Virtguard-U night-shift=A/B', SWEEPS)).toEqual([
      { name: 'ops', queueUrl: urlOf('Virtguard-Q'), undeliveredUrl: urlOf('Virtguard-U') },
      { name: 'night-shift', queueUrl: urlOf('A'), undeliveredUrl: urlOf('B') },
    ])
    expect(listChannels('', SWEEPS)).toEqual([])
  })
})
