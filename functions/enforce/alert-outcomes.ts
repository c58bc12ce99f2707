import type { Alert, Source } from '../../shared/alert/alert.ts'
import { buildOutcomeAlerts, type EndedFinding } from '../../shared/alert/outcome.ts'
import { renderSnsMessage } from '../../shared/alert/render-alert.ts'
import { createPast } from '../../shared/ledger/claim.ts'
import { areSiblings } from '../../shared/ledger/claimant.ts'
import { readFinding } from '../../shared/ledger/finding-in.ts'
import type { Resolution } from '../../shared/ledger/outcomes.ts'
import { type Past, placeOf, type Row, type RowKey, toEpochSeconds } from '../../shared/ledger/row.ts'
import { scheduleName } from '../../shared/ledger/schedule-name.ts'
import { PROMISE_DELAY_SECONDS } from '../../shared/ledger/sweep-message.ts'
import { isRefusedByTag } from '../../shared/reasons/refused-by-tag.ts'
import { addDeliveries } from '../../shared/routing/deliveries.ts'
import type { Delivery } from '../runtime/delivery.ts'
import { mapConcurrent } from '../runtime/map-concurrent.ts'
import { publishClaimed } from '../runtime/publish-claimed.ts'
import { requestRedelivery } from '../runtime/request-redelivery.ts'
import { type InForce, readPolicyForAlerts } from './policy-in-force.ts'
import type { EnforcePorts } from './ports.ts'

/** A row and its outcome. */
export type Ended = { readonly row: Row; readonly outcome: Past }

export type Work = {
  readonly where: { readonly accountId: string; readonly region: string }
  readonly delivery: Delivery
  readonly ports: EnforcePorts
  /** The policy, if it has been read for this message. */
  readonly inForce?: InForce
}

export const restoreEndedFinding = ({ row, outcome }: Ended): EndedFinding => ({ ...readFinding(row), outcome })

const COUNTED = { FAILED: 'StopsFailed', REFUSED: 'StopsRefused' } as const

const count = (ended: readonly Ended[], { count }: EnforcePorts): void => {
  for (const state of ['FAILED', 'REFUSED'] as const)
    if (ended.some(({ outcome }) => outcome.state === state)) count(COUNTED[state])
  if (ended.some(({ outcome }) => isRefusedByTag(outcome))) count('RefusedByTag')
}

/**
 * Publishes alerts about claimed rows. Gives the rows back if SNS refuses the first alert, so that none is published.
 */
export const publishAll = (
  alerts: readonly Alert[],
  rows: readonly RowKey[],
  { delivery, ports }: Work,
): Promise<void> =>
  publishClaimed(
    alerts.map(alert => () => ports.publish(renderSnsMessage(alert))),
    () => ports.ledger.release(rows, delivery.claimant),
  )

/**
 * The alert of a run that began after its stop was due promised no stop, and no other event may report that run. So a
 * stop is promised again, after the alert that says so. The request is sent before that alert: a delivery that dies in
 * between does both again.
 */
const promiseLateStarts = async (ended: readonly Ended[], { where, ports }: Work): Promise<void> => {
  const findings = ended
    .filter(({ outcome }) => outcome.code === 'STARTED_AFTER_DUE')
    .map(({ row }) => placeOf(row))
    .map(({ resourceId, rule }) => ({ resourceId, rule }))
  if (findings.length === 0) return
  const notBefore = new Date(ports.now().getTime() + PROMISE_DELAY_SECONDS * 1000).toISOString()
  await ports.promiseAgain({ kind: 'promise', ...where, findings, only: 'late-start', notBefore })
}

/** Publishes the outcome of the stop of one instance. */
const publishOutcomes = async (ended: readonly Ended[], work: Work): Promise<void> => {
  const [first] = ended
  if (first === undefined) return
  const { where, delivery, ports } = work
  const findings = ended.map(restoreEndedFinding)
  const { event, actor } = restoreEndedFinding(first)
  const source: Source = { ...where, launchId: first.row.launchId, event, actor }
  const claimant = { claimant: delivery.claimant, now: ports.now() }
  const policy = await readPolicyForAlerts(ports, work.inForce)
  await promiseLateStarts(ended, work)
  await publishAll(
    buildOutcomeAlerts(source, findings, claimant).map(alert => addDeliveries(alert, policy, claimant.now)),
    ended.map(({ row }) => row),
    work,
  )
  count(ended, ports)
}

/** Schedules the digest that alerts the gathered refusals. */
const scheduleDigest = async ({ where, ports }: Work): Promise<void> => {
  const at = await ports.ledger.digestDue(where, ports.now())
  const message = { kind: 'digest', ...where } as const
  await ports.schedule({ name: scheduleName(message, at), at, message })
}

/**
 * Resolves rows and alerts their outcomes. A row that changed meanwhile is left to whoever changed it. Throws if that
 * was another delivery of this message.
 */
export const resolveAndAlert = async (resolutions: readonly Resolution[], work: Work): Promise<void> => {
  const { delivery, ports } = work
  const now = ports.now()
  const all = await mapConcurrent(resolutions, async ({ row, ending }) => {
    const { to, because, at = now, inDigest } = ending
    const resolved = await ports.ledger.resolve(row, { ...ending, claimant: delivery.claimant, now })
    return { row, outcome: createPast(to, at, because), inDigest, resolved }
  })
  const ours = all.filter(({ resolved }) => resolved === 'ours')
  const [gathered, alone] = [ours.filter(each => each.inDigest), ours.filter(each => !each.inDigest)]
  if (gathered.length > 0) await scheduleDigest(work)
  count(gathered, ports)
  await publishOutcomes(alone, work)
  if (all.some(({ resolved }) => resolved === 'sibling')) requestRedelivery()
}

/**
 * Alerts outcomes that are pending because an earlier delivery of this message, or one that died, wrote and never
 * alerted them. Usually there are none. Throws if another delivery of this message is alerting them.
 */
export const alertPending = async (rows: readonly Row[], work: Work): Promise<void> => {
  const { delivery, ports } = work
  const now = ports.now()
  const pending = rows.filter(row => row.untold !== undefined && row.state !== 'NEW')
  const left = pending.filter(({ leaseUntil }) => leaseUntil < toEpochSeconds(now))
  // Only a digest alerts these, and the delivery that wrote them may have died before it scheduled one.
  if (left.some(({ inDigest }) => inDigest)) await scheduleDigest(work)
  const claimed = await mapConcurrent(
    left.filter(row => !row.inDigest),
    row => ports.ledger.claimPending(row, { claimant: delivery.claimant, now }),
  )
  await publishOutcomes(
    claimed.flatMap(one => (one.kind === 'mine' ? [one] : [])),
    work,
  )
  const isSiblings = (row: Row): boolean => !left.includes(row) && areSiblings(row.claimant, delivery.claimant)
  if (pending.some(isSiblings) || claimed.some(({ kind }) => kind === 'sibling')) requestRedelivery()
}
