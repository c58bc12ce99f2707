import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { StartMessage } from '../../../shared/ledger/sweep-message.ts'

// Daily, at an hour and a minute at which few others read EC2. In UTC.
export const DAILY = 'cron(17 3 * * ? *)'

export const START: StartMessage = { kind: 'start' }

export type Queues = { readonly sweeps: Queue; readonly undelivered: Queue }
