import { Duration, Validations } from 'aws-cdk-lib'
import { type DeadLetterQueue, Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { FUNCTION_TIMEOUT } from './guard-function.ts'

const DEFAULTS = {
  // SQS's own key: with a customer key, EventBridge and SNS would each need a grant on it to deliver.
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  // The longest retention of SQS: a person has two weeks for a dead-lettered message.
  retentionPeriod: Duration.days(14),
}

/** A queue that keeps messages that could not be delivered or processed until a person sees them. */
export const createDeadLetterQueue = (scope: Construct, id: string): Queue => {
  const queue = new Queue(scope, id, {
    ...DEFAULTS,
    // As SQS has it anyway. By it Control Tower knows that this is a dead-letter queue, which needs none itself.
    redriveAllowPolicy: { redrivePermission: RedrivePermission.ALLOW_ALL },
  })
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason:
      'It is a dead-letter queue, of an EventBridge target or an SNS subscription too, which cdk-nag does not see.',
  })
  return queue
}

type WorkQueueProps = {
  readonly deadLettered: Queue
  readonly timeout?: Duration
  /** The visibility timeout. Six times the function's timeout by default. */
  readonly hidden?: Duration
  /** The deliveries of a message before it is dead-lettered. By default, until it is a day old. */
  readonly deliveries?: number
}

/** SQS counts a delivery even if Lambda had no capacity for the function. With these it waits for a day. */
const WAITS_SECONDS = 86_400
/** The most that SQS takes (API reference, SetQueueAttributes). */
const MOST_DELIVERIES = 1_000

/**
 * A queue that a function processes. The function dead-letters messages that failed often, because it alone knows what
 * it has tried (functions/runtime/within-attempts.ts). SQS dead-letters messages that have waited for a day without a
 * try.
 */
export const createWorkQueue = (
  scope: Construct,
  id: string,
  {
    deadLettered,
    timeout = FUNCTION_TIMEOUT,
    hidden = Duration.seconds(6 * timeout.toSeconds()),
    deliveries,
  }: WorkQueueProps,
): Queue => {
  const inADay = Math.min(MOST_DELIVERIES, Math.ceil(WAITS_SECONDS / hidden.toSeconds()))
  const deadLetterQueue: DeadLetterQueue = { queue: deadLettered, maxReceiveCount: deliveries ?? inADay }
  return new Queue(scope, id, {
    ...DEFAULTS,
    // Six times the function's timeout, as Lambda's guide asks for: else a message comes back while it is still in work.
    visibilityTimeout: hidden,
    deadLetterQueue,
  })
}
