import { CfnOutput } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Parts } from './parts.ts'

/** What a person or another stack needs to subscribe to the alerts, and to look after the queues. */
export const guardOutputs = (
  scope: Construct,
  { alerts, ledger, launches, alerted, parked, sweeping, stopping }: Parts,
): void => {
  const outputs = {
    AlertsTopicArn: alerts.topicArn,
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
  }
  for (const [id, value] of Object.entries(outputs)) new CfnOutput(scope, id, { value })
}
