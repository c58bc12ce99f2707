import type { AttemptSettings } from './attempts-by-sdk.ts'
import type { AttemptPorts } from './within-attempts.ts'

// For the few messages that were delivered often; loaded with the first of them.
const loadSdk = () => import('./attempts-by-sdk.ts')

/** Counts the tries of messages in the ledger, and puts those that are given up into the dead-letter queue. */
export const createAttemptPorts = ({ log, ...settings }: AttemptSettings & Pick<AttemptPorts, 'log'>): AttemptPorts => {
  let loaded: Promise<Omit<AttemptPorts, 'log'>> | undefined
  const openSdk = () => {
    loaded ??= loadSdk().then(({ createSdkAttempts }) => createSdkAttempts(settings))
    return loaded
  }
  return {
    count: async delivery => (await openSdk()).count(delivery),
    deadLetter: async (body, reason) => (await openSdk()).deadLetter(body, reason),
    log,
  }
}
