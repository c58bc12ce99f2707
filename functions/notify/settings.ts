/**
 * The environment of a copy of this function. Each copy serves one channel and has the rights for that channel. Always:
 * CHANNEL (its name), LEDGER_TABLE, QUEUE_URL, UNDELIVERED_QUEUE_URL, and policy.json beside the bundle. amazon-q:
 * CHAT_TOPIC_ARN. email: ALERTS_TOPIC_ARN. With scheduled deliveries: QUEUE_ARN, UNDELIVERED_QUEUE_ARN, SCHEDULE_GROUP,
 * SCHEDULE_ROLE_ARN.
 */
import { requireEnvironment } from '../runtime/env.ts'

const BASE = ['CHANNEL', 'LEDGER_TABLE', 'QUEUE_URL', 'UNDELIVERED_QUEUE_URL'] as const

/** The settings of every copy. */
export const readBaseSettings = (): Readonly<Record<(typeof BASE)[number], string>> => {
  const env = requireEnvironment('Notify', BASE)
  return {
    CHANNEL: env('CHANNEL'),
    LEDGER_TABLE: env('LEDGER_TABLE'),
    QUEUE_URL: env('QUEUE_URL'),
    UNDELIVERED_QUEUE_URL: env('UNDELIVERED_QUEUE_URL'),
  }
}

/** The topic of a channel that is sent to through SNS. */
export const readTopicSetting = (name: 'CHAT_TOPIC_ARN' | 'ALERTS_TOPIC_ARN'): string =>
  requireEnvironment('Notify', [name])(name)

const HOLDING = ['QUEUE_ARN', 'UNDELIVERED_QUEUE_ARN', 'SCHEDULE_GROUP', 'SCHEDULE_ROLE_ARN'] as const

/** The location of the schedules of scheduled deliveries. */
export const holdSettings = () => {
  const env = requireEnvironment('Notify', HOLDING)
  return {
    queueArn: env('QUEUE_ARN'),
    undeliveredArn: env('UNDELIVERED_QUEUE_ARN'),
    group: env('SCHEDULE_GROUP'),
    roleArn: env('SCHEDULE_ROLE_ARN'),
  }
}
