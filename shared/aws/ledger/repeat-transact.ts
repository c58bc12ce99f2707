import type { CancellationReason, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb'
import { pauseAfterAttempt, WRITE_ATTEMPTS } from './attempts.ts'

/** The result of a transaction: all of it was written, or nothing, and why. */
export type Transacted =
  | { readonly written: true }
  | { readonly written: false; readonly reasons: readonly CancellationReason[]; readonly error: Error }

/** Writes a transaction. Throws what DynamoDB throws, except refusals for a condition. */
export type Transact = (input: TransactWriteItemsCommandInput) => Promise<Transacted>

// The reasons for a refused write of a transaction that pass by themselves (API reference, TransactWriteItems).
const PASSING_REASONS: ReadonlySet<string | undefined> = new Set([
  'TransactionConflict',
  'ProvisionedThroughputExceeded',
  'ThrottlingError',
])

/** Whether a write was refused only because of others at the same moment. */
export const isPassing = ({ Code }: CancellationReason): boolean => PASSING_REASONS.has(Code)

export const isRefused = (reason: CancellationReason | undefined): reason is CancellationReason =>
  reason?.Code === 'ConditionalCheckFailed'

/** The same, again as long as nothing but others at the same moment keeps it from being written. */
export const repeatTransact =
  (transact: Transact): Transact =>
  async input => {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await transact(input)
      if (outcome.written || attempt >= WRITE_ATTEMPTS) return outcome
      if (outcome.reasons.some(isRefused) || !outcome.reasons.some(isPassing)) return outcome
      await pauseAfterAttempt(attempt)
    }
  }
