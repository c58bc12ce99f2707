import { Duration } from 'aws-cdk-lib'
import type { Topic } from 'aws-cdk-lib/aws-sns'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import { SWEEP_SECONDS } from '../../../shared/ledger/sweep-message.ts'
import type { Bundle } from '../../constructs/bundle.ts'
import { GuardFunction } from '../../constructs/guard-function.ts'
import type { SweepParts, SweepStarts } from '../../constructs/parts.ts'
import { createDeadLetterQueue, createWorkQueue } from '../../constructs/queues.ts'
import { REGIONS_READ, SWEEP_READS } from '../../settings/ec2-rights.ts'
import type { Options } from '../../settings/settings-file.ts'
import { sweepRule } from './rule.ts'
import { sweepSchedule } from './schedule.ts'
import type { Queues } from './start.ts'

const TIMEOUT = Duration.seconds(SWEEP_SECONDS)

// One whole processor: a sweep mostly reads answers, and twice as fast costs the same.
const MEMORY_MIB = 1769

export type GuardSweepsProps = {
  readonly bundle: Bundle
  readonly environment: Readonly<Record<string, string>>
  /** `own`, `all`, or names. */
  readonly regions: 'own' | 'all' | readonly string[]
  /** The topic with which Evaluate asks for a sweep. */
  readonly requests: Topic
  /** What begins the daily sweep. EventBridge Scheduler by default. */
  readonly dailySweep?: Options['dailySweep']
}

/**
 * Everything that sweeps: the queue of sweeps, the schedule and the topic that put messages there, and the function
 * that processes it and hands the rest to itself. It may read, and write the ledger and alerts. It may change nothing
 * in EC2.
 */
export const guardSweeps = (scope: Construct, props: GuardSweepsProps): SweepParts => {
  const { bundle, environment, regions, requests } = props
  const undeliveredSweeps = createDeadLetterQueue(scope, 'UndeliveredSweeps')
  const failedSweeps = createDeadLetterQueue(scope, 'FailedSweeps')
  const sweeps = createWorkQueue(scope, 'Sweeps', { deadLettered: failedSweeps, timeout: TIMEOUT })
  requests.addSubscription(
    new SqsSubscription(sweeps, { rawMessageDelivery: true, deadLetterQueue: undeliveredSweeps }),
  )
  const sweep = new GuardFunction(scope, 'Sweep', {
    description:
      'Finds instances that no event reported, resolves findings that are deleted or fixed, and announces exemptions that end',
    bundle,
    environment: {
      ...environment,
      SWEEPS_QUEUE_URL: sweeps.queueUrl,
      SWEEP_REGIONS: typeof regions === 'string' ? regions : regions.join(),
    },
    queue: sweeps,
    failed: failedSweeps,
    maxConcurrency: 2,
    timeout: TIMEOUT,
    memorySize: MEMORY_MIB,
    // One that takes long keeps no other waiting.
    batchSize: 1,
  })
  sweep.may(['sqs:SendMessage'], sweeps.queueArn)
  sweep.mayReadEc2(regions === 'all' ? [...SWEEP_READS, REGIONS_READ] : SWEEP_READS)
  const schedules = startDaily(scope, { sweeps, undelivered: undeliveredSweeps }, props)
  return { sweeps, requests, deadLettered: { failedSweeps, undeliveredSweeps }, sweep, ...(schedules && { schedules }) }
}

const startDaily = (
  scope: Construct,
  queues: Queues,
  { dailySweep = 'scheduler' }: Pick<GuardSweepsProps, 'dailySweep'>,
): SweepStarts | undefined => {
  if (dailySweep === 'scheduler') return sweepSchedule(scope, queues)
  return dailySweep === 'rule' ? sweepRule(scope, queues) : undefined
}
