/**
 * The environment of a copy of this function; each copy serves one channel and can do what that channel needs.
 * Always: CHANNEL (its name), LEDGER_TABLE, QUEUE_URL, UNDELIVERED_QUEUE_URL, and policy.json beside the bundle.
 * amazon-q: CHAT_TOPIC_ARN. email: ALERTS_TOPIC_ARN.
 * Where a route holds alerts for it: QUEUE_ARN, UNDELIVERED_QUEUE_ARN, SCHEDULE_GROUP, SCHEDULE_ROLE_ARN.
 */
import { requireEnvironment } from '../runtime/env.ts'

const BASE = ['CHANNEL', 'LEDGER_TABLE', 'QUEUE_URL', 'UNDELIVERED_QUEUE_URL'] as const

/** What every copy needs. */
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

/** Where the schedules of alerts that are held are made. */
export const holdSettings = () => {
  const env = requireEnvironment('Notify', HOLDING)
  return {
    queueArn: env('QUEUE_ARN'),
    undeliveredArn: env('UNDELIVERED_QUEUE_ARN'),
    group: env('SCHEDULE_GROUP'),
    roleArn: env('SCHEDULE_ROLE_ARN'),
  }
}
