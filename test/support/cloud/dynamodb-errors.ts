/** Errors of DynamoDB and of the connection to it that are no final refusal of a write. */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'

const named = (name: string, httpStatusCode?: number): Error =>
  Object.assign(new Error(name), { name, $metadata: { ...(httpStatusCode !== undefined && { httpStatusCode }) } })

const isTransaction = (call: string): boolean => call === 'TransactWriteItemsCommand'

const cancelled = (Code: string): Error =>
  new TransactionCanceledException({ $metadata: {}, message: 'cancelled', CancellationReasons: [{ Code }] })

/** A single write meets a transaction on its item, or a transaction another write. */
export const conflict = (call: string): Error =>
  isTransaction(call) ? cancelled('TransactionConflict') : named('TransactionConflictException', 400)

/** The table, or one of its partitions, takes no more at this moment. */
export const throttled = (call: string): Error =>
  isTransaction(call) ? cancelled('ThrottlingError') : named('ThrottlingException', 400)

/** Nothing was written. The first is that of the call. */
export const REFUSALS: readonly (readonly [string, (call: string) => Error])[] = [
  ['a conflict', conflict],
  ['no capacity for the item', throttled],
  [
    'a partition that is too hot',
    call =>
      isTransaction(call)
        ? cancelled('ProvisionedThroughputExceeded')
        : named('ProvisionedThroughputExceededException', 400),
  ],
  ['too many requests in the account', () => named('RequestLimitExceeded', 400)],
]

/** It is unknown whether it was written. */
export const LOST: readonly (readonly [string, () => Error])[] = [
  ['an answer that is lost', () => named('TimeoutError')],
  ['a failure of DynamoDB', () => named('InternalServerError', 500)],
]
