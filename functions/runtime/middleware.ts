import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import middy, { type Request } from '@middy/core'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { readMetricsNamespace } from './env.ts'

export type Telemetry = {
  /** Writes a line of the log, as JSON with the ids of the request. */
  readonly log: (level: 'info' | 'warn' | 'error', message: string, context: Readonly<Record<string, unknown>>) => void
  /** Adds to a metric, which is written when the handler is done. With a dimension it is written at once, as a metric of its own. */
  readonly count: (metric: string, value: number, dimension?: readonly [name: string, value: string]) => void
  /** Makes the logger and the metrics, while there is nothing else to do. Otherwise the first line and the first count do. */
  readonly open: () => void
  readonly begin: (request: Request) => void
  readonly end: () => void
}

/**
 * The logger and the metrics of a function. They are made when they are first needed, because to make them takes longer than to
 * decide about a launch.
 */
export const createTelemetry = (service: string, dimensions?: Readonly<Record<string, string>>): Telemetry => {
  let request: Request | undefined
  let logging: { readonly logger: Logger; readonly middleware: ReturnType<typeof injectLambdaContext> } | undefined
  let counting: Metrics | undefined
  const openLogger = () => {
    if (logging !== undefined) return logging
    const logger = new Logger({ serviceName: service })
    logging = { logger, middleware: injectLambdaContext(logger) }
    if (request !== undefined) logging.middleware.before?.(request)
    return logging
  }
  const openMetrics = (): Metrics => {
    counting ??= new Metrics({
      namespace: readMetricsNamespace(),
      serviceName: 'virtguard',
      ...(dimensions !== undefined && { defaultDimensions: { ...dimensions } }),
    })
    return counting
  }
  return {
    log: (level, message, context) => openLogger().logger[level](message, { ...context }),
    count: (metric, value, dimension) => {
      const metrics = openMetrics()
      if (dimension === undefined) metrics.addMetric(metric, MetricUnit.Count, value)
      else
        metrics
          .singleMetric()
          .addDimension(...dimension)
          .addMetric(metric, MetricUnit.Count, value)
    },
    open: () => {
      openLogger()
      openMetrics()
    },
    begin: now => {
      request = now
      logging?.middleware.before?.(now)
    },
    // Powertools' own middleware complains in the log of every invocation that has nothing to count.
    end: () => {
      if (counting?.hasStoredMetrics()) counting.publishStoredMetrics()
    },
  }
}

/** The one stack of every function: request ids in each line of the log, and the metrics written when the handler is done. */
export const createHandler = <Event, Answer>(
  { begin, end }: Telemetry,
  handle: (event: Event, context: Context) => Promise<Answer>,
): ((event: Event, context: Context) => Promise<Answer>) =>
  middy<Event, Answer>().use({ before: begin, after: end, onError: end }).handler(handle)

/** The same for a function that works on a queue. */
export const createQueueHandler = (
  telemetry: Telemetry,
  handle: (batch: SQSEvent) => Promise<SQSBatchResponse>,
): ((batch: SQSEvent, context: Context) => Promise<SQSBatchResponse>) => createHandler(telemetry, handle)
