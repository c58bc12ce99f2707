import type { Alert, Occasion } from '../../shared/alert/alert.ts'
import { type EndedFinding, outcomeAlert } from '../../shared/alert/outcome.ts'
import { messageOf } from '../../shared/alert/tell.ts'
import type { Settlement } from '../../shared/engine/endings.ts'
import { past } from '../../shared/ledger/claim.ts'
import { areSiblings } from '../../shared/ledger/claimant.ts'
import { findingIn } from '../../shared/ledger/finding-in.ts'
import { epochSeconds, type Past, type Row, type RowKey } from '../../shared/ledger/row.ts'
import { scheduleName } from '../../shared/ledger/schedule-name.ts'
import { isRefusedByTag } from '../../shared/reasons/refused-by-tag.ts'
import { withDeliveries } from '../../shared/routing/deliveries.ts'
import { comeAgain } from '../come-again.ts'
import type { Delivery } from '../delivery.ts'
import { inTurns } from '../in-turns.ts'
import { publishClaimed } from '../publish-claimed.ts'
import { type InForce, policyToTellBy } from './policy-in-force.ts'
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

export const findingOf = ({ row, outcome }: Ended): EndedFinding => ({ ...findingIn(row), outcome })

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
    alerts.map(alert => () => ports.publish(messageOf(alert))),
    () => ports.ledger.release(rows, delivery.claimant),
  )

/** Publishes what became of the stop of one instance. */
const tell = async (ended: readonly Ended[], work: Work): Promise<void> => {
  const [first] = ended
  if (first === undefined) return
  const { where, delivery, ports } = work
  const findings = ended.map(findingOf)
  const { event, actor } = findingOf(first)
  const occasion: Occasion = { ...where, launchId: first.row.launchId, event, actor }
  const teller = { claimant: delivery.claimant, now: ports.now() }
  const policy = await policyToTellBy(ports, work.inForce)
  await publishAll(
    outcomeAlert(occasion, findings, teller).map(alert => withDeliveries(alert, policy, teller.now)),
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
export const settleAndTell = async (settlements: readonly Settlement[], work: Work): Promise<void> => {
  const { delivery, ports } = work
  const now = ports.now()
  const all = await inTurns(settlements, async ({ row, ending }) => {
    const { to, because, at = now, inDigest } = ending
    const settled = await ports.ledger.settle(row, { ...ending, claimant: delivery.claimant, now })
    return { row, outcome: past(to, at, because), inDigest, settled }
  })
  const ours = all.filter(({ settled }) => settled === 'ours')
  const [gathered, alone] = [ours.filter(each => each.inDigest), ours.filter(each => !each.inDigest)]
  if (gathered.length > 0) await scheduleDigest(work)
  count(gathered, ports)
  await tell(alone, work)
  if (all.some(({ settled }) => settled === 'sibling')) comeAgain()
}

/**
 * Tells what an earlier delivery of this message, or one that died, has settled and not told. Nothing in the usual case.
 * Throws where another delivery of this message is at it.
 */
export const tellLeftOver = async (rows: readonly Row[], work: Work): Promise<void> => {
  const { delivery, ports } = work
  const now = ports.now()
  const untold = rows.filter(row => row.untold !== undefined && row.state !== 'NEW')
  const left = untold.filter(({ leaseUntil }) => leaseUntil < epochSeconds(now))
  // Nobody tells these before a digest does, and whoever settled them may have died before it was scheduled.
  if (left.some(({ inDigest }) => inDigest)) await scheduleDigest(work)
  const claimed = await inTurns(
    left.filter(row => !row.inDigest),
    row => ports.ledger.claimUntold(row, { claimant: delivery.claimant, now }),
  )
  await tell(
    claimed.flatMap(one => (one.kind === 'mine' ? [one] : [])),
    work,
  )
  const isSiblings = (row: Row): boolean => !left.includes(row) && areSiblings(row.claimant, delivery.claimant)
  if (untold.some(isSiblings) || claimed.some(({ kind }) => kind === 'sibling')) comeAgain()
}
