import { NO_COUNTS } from '../../shared/ledger/coverage.ts'
import { type StartMessage, SWEEP_DELAY_SECONDS } from '../../shared/ledger/sweep-message.ts'
import { careForChannels } from './care-for-channels.ts'
import { checkSubscriptions } from './check-subscriptions.ts'
import type { Work } from './ports.ts'

/** The longest that SQS delays a message (Amazon SQS developer guide, delay queues). */
const MOST_DELAY_SECONDS = 900

/** How long the sweep after a launch has to wait. */
const waitFor = ({ launchedUntil }: StartMessage, now: Date): number => {
  if (launchedUntil === undefined) return 0
  const seconds = Math.ceil((Date.parse(launchedUntil) - now.getTime()) / 1000) + SWEEP_DELAY_SECONDS
  return Math.min(Math.max(seconds, 0), MOST_DELAY_SECONDS)
}

/**
 * Puts the work of a sweep on its queue: for each region the scan and, except after a launch, the open rows of the
 * ledger. If it runs twice, that costs reads and alerts nothing twice. Throws what AWS throws.
 */
export const startSweep = async (message: StartMessage, { delivery, ports }: Work): Promise<void> => {
  const { accountId, ledger, send } = ports
  const now = ports.now()
  const seconds = waitFor(message, now)
  if (seconds > 0) return send(message, seconds)
  const { launchedUntil } = message
  const sweepId = delivery.messageId
  for (const region of message.regions ?? (await ports.regions())) {
    const where = { accountId, region }
    if (!(await ledger.begin({ ...where, claimant: sweepId, now, launchedUntil }))) {
      ports.log('info', 'a sweep that sees the launch has begun already', { region, launchedUntil })
      continue
    }
    await send({ kind: 'region', ...where, sweepId, step: 0, counts: NO_COUNTS })
    if (launchedUntil === undefined) await send({ kind: 'settle', ...where, sweepId })
  }
  // Once a day, and whenever a person asks for a sweep.
  if (launchedUntil !== undefined) return
  await careForChannels(ports)
  await checkSubscriptions(ports)
}
