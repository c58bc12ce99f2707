import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createDeadLetterClient, putDeadLetter } from '../../shared/aws/dead-letter.ts'
import { countAttempt } from '../../shared/aws/ledger/count-attempt.ts'
import { LEASE_SECONDS } from '../../shared/ledger/row.ts'
import type { AttemptPorts } from './within-attempts.ts'

export type AttemptSettings = {
  /** The queue that the function works on, by its name in the stack. */
  readonly queue: string
  readonly table: string
  /** The queue of messages that are given up. */
  readonly failedUrl: string
}

/** After a redrive it is another message, which may claim nothing while its former self has a lease. */
const HIDDEN_SECONDS = LEASE_SECONDS + 30

export const createSdkAttempts = ({ queue, table, failedUrl }: AttemptSettings): Omit<AttemptPorts, 'log'> => {
  const ledger = { client: new DynamoDBClient({ maxAttempts: 3 }), table }
  const failed = { client: createDeadLetterClient(), url: failedUrl }
  return {
    count: ({ messageId, claimant }) => countAttempt(ledger, { queue, messageId, claimant, now: new Date() }),
    deadLetter: (body, reason) => putDeadLetter(failed, { body, reason, hiddenSeconds: HIDDEN_SECONDS }),
  }
}
