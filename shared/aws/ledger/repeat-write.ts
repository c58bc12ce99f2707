import { pauseAfterAttempt, WRITE_ATTEMPTS } from './attempts.ts'

/*
 * Errors that pass by themselves. The first is a single write that met a transaction on the same item: the SDK does not
 * repeat it (developer guide, Transaction conflict handling in DynamoDB). After the last four it is unknown whether it
 * was written.
 */
const PASSING_ERRORS = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'InternalServerError',
  'InternalServerErrorException',
  'ServiceUnavailable',
  'TimeoutError',
])

const passes = (error: unknown): boolean => error instanceof Error && PASSING_ERRORS.has(error.name)

/**
 * Sends a write to the table, and again if DynamoDB refused it for a passing reason, or did not answer. Every write
 * through here may be sent twice: it is conditional or always the same, and a caller that its own write refuses sees
 * that it is its own. Throws what DynamoDB throws for other reasons, and in the end for these.
 */
export const repeatWrite = async <Output>(write: () => Promise<Output>): Promise<Output> => {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await write()
    } catch (error) {
      if (attempt >= WRITE_ATTEMPTS || !passes(error)) throw error
      await pauseAfterAttempt(attempt)
    }
}
