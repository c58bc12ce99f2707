import type { Alert, Source } from '../../shared/alert/alert.ts'
import { buildOutcomeAlerts, type EndedFinding } from '../../shared/alert/outcome.ts'
import { renderSnsMessage } from '../../shared/alert/tell.ts'
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

/** A row whose story has ended, and how. */
export type Ended = { readonly row: Row; readonly outcome: Past }

export type Work = {
  readonly where: { readonly accountId: string; readonly region: string }
  readonly delivery: Delivery
  readonly ports: EnforcePorts
  /** The policy, where it has been read for this message. */
  readonly inForce?: InForce
}

export const restoreEndedFinding = ({ row, outcome }: Ended): EndedFinding => ({ ...readFinding(row), outcome })

const COUNTED = { FAILED: 'StopsFailed', REFUSED: 'StopsRefused' } as const

const count = (ended: readonly Ended[], { count }: EnforcePorts): void => {
  for (const state of ['FAILED', 'REFUSED'] as const)
    if (ended.some(({ outcome }) => outcome.state === state)) count(COUNTED[state])
  if (ended.some(({ outcome }) => isRefusedByTag(outcome))) count('RefusedByTag')
}

/** Publishes alerts about rows that were claimed; gives those back where SNS refuses it and nothing of it is out. */
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
 * A run that began after its stop was due was announced no stop, and it may be reported no more. So it is promised one, once
 * the alert that says so is out. It is asked for before that alert: whoever dies in between does both again.
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

/** Publishes what became of the stop of one instance. */
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

/** Sees to it that refusals which are told together are told: by a message that comes when they have been gathered. */
const scheduleDigest = async ({ where, ports }: Work): Promise<void> => {
  const at = await ports.ledger.digestDue(where, ports.now())
  const message = { kind: 'digest', ...where } as const
  await ports.schedule({ name: scheduleName(message, at), at, message })
}

/**
 * Ends the stories of rows and tells it. A row that somebody else has changed meanwhile is left to them. Throws where that
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
 * Tells what an earlier delivery of this message, or one that died, has settled and not told. Nothing in the usual case.
 * Throws where another delivery of this message is at it.
 */
export const alertPending = async (rows: readonly Row[], work: Work): Promise<void> => {
  const { delivery, ports } = work
  const now = ports.now()
  const pending = rows.filter(row => row.untold !== undefined && row.state !== 'NEW')
  const left = pending.filter(({ leaseUntil }) => leaseUntil < toEpochSeconds(now))
  // Nobody tells these before a digest does, and whoever settled them may have died before it was scheduled.
  if (left.some(({ inDigest }) => inDigest)) await scheduleDigest(work)
  const claimed = await mapConcurrent(
    left.filter(row => !row.inDigest),
    row => ports.ledger.claimUntold(row, { claimant: delivery.claimant, now }),
  )
  await publishOutcomes(
    claimed.flatMap(one => (one.kind === 'mine' ? [one] : [])),
    work,
  )
  const isSiblings = (row: Row): boolean => !left.includes(row) && areSiblings(row.claimant, delivery.claimant)
  if (pending.some(isSiblings) || claimed.some(({ kind }) => kind === 'sibling')) requestRedelivery()
}
