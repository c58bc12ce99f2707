import { digestAlert } from '../../shared/alert/outcome.ts'
import type { Refusal } from '../../shared/ledger/refusal.ts'
import { placeOf, type Untold } from '../../shared/ledger/row.ts'
import { FINDINGS_PER_PROMISE, PROMISE_DELAY_SECONDS } from '../../shared/ledger/sweep-message.ts'
import { withDeliveries } from '../../shared/routing/deliveries.ts'
import { comeAgain } from '../come-again.ts'
import { inTurns } from '../in-turns.ts'
import { type InForce, policyInForce } from './policy-in-force.ts'
import { findingOf, publishAll, type Work } from './tell.ts'

const ARE_TOLD: readonly Untold['kind'][] = ['told', 'mine']

/**
 * Where the policy has them wait, those that the budget had no room for are promised again, with times for which it has
 * room: once this digest, which says that they were not stopped, is known to be out.
 */
const promiseAgain = async (
  refusals: readonly Refusal[],
  { inForce, work }: { readonly inForce: InForce; readonly work: Work },
): Promise<void> => {
  const { where, ports } = work
  if (inForce.policy.stop.budget.whenSpent !== 'wait') return
  const notBefore = new Date(ports.now().getTime() + PROMISE_DELAY_SECONDS * 1000).toISOString()
  const findings = refusals.map(({ row }) => placeOf(row)).map(({ resourceId, rule }) => ({ resourceId, rule }))
  for (let start = 0; start < findings.length; start += FINDINGS_PER_PROMISE) {
    const some = findings.slice(start, start + FINDINGS_PER_PROMISE)
    await ports.promiseAgain({ kind: 'promise', ...where, findings: some, only: 'budget', notBefore })
  }
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
  const told = turns.flatMap(({ refusal, untold }) => (ARE_TOLD.includes(untold.kind) ? [refusal] : []))
  await promiseAgain(told, { inForce, work })
  await ports.ledger.forgetRefusals(told)
  if (turns.some(({ untold }) => untold.kind === 'sibling')) comeAgain()
}
