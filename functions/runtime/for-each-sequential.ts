import type { SQSBatchResponse, SQSRecord } from 'aws-lambda'

/** Handles each message on its own, one after the other, and names those that have to be delivered again. */
export const forEachSequential = async (
  records: readonly SQSRecord[],
  isDone: (record: SQSRecord) => Promise<boolean>,
): Promise<SQSBatchResponse> => {
  const batchItemFailures: { itemIdentifier: string }[] = []
  for (const record of records)
    if (!(await isDone(record))) batchItemFailures.push({ itemIdentifier: record.messageId })
  return { batchItemFailures }
}
