import { alertDigest } from './alert-digest.ts'
import { processDueStop } from './due-stop.ts'
import { hasStopped } from './has-stopped.ts'
import type { ProcessStop } from './ports.ts'

/** Handles one message of the queue of stops. Throws if it has to be delivered again. You may call it again. */
export const processStop: ProcessStop = (message, delivery, ports) => {
  const work = { where: { accountId: message.accountId, region: message.region }, delivery, ports }
  switch (message.kind) {
    case 'stop':
    case 'check':
      return processDueStop(message, work)
    case 'digest':
      return alertDigest(work)
    case 'stopped':
      return hasStopped(message, work)
    // Stryker disable next-line ConditionalExpression: the compiler knows that there is no other kind
    default:
      return message satisfies never
  }
}
