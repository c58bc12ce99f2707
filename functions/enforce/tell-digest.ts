import { digestAlert } from '../../shared/alert/outcome.ts'
import type { Untold } from '../../shared/ledger/row.ts'
import { withDeliveries } from '../../shared/routing/deliveries.ts'
import { inTurns } from '../in-turns.ts'
import { policyInForce } from './policy-in-force.ts'
import { comeAgain, findingOf, publishAll, type Work } from './tell.ts'

const ARE_TOLD: readonly Untold['kind'][] = ['told', 'mine']

/**
 * Tells the refusals that have been gathered, in one alert, and forgets them then. What dies in between is told again by
 * the same message; what another message is telling is left to it.
 */
export const tellDigest = async (work: Work): Promise<void> => {
  const { where, delivery, ports } = work
  const refusals = await ports.ledger.untoldRefusals(where)
  if (refusals.length === 0) return
  const inForce = await policyInForce(ports)
  const teller = { claimant: delivery.claimant, now: ports.now() }
  const turns = await inTurns(refusals, async refusal => {
    const untold = await ports.ledger.claimUntold(refusal.row, { ...teller, inDigest: 'yes' })
    return { refusal, untold }
  })
  const mine = turns.flatMap(({ untold }) => (untold.kind === 'mine' ? [untold] : []))
  const alerts = digestAlert(mine.map(findingOf), inForce, teller)
  await publishAll(
    alerts.map(alert => withDeliveries(alert, inForce.policy, teller.now)),
    mine.map(({ row }) => row),
    work,
  )
  const told = turns.filter(({ untold }) => ARE_TOLD.includes(untold.kind))
  await ports.ledger.forgetRefusals(told.map(({ refusal }) => refusal))
  if (turns.some(({ untold }) => untold.kind === 'sibling')) comeAgain()
}
