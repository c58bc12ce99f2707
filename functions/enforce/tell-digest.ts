import { digestAlert } from '../../shared/alert/outcome.ts'
import { areSiblings } from '../../shared/ledger/claimant.ts'
import type { Refusal } from '../../shared/ledger/refusal.ts'
import { placeOf } from '../../shared/ledger/row.ts'
import { inTurns } from '../in-turns.ts'
import { policyInForce } from './policy-in-force.ts'
import { comeAgain, type Ended, findingOf, publishAll, type Work } from './tell.ts'

/**
 * `done`: there is nothing left to tell of it. `elsewhere`: another message is telling it, and will see it through.
 * `sibling`: another delivery of this message is, and may be the only one that is left of it.
 */
type Turn =
  | { readonly refusal: Refusal; readonly kind: 'done' | 'elsewhere' | 'sibling' }
  | { readonly refusal: Refusal; readonly kind: 'mine'; readonly ended: Ended }

const turnAt = async (refusal: Refusal, { delivery, ports }: Work): Promise<Turn> => {
  const { claimant } = delivery
  const row = await ports.ledger.claimUntold(refusal.row, { claimant, now: ports.now(), inDigest: 'yes' })
  const outcome = row?.history.at(-1)
  if (row !== undefined && outcome !== undefined) return { refusal, kind: 'mine', ended: { row, outcome } }
  const rows = await ports.ledger.rowsOf(placeOf(refusal.row))
  const open = rows.find(({ sk, untold, inDigest }) => sk === refusal.row.sk && untold !== undefined && inDigest)
  if (open === undefined) return { refusal, kind: 'done' }
  return { refusal, kind: areSiblings(open.claimant, claimant) ? 'sibling' : 'elsewhere' }
}

const ARE_TOLD: readonly Turn['kind'][] = ['done', 'mine']

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
  const mine = turns.flatMap(turn => (turn.kind === 'mine' ? [turn.ended] : []))
  const teller = { claimant: delivery.claimant, now: ports.now() }
  const alerts = digestAlert(mine.map(findingOf), inForce, teller)
  await publishAll(
    alerts,
    mine.map(({ row }) => row),
    work,
  )
  await ports.ledger.forgetRefusals(turns.filter(({ kind }) => ARE_TOLD.includes(kind)).map(({ refusal }) => refusal))
  if (turns.some(({ kind }) => kind === 'sibling')) comeAgain()
}
