import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { SubscriptionFilter } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import type { Channel, Policy } from '../../../shared/policy/policy.ts'
import { toPascalCase } from '../../../shared/text/pascal.ts'
import type { AlertResources } from '../../constructs/alert-resources.ts'
import type { Bundle } from '../../constructs/bundle.ts'
import type { ChannelParts, ChannelsParts } from '../../constructs/channel-parts.ts'
import { GuardFunction } from '../../constructs/guard-function.ts'
import { allowRowsOf, KNOWN_CHANNELS } from '../../constructs/ledger-table.ts'
import { createDeadLetterQueue, createWorkQueue } from '../../constructs/queues.ts'
import { createChannelTopic } from '../../constructs/topics.ts'
import type { Settings } from '../../settings/context.ts'
import { listHoldingChannels } from '../../settings/derived.ts'
import { grantSendToChannel } from './grants.ts'
import { createScheduledDeliveries } from './scheduled-deliveries.ts'

const TIMEOUT = Duration.seconds(60)

/**
 * SQS counts every delivery, also of a message that only waits for its slot, for a thread or for a channel that is
 * down. The function gives up before, and says why. A message that gets here made the function die each time.
 */
const DELIVERIES = 500

export type GuardChannelsProps = {
  readonly policy: Policy
  readonly sweepRegions: Settings['sweepRegions']
  readonly alertResources: AlertResources
  readonly bundle: Bundle
}

type Named = { readonly name: string; readonly channel: Channel }

/** The parts of each channel: a queue of its own that takes its alerts out of the topic, and a copy of Notify on it. */
export const guardChannels = (scope: Construct, props: GuardChannelsProps): ChannelsParts => {
  const each = Object.entries(props.policy.channels ?? {}).map(([name, channel]) =>
    guardChannel(scope, { name, channel }, props),
  )
  const scheduled = listHoldingChannels(props.policy)
  const holders = each.filter(({ name }) => scheduled.includes(name))
  return { each, ...(holders.length > 0 && { schedules: createScheduledDeliveries(scope, holders) }) }
}

const guardChannel = (scope: Construct, { name, channel }: Named, props: GuardChannelsProps): ChannelParts => {
  const { alertResources, bundle, sweepRegions } = props
  const id = toPascalCase(name)
  const undelivered = createDeadLetterQueue(scope, `Undelivered${id}`)
  const queue = createWorkQueue(scope, `Channel${id}`, {
    deadLettered: undelivered,
    timeout: TIMEOUT,
    deliveries: DELIVERIES,
  })
  // Messages that wait in them outlive the channel: a sweep reports them, and the runbook says how to send them
  // elsewhere.
  for (const one of [queue, undelivered]) one.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
  const topic =
    channel.type === 'amazon-q'
      ? createChannelTopic(scope, `${id}Alerts`, { name, key: alertResources.key })
      : undefined
  const notify = new GuardFunction(scope, `Notify${id}`, {
    description: `Sends alerts to the channel ${name}`,
    bundle,
    environment: {
      CHANNEL: name,
      LEDGER_TABLE: alertResources.ledger.tableName,
      QUEUE_URL: queue.queueUrl,
      UNDELIVERED_QUEUE_URL: undelivered.queueUrl,
      ...(topic !== undefined && { CHAT_TOPIC_ARN: topic.topicArn }),
      ...(channel.type === 'email' && { ALERTS_TOPIC_ARN: alertResources.alerts.topicArn }),
    },
    queue,
    maxConcurrency: 2,
    timeout: TIMEOUT,
    // A burst comes in few deliveries, so that it can be sent in few messages.
    batchWindow: Duration.seconds(1),
  })
  const parts = { name, id, channel, queue, undelivered, notify, ...(topic !== undefined && { topic }) }
  grantKeepRecord(parts, alertResources)
  grantSendToChannel(parts, alertResources, sweepRegions)
  subscribe(parts, alertResources)
  return parts
}

const grantKeepRecord = ({ name, notify, undelivered }: ChannelParts, { ledger }: AlertResources): void => {
  const actions = ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'].map(action => `dynamodb:${action}`)
  notify.may(actions, ledger.tableArn, allowRowsOf(name))
  // The function records that there is such a channel, for when it is removed.
  notify.may(['dynamodb:UpdateItem'], ledger.tableArn, KNOWN_CHANNELS)
  // The function dead-letters messages that a channel refuses for good, with the reason.
  notify.may(['sqs:SendMessage'], undelivered.queueArn)
}

const createForChannel = (...names: readonly string[]) => ({
  filterPolicy: { channels: SubscriptionFilter.stringFilter({ allowlist: [...names] }) },
})

/** SNS itself sends email, except for scheduled deliveries. Every other channel has its function. */
const subscribe = ({ name, channel, queue, undelivered }: ChannelParts, { alerts }: AlertResources): void => {
  const isEmail = channel.type === 'email'
  alerts.addSubscription(
    new SqsSubscription(queue, {
      rawMessageDelivery: true,
      deadLetterQueue: undelivered,
      ...createForChannel(...(isEmail ? [] : [name]), `${name}:later`),
    }),
  )
  if (!isEmail) return
  for (const address of channel.addresses)
    alerts.addSubscription(new EmailSubscription(address, createForChannel(name)))
}
