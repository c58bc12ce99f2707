import { digestAlert } from '../../shared/alert/outcome.ts'
import { snsMessage } from '../../shared/alert/sns-message.ts'
import type { Refusal } from '../../shared/ledger/refusal.ts'
import { placeOf } from '../../shared/ledger/row.ts'
import { withDeliveries } from '../../shared/routing/deliveries.ts'
import { inTurns } from '../in-turns.ts'
import { policyInForce } from './policy-in-force.ts'
import { type Ended, findingOf, type Work } from './tell.ts'

/** `done`: there is nothing left to tell of it. `elsewhere`: another delivery is telling it, and will see it through. */
type Turn = { readonly refusal: Refusal; readonly kind: 'done' | 'elsewhere' | 'mine'; readonly ended?: Ended }

const turnAt = async (refusal: Refusal, { delivery, ports }: Work): Promise<Turn> => {
  const row = await ports.ledger.claimUntold(refusal.row, { claimant: delivery.messageId, now: ports.now() })
  const outcome = row?.history.at(-1)
  if (row !== undefined && outcome !== undefined) return { refusal, kind: 'mine', ended: { row, outcome } }
  const rows = await ports.ledger.rowsOf(placeOf(refusal.row))
  const isOpen = rows.some(({ sk, untold, inDigest }) => sk === refusal.row.sk && untold !== undefined && inDigest)
  return { refusal, kind: isOpen ? 'elsewhere' : 'done' }
}

/**
 * Tells the refusals that have been gathered, in one alert, and forgets them then. What dies in between is told again by
 * the same message; what another message is telling is left to it.
 */
export const tellDigest = async (work: Work): Promise<void> => {
  const { where, delivery, ports } = work
  const refusals = await ports.ledger.untoldRefusals(where)
  if (refusals.length === 0) return
  const inForce = await policyInForce(ports)
  const turns = await inTurns(refusals, refusal => turnAt(refusal, work))
  const findings = turns.flatMap(({ ended }) => (ended === undefined ? [] : [findingOf(ended)]))
  const teller = { claimant: delivery.messageId, now: ports.now() }
  for (const alert of digestAlert(findings, inForce, teller))
    await ports.publish(snsMessage(withDeliveries(alert, inForce.policy, teller.now)))
  await ports.ledger.forgetRefusals(turns.filter(({ kind }) => kind !== 'elsewhere').map(({ refusal }) => refusal))
}
