import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { Metrics } from '@aws-lambda-powertools/metrics'
import middy from '@middy/core'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'

export type Telemetry = { readonly logger: Logger; readonly metrics: Metrics }

export const createTelemetry = (service: string): Telemetry => ({
  logger: new Logger({ serviceName: service }),
  metrics: new Metrics({ namespace: 'virtguard', serviceName: 'virtguard' }),
})

// Powertools' own middleware complains in the log of every invocation that has nothing to count.
const writeMetrics = (metrics: Metrics) => {
  const write = (): void => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
  }
  return { after: write, onError: write }
}

/** The one stack of every function: request ids in each line of the log, and the metrics written when the handler is done. */
export const createQueueHandler = (
  { logger, metrics }: Telemetry,
  handle: (batch: SQSEvent) => Promise<SQSBatchResponse>,
): ((batch: SQSEvent, context: Context) => Promise<SQSBatchResponse>) =>
  middy<SQSEvent, SQSBatchResponse>().use(injectLambdaContext(logger)).use(writeMetrics(metrics)).handler(handle)
