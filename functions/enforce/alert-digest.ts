import { buildDigestAlerts } from '../../shared/alert/outcome.ts'
import type { Refusal } from '../../shared/ledger/refusal.ts'
import { type PendingNotification, placeOf } from '../../shared/ledger/row.ts'
import { FINDINGS_PER_PROMISE, PROMISE_DELAY_SECONDS } from '../../shared/ledger/sweep-message.ts'
import { addDeliveries } from '../../shared/routing/deliveries.ts'
import { mapConcurrent } from '../runtime/map-concurrent.ts'
import { requestRedelivery } from '../runtime/request-redelivery.ts'
import { publishAll, restoreEndedFinding, type Work } from './alert-outcomes.ts'
import { type InForce, readPolicyInForce } from './policy-in-force.ts'

const ARE_ALERTED: readonly PendingNotification['kind'][] = ['told', 'mine']

/**
 * If the policy has refused stops wait for the budget, they are promised again at times when the budget has room. That
 * happens after this digest, which says that they were not stopped, is known to be published.
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
 * Publishes one alert about the gathered refusals, and deletes them from the list. If it dies in between, the same
 * message publishes again. Refusals that another message has claimed are left to it.
 */
export const alertDigest = async (work: Work): Promise<void> => {
  const { where, delivery, ports } = work
  const refusals = await ports.ledger.pendingRefusals(where)
  if (refusals.length === 0) return
  const inForce = await readPolicyInForce(ports)
  const claimant = { claimant: delivery.claimant, now: ports.now() }
  const claims = await mapConcurrent(refusals, async refusal => {
    const pending = await ports.ledger.claimPending(refusal.row, { ...claimant, inDigest: 'yes' })
    return { refusal, pending }
  })
  const mine = claims.flatMap(({ pending }) => (pending.kind === 'mine' ? [pending] : []))
  const alerts = buildDigestAlerts(mine.map(restoreEndedFinding), inForce, claimant)
  await publishAll(
    alerts.map(alert => addDeliveries(alert, inForce.policy, claimant.now)),
    mine.map(({ row }) => row),
    work,
  )
  const alerted = claims.flatMap(({ refusal, pending }) => (ARE_ALERTED.includes(pending.kind) ? [refusal] : []))
  await promiseAgain(alerted, { inForce, work })
  await ports.ledger.forgetRefusals(alerted)
  if (claims.some(({ pending }) => pending.kind === 'sibling')) requestRedelivery()
}
