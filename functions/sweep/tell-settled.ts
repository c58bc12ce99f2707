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

/** Writes what has become of one row; gives what is ours to tell. A row that was changed meanwhile is left to who did. */
const settle = async ({ row, turn }: Looked, { delivery, ports }: Work): Promise<readonly EndedFinding[]> => {
  const { ledger } = ports
  const by = { claimant: delivery.messageId, now: ports.now() }
  switch (turn.kind) {
    case 'resolve': {
      const isOurs = await ledger.resolve(row, { ...by, ...turn })
      const outcome = past('RESOLVED', by.now, turn.because)
      return isOurs && !turn.quiet ? endedOf(row, outcome) : []
    }
    case 'tell': {
      const claimed = await ledger.claimUntold(row, by)
      return claimed === undefined ? [] : endedOf(claimed, claimed.history.at(-1))
    }
    case 'exempt':
      await ledger.exempt(row, { ...by, finding: turn.finding })
      return []
    case 'renew':
      await ledger.renew(row, by.now)
      return []
    case 'leave':
    case 'claim':
    case 'back':
    case 'promise':
      return []
    default:
      return turn satisfies never
  }
}

/** Settles rows and tells what is told of them, in one alert. `telling` counts those of one message. */
export const settleAndTell = async (
  looked: readonly Looked[],
  { where, telling, work }: { readonly where: Where; readonly telling: number; readonly work: Work },
): Promise<void> => {
  const { delivery, ports } = work
  const ended = (await inTurns(looked, one => settle(one, work))).flat()
  const claimant = delivery.messageId
  const teller = { ...where, claimant, now: ports.now(), launchId: sweepLaunch(claimant, telling) }
  for (const alert of sweepOutcomeAlert(ended, teller))
    await ports.publish(messageOf(withDeliveries(alert, ports.policy, ports.now())))
  if (ended.length > 0) ports.log('info', 'told what has ended', { ...where, findings: ended.length })
}
