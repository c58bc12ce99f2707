import type { Logger } from '@aws-lambda-powertools/logger'
import type { AttemptSettings } from './attempts-by-sdk.ts'
import type { AttemptPorts } from './within-attempts.ts'

// For the few messages that were delivered often; loaded with the first of them.
const loadSdk = () => import('./attempts-by-sdk.ts')

/** Counts the tries of messages in the ledger, and puts those that are given up into the dead-letter queue. */
export const attemptPorts = ({ logger, ...settings }: AttemptSettings & { readonly logger: Logger }): AttemptPorts => {
  let loaded: Promise<Omit<AttemptPorts, 'log'>> | undefined
  const sdk = () => {
    loaded ??= loadSdk().then(({ sdkAttempts }) => sdkAttempts(settings))
    return loaded
  }
  return {
    count: async delivery => (await sdk()).count(delivery),
    deadLetter: async (body, reason) => (await sdk()).deadLetter(body, reason),
    log: (level, message, context) => logger[level](message, { ...context }),
  }
}
