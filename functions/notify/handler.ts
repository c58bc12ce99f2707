import { readFileSync } from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { introduceChannel } from '../../shared/aws/channels/known-channels.ts'
import { queryRowsAt } from '../../shared/aws/ledger/rows.ts'
import type { TestAnswer, TestRequest } from '../../shared/channels/message.ts'
import type { Sender } from '../../shared/channels/sending.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { createQueueHandler, createTelemetry } from '../runtime/middleware.ts'
import { findChannel } from './channel-of.ts'
import { MANNERS } from './channel-profiles.ts'
import { createChannelRows } from './channel-rows.ts'
import { createIntroduction } from './introduce.ts'
import type { NotifyPorts } from './ports.ts'
import { processBatch } from './process-batch.ts'
import { createChannelQueue } from './queue.ts'
import { createReleaseSchedules } from './release-schedules.ts'
import { createSender } from './senders/sender-for.ts'
import { readBaseSettings } from './settings.ts'
import { isTest, testChannel } from './test-channel.ts'

const settings = readBaseSettings()
// Checked when the stack was synthesized, and written beside this file then.
// Stryker disable next-line StringLiteral: JSON.parse reads the bytes as UTF-8 by itself
const policy: Policy = JSON.parse(readFileSync(`${import.meta.dirname}/policy.json`, 'utf8'))
const name = settings.CHANNEL
const channel = findChannel(policy, name)

const telemetry = createTelemetry('Notify', { channel: name })
const getNow = (): Date => new Date()
const client = new DynamoDBClient({ maxAttempts: 3 })
// Stryker disable next-line ObjectLiteral: the SDK tries three times by itself, and another version may not
const sqs = new SQSClient({ maxAttempts: 3 })

/** The time for the last steps: another message is begun only if this much time is left. */
const MARGIN_MS = 20_000

const makeSender = async (): Promise<Sender> =>
  createSender(name, channel, {
    now: getNow,
    // https://sqs.REGION.amazonaws.com/ACCOUNT/NAME
    // Stryker disable next-line StringLiteral: the path of a URL begins with a slash, so that the part is there
    accountId: new URL(settings.QUEUE_URL).pathname.split('/')[1] ?? '',
    region: await sqs.config.region(),
    rowsAt: places => queryRowsAt({ client, table: settings.LEDGER_TABLE }, places),
  })
let ready: Promise<Sender> | undefined
const loadSender = (): Promise<Sender> => {
  ready ??= makeSender()
  return ready
}

const createPorts = (send: Sender, endsAt: number): NotifyPorts => ({
  channel: name,
  profile: MANNERS[channel.type],
  now: getNow,
  rows: createChannelRows({ client, table: settings.LEDGER_TABLE, channel: name }),
  send,
  queue: createChannelQueue(sqs, { queueUrl: settings.QUEUE_URL, undeliveredUrl: settings.UNDELIVERED_QUEUE_URL }),
  scheduleRelease: createReleaseSchedules(name, getNow),
  hasTime: () => Date.now() < endsAt,
  log: telemetry.log,
  count: telemetry.count,
})

const TIMEOUT_MS = 60_000

const introduce = createIntroduction(
  () =>
    introduceChannel(
      { client, table: settings.LEDGER_TABLE },
      { name, queueUrl: settings.QUEUE_URL, undeliveredUrl: settings.UNDELIVERED_QUEUE_URL },
      getNow(),
    ),
  telemetry.log,
)

// The sender is ready before a rate limit slot is asked for, because a slot is for now.
const sendAlerts = createQueueHandler(telemetry, async batch => {
  const endsAt = Date.now() + TIMEOUT_MS - MARGIN_MS
  // Comes before anything that may fail, because its messages wait then.
  await introduce()
  return processBatch(batch, createPorts(await loadSender(), endsAt))
})

export const handler = async (
  event: SQSEvent | TestRequest,
  context: Context,
): Promise<SQSBatchResponse | TestAnswer> =>
  isTest(event) ? testChannel(await loadSender(), { name, type: channel.type }, getNow()) : sendAlerts(event, context)
