import { createHash } from 'node:crypto'
import { CfnOutput } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { channelsText } from '../shared/policy/same-channels.ts'
import type { ChannelsParts } from './channel-parts.ts'
import type { Parts } from './parts.ts'

const ofChannels = ({ each }: ChannelsParts): Readonly<Record<string, string>> =>
  Object.fromEntries(
    each.flatMap(({ id, queue, undelivered, notify, topic }) => [
      [`Notify${id}Function`, notify.functionName],
      [`Channel${id}QueueUrl`, queue.queueUrl],
      [`Undelivered${id}QueueUrl`, undelivered.queueUrl],
      ...(topic === undefined ? [] : [[`${id}AlertsTopicArn`, topic.topicArn]]),
    ]),
  )

/** What a person or another stack needs to subscribe to the alerts, and to look after the queues. */
export const guardOutputs = (
  scope: Construct,
  { readers, alerts, operations, ledger, launches, alerted, parked, sweeping, stopping, policy, channels }: Parts,
): void => {
  const outputs = {
    // By it `policy apply` knows whether stops would be seen by nobody.
    AlertReaders: readers,
    AlertsTopicArn: alerts.topicArn,
    // By it the command line tells operations what it changes.
    OperationsTopicArn: operations.topicArn,
    LedgerTable: ledger.tableName,
    LaunchesQueueUrl: launches.queueUrl,
    AlertedQueueUrl: alerted.queueUrl,
    UndeliveredEventsQueueUrl: parked.undeliveredEvents.queueUrl,
    FailedLaunchesQueueUrl: parked.failedLaunches.queueUrl,
    UndeliveredAlertsQueueUrl: parked.undeliveredAlerts.queueUrl,
    FailedConfirmationsQueueUrl: parked.failedConfirmations.queueUrl,
    SweepsQueueUrl: sweeping.sweeps.queueUrl,
    FailedSweepsQueueUrl: sweeping.parked.failedSweeps.queueUrl,
    UndeliveredSweepsQueueUrl: sweeping.parked.undeliveredSweeps.queueUrl,
    ...(stopping !== undefined && {
      StopsQueueUrl: stopping.stops.queueUrl,
      FailedStopsQueueUrl: stopping.parked.failedStops.queueUrl,
      UndeliveredStopsQueueUrl: stopping.parked.undeliveredStops.queueUrl,
    }),
    ...(channels !== undefined && {
      Channels: channels.each.map(({ name }) => name).join(' '),
      // By it `policy apply` knows whether a policy has these channels.
      ChannelsHash: createHash('sha256').update(channelsText(policy)).digest('hex'),
      ...ofChannels(channels),
    }),
  }
  for (const [id, value] of Object.entries(outputs)) new CfnOutput(scope, id, { value })
}
