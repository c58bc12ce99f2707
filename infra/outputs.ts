import { createHash } from 'node:crypto'
import { CfnOutput } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { serializeChannels } from '../shared/policy/same-channels.ts'
import type { ChannelsParts } from './constructs/channel-parts.ts'
import type { Parts } from './constructs/parts.ts'

const listChannelQueues = ({ each }: ChannelsParts): Readonly<Record<string, string>> =>
  Object.fromEntries(
    each.flatMap(({ id, queue, undelivered, notify, topic }) => [
      [`Notify${id}Function`, notify.functionName],
      [`Channel${id}QueueUrl`, queue.queueUrl],
      [`Undelivered${id}QueueUrl`, undelivered.queueUrl],
      ...(topic === undefined ? [] : [[`${id}AlertsTopicArn`, topic.topicArn]]),
    ]),
  )

/** The outputs for a person or another stack, to subscribe to the alerts and to look after the queues. */
export const guardOutputs = (
  scope: Construct,
  { readers, alerts, operations, ledger, launches, alerted, deadLettered, sweeping, stopping, policy, channels }: Parts,
): void => {
  const outputs = {
    // With it `policy apply` knows whether nobody would see stops.
    AlertReaders: readers,
    AlertsTopicArn: alerts.topicArn,
    // With it the command line alerts operations to changes.
    OperationsTopicArn: operations.topicArn,
    LedgerTable: ledger.tableName,
    LaunchesQueueUrl: launches.queueUrl,
    AlertedQueueUrl: alerted.queueUrl,
    UndeliveredEventsQueueUrl: deadLettered.undeliveredEvents.queueUrl,
    FailedLaunchesQueueUrl: deadLettered.failedLaunches.queueUrl,
    UndeliveredAlertsQueueUrl: deadLettered.undeliveredAlerts.queueUrl,
    FailedConfirmationsQueueUrl: deadLettered.failedConfirmations.queueUrl,
    SweepsQueueUrl: sweeping.sweeps.queueUrl,
    FailedSweepsQueueUrl: sweeping.deadLettered.failedSweeps.queueUrl,
    UndeliveredSweepsQueueUrl: sweeping.deadLettered.undeliveredSweeps.queueUrl,
    ...(stopping !== undefined && {
      StopsQueueUrl: stopping.stops.queueUrl,
      FailedStopsQueueUrl: stopping.deadLettered.failedStops.queueUrl,
      UndeliveredStopsQueueUrl: stopping.deadLettered.undeliveredStops.queueUrl,
    }),
    ...(channels !== undefined && {
      Channels: channels.each.map(({ name }) => name).join(' '),
      // By it `policy apply` knows whether a policy has these channels.
      ChannelsHash: createHash('sha256').update(serializeChannels(policy)).digest('hex'),
      ...listChannelQueues(channels),
    }),
  }
  for (const [id, value] of Object.entries(outputs)) new CfnOutput(scope, id, { value })
}
