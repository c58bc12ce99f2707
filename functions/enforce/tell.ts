import type { Occasion } from '../../shared/alert/alert.ts'
import { type EndedFinding, outcomeAlert } from '../../shared/alert/outcome.ts'
import { snsMessage } from '../../shared/alert/sns-message.ts'
import type { Settlement } from '../../shared/engine/enforce.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { epochSeconds, type Past, type Row } from '../../shared/ledger/row.ts'
import { scheduleName } from '../../shared/ledger/schedule-name.ts'
import { withDeliveries } from '../../shared/routing/deliveries.ts'
import { inTurns } from '../in-turns.ts'
import { type InForce, policyToTellBy } from './policy-in-force.ts'
import type { Delivery, EnforcePorts } from './ports.ts'

/** A row whose story has ended, and how. */
export type Ended = { readonly row: Row; readonly outcome: Past }

export type Work = {
  readonly where: { readonly accountId: string; readonly region: string }
  readonly delivery: Delivery
  readonly ports: EnforcePorts
  /** The policy, where it has been read for this message. */
  readonly inForce?: InForce
}

export const findingOf = ({ row, outcome }: Ended): EndedFinding => {
  const finding: Finding = JSON.parse(row.finding)
  return { ...finding, outcome }
}

const COUNTED = { FAILED: 'StopsFailed', REFUSED: 'StopsRefused' } as const

const count = (ended: readonly Ended[], { count }: EnforcePorts): void => {
  for (const state of ['FAILED', 'REFUSED'] as const)
    if (ended.some(({ outcome }) => outcome.state === state)) count(COUNTED[state])
}

/** Publishes what became of the stop of one instance. */
const tell = async (ended: readonly Ended[], { where, delivery, ports, inForce }: Work): Promise<void> => {
  const [first] = ended
  if (first === undefined) return
  const findings = ended.map(findingOf)
  const { event, actor } = findingOf(first)
  const occasion: Occasion = { ...where, launchId: first.row.launchId, event, actor }
  const teller = { claimant: delivery.messageId, now: ports.now() }
  const policy = await policyToTellBy(ports, inForce)
  for (const alert of outcomeAlert(occasion, findings, teller))
    await ports.publish(snsMessage(withDeliveries(alert, policy, teller.now)))
  count(ended, ports)
}

/** Sees to it that refusals which are told together are told: by a message that comes when they have been gathered. */
const scheduleDigest = async ({ where, ports }: Work): Promise<void> => {
  const at = await ports.ledger.digestDue(where, ports.now())
  const message = { kind: 'digest', ...where } as const
  await ports.schedule({ name: scheduleName(message, at), at, message })
}

/** Ends the stories of rows and tells it. A row that somebody else has changed meanwhile is left to them. */
export const settleAndTell = async (settlements: readonly Settlement[], work: Work): Promise<readonly Row[]> => {
  const { delivery, ports } = work
  const now = ports.now()
  const ours = await inTurns(settlements, async ({ row, ending }) => {
    const { to: state, why, at = now, inDigest } = ending
    const isOurs = await ports.ledger.settle(row, { ...ending, claimant: delivery.messageId, now })
    return isOurs ? [{ row, outcome: { state, at: at.toISOString(), why }, inDigest }] : []
  })
  const [gathered, alone] = [ours.flat().filter(each => each.inDigest), ours.flat().filter(each => !each.inDigest)]
  if (gathered.length > 0) await scheduleDigest(work)
  count(gathered, ports)
  await tell(alone, work)
  return ours.flat().map(({ row }) => row)
}

/**
 * Tells what an earlier delivery of this message, or one that died, has settled and not told. Nothing in the usual case.
 */
export const tellLeftOver = async (rows: readonly Row[], work: Work): Promise<void> => {
  const { delivery, ports } = work
  const now = ports.now()
  const isMine = ({ claimant }: Row): boolean => claimant === delivery.messageId
  const untold = rows.filter(
    row => row.untold !== undefined && row.state !== 'NEW' && (isMine(row) || row.leaseUntil < epochSeconds(now)),
  )
  if (untold.some(row => row.inDigest && isMine(row))) await scheduleDigest(work)
  const claimed = await inTurns(
    untold.filter(row => !row.inDigest),
    row => ports.ledger.claimUntold(row, { claimant: delivery.messageId, now }),
  )
  const ended = claimed.flatMap((row): readonly Ended[] => {
    const outcome = row?.history.at(-1)
    return row === undefined || outcome === undefined ? [] : [{ row, outcome }]
  })
  await tell(ended, work)
}
