import { createHash } from 'node:crypto'
import type { SQSRecord } from 'aws-lambda'
import { formatOwner } from '../../shared/ledger/claimant.ts'

/** One delivery of a message by SQS. `count` is how often it has been delivered, this time included. */
export type Delivery = {
  readonly messageId: string
  readonly count: number
  /** Identifies this delivery of a message: it becomes the claimant of its alerts. */
  readonly claimant: string
}

/** SQS gives each delivery a receipt handle of its own (SQS developer guide, Queue and message identifiers). */
export const readDelivery = ({ messageId, receiptHandle, attributes }: SQSRecord): Delivery => ({
  messageId,
  count: Number(attributes?.ApproximateReceiveCount ?? 1),
  claimant: formatOwner(messageId, createHash('sha256').update(receiptHandle).digest('hex').slice(0, 12)),
})

/** The records of a batch, each message once. If a batch has two deliveries of a message, they have one answer. */
export const selectDistinctMessages = (records: readonly SQSRecord[]): readonly SQSRecord[] => [
  ...new Map(records.map(record => [record.messageId, record])).values(),
]
