import { Duration, Validations } from 'aws-cdk-lib'
import { type DeadLetterQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { FUNCTION_TIMEOUT } from './guard-function.ts'

const DEFAULTS = {
  // SQS's own key: with a customer key, EventBridge and SNS would each need a grant on it to deliver.
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  // The longest that SQS keeps a message: a person has two weeks to look at a deadLettered one.
  retentionPeriod: Duration.days(14),
}

/** A queue where what could not be delivered or processed is kept until a person sees it. */
export const createDeadLetterQueue = (scope: Construct, id: string): Queue => {
  const queue = new Queue(scope, id, DEFAULTS)
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
  /** How long a message that is in work is hidden; six times the function's timeout unless told. */
  readonly hidden?: Duration
  /** How often a message is delivered before it is deadLettered; unless told, until it is a day old. */
  readonly deliveries?: number
}

/** SQS counts a delivery also where Lambda had no capacity for the function; with these it waits for a day. */
const WAITS_SECONDS = 86_400
/** The most that SQS takes (API reference, SetQueueAttributes). */
const MOST_DELIVERIES = 1_000

/**
 * A queue that a function works on. What failed often the function parks itself, as it alone knows what it has tried
 * (functions/runtime/within-attempts.ts); what has waited for a day without being tried is deadLettered by SQS.
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
