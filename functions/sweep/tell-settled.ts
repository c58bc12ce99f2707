import type { EndedFinding } from '../../shared/alert/outcome.ts'
import { sweepLaunch, sweepOutcomeAlert } from '../../shared/alert/sweep-alert.ts'
import { messageOf } from '../../shared/alert/tell.ts'
import { past } from '../../shared/ledger/claim.ts'
import { findingIn } from '../../shared/ledger/finding-in.ts'
import type { Past, Row } from '../../shared/ledger/row.ts'
import { withDeliveries } from '../../shared/routing/deliveries.ts'
import { inTurns } from '../in-turns.ts'
import type { Looked } from './look-at-rows.ts'
import type { Where, Work } from './ports.ts'

const endedOf = (row: Row, outcome: Past | undefined): readonly EndedFinding[] => {
  if (outcome === undefined) return []
  return [{ ...findingIn(row), outcome }]
}

/** What is ours to tell of a row; `sibling`: another delivery of our message is telling it. */
type Ended = readonly EndedFinding[] | 'sibling'

/** Writes what has become of one row. A row that was changed meanwhile is left to who did. */
const settle = async ({ row, turn }: Looked, { delivery, ports }: Work): Promise<Ended> => {
  const { ledger } = ports
  const by = { claimant: delivery.claimant, now: ports.now() }
  switch (turn.kind) {
    case 'resolve': {
      const settled = await ledger.resolve(row, { ...by, ...turn })
      if (settled === 'sibling') return settled
      const outcome = past('RESOLVED', by.now, turn.because)
      return settled === 'ours' && !turn.quiet ? endedOf(row, outcome) : []
    }
    case 'tell': {
      const claimed = await ledger.claimUntold(row, by)
      if (claimed.kind === 'sibling') return claimed.kind
      return claimed.kind === 'mine' ? endedOf(claimed.row, claimed.outcome) : []
    }
    case 'exempt':
      await ledger.exempt(row, { ...by, finding: turn.finding })
      return []
    case 'renew':
      await ledger.renew(row, by.now)
      return []
    case 'wait':
      return 'sibling'
    case 'leave':
    case 'claim':
    case 'back':
    case 'promise':
      return []
    default:
      return turn satisfies never
  }
}

/**
 * Settles rows and tells what is told of them, in one alert. `telling` counts those of one message. True where another
 * delivery of the message is telling some: this one has to come again.
 */
export const settleAndTell = async (
  looked: readonly Looked[],
  { where, telling, work }: { readonly where: Where; readonly telling: number; readonly work: Work },
): Promise<boolean> => {
  const { delivery, ports } = work
  const settled = await inTurns(looked, one => settle(one, work))
  const ended = settled.flatMap(one => (one === 'sibling' ? [] : one))
  const { claimant, messageId } = delivery
  const teller = { ...where, claimant, now: ports.now(), launchId: sweepLaunch(messageId, telling) }
  for (const alert of sweepOutcomeAlert(ended, teller))
    await ports.publish(messageOf(withDeliveries(alert, ports.policy, ports.now())))
  if (ended.length > 0) ports.log('info', 'told what has ended', { ...where, findings: ended.length })
  return settled.includes('sibling')
}
