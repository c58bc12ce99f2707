import { interpretError } from '../../shared/aws/stop.ts'
import type { InstanceFacts } from '../../shared/facts/facts.ts'
import { isInAccount } from '../../shared/facts/same-launch.ts'
import { decideAfterCheck, decideNextStep, endDue, type Step } from '../../shared/ledger/next-step.ts'
import { endAll } from '../../shared/ledger/outcomes.ts'
import type { Row, RowOutcome } from '../../shared/ledger/row.ts'
import { scheduleName } from '../../shared/ledger/schedule-name.ts'
import {
  AGAIN_SECONDS,
  CHECK_SECONDS,
  DEADLINE_SECONDS,
  type InstanceMessage,
} from '../../shared/ledger/stop-message.ts'
import type { AwsError, Reason } from '../../shared/reasons/reason.ts'
import { alertPending, resolveAndAlert, type Work } from './alert-outcomes.ts'
import { askToStop } from './ask-to-stop.ts'
import { evaluateNow } from './evaluate-now.ts'
import { type InForce, readPolicyInForce } from './policy-in-force.ts'

type Case = Work & {
  readonly message: InstanceMessage
  /** EC2 is asked by the role of another account. */
  readonly isSpoke?: boolean
}

const isWaiting = ({ state }: Row): boolean => state === 'DEFERRED'

type Read = { readonly instance: InstanceFacts | undefined; readonly denied?: AwsError }

/**
 * EC2 describes no instances of other accounts. If it did, the rows would not be about this one. In another account than the
 * stack's, EC2 has to say whose it is.
 */
const instanceInAccount = async (one: Case): Promise<InstanceFacts | undefined> => {
  const { message, where, ports, isSpoke = false } = one
  const instance = await ports.ec2.instance(message.instanceId)
  const isNamed = !isSpoke || instance?.ownerId !== undefined
  if (instance === undefined || (isNamed && isInAccount(instance, where.accountId))) return instance
  const { instanceId } = message
  ports.log('error', 'the instance is in another account than its findings, so it is not stopped', {
    ...where,
    instanceId,
  })
  return undefined
}

/** The instance, or why virtguard may not read it. Throws if EC2 does not answer. */
const readInstance = async (one: Case): Promise<Read> => {
  try {
    return { instance: await instanceInAccount(one) }
  } catch (error) {
    const meaning = interpretError(error)
    if (meaning?.kind === 'not-there') return { instance: undefined }
    if (meaning?.kind !== 'denied') throw error
    return { instance: undefined, denied: { error: meaning.error, message: meaning.message } }
  }
}

const inspect = async (rows: readonly Row[], inForce: InForce, one: Case): Promise<Step> => {
  const { where, message, ports } = one
  const { instance, denied } = await readInstance(one)
  const waiting = rows.filter(isWaiting)
  if (denied !== undefined) {
    const because: Reason = { code: 'READ_NOT_AUTHORIZED', args: denied }
    return endDue(waiting, { to: 'FAILED', because }, ports.now())
  }
  if (message.kind === 'check') return decideAfterCheck({ rows, instance, now: ports.now() })
  const findings =
    instance?.state === 'running'
      ? await evaluateNow(instance, { waiting: waiting[0], rows, where, inForce, ports })
      : []
  return decideNextStep({ rows, instance, findings, now: ports.now() })
}

/** Has the queue of stops bring the same instance again, at that time. */
const rescheduleStop = (kind: InstanceMessage['kind'], at: Date, { message, ports }: Case): Promise<void> => {
  const next = { ...message, kind, attempt: message.kind === kind ? message.attempt + 1 : 1 }
  return ports.schedule({ name: scheduleName(next, at), at, message: next })
}

const addSeconds = (seconds: number, { ports }: Case): Date => new Date(ports.now().getTime() + seconds * 1000)

/** EC2 says that it runs, and that it cannot be stopped: the one or the other is about to change. */
const tryLater = async (rows: readonly Row[], because: Reason, one: Case): Promise<void> => {
  const deadline = new Date(one.message.due).getTime() + DEADLINE_SECONDS * 1000
  if (one.ports.now().getTime() < deadline) return rescheduleStop('stop', addSeconds(AGAIN_SECONDS, one), one)
  await resolveAndAlert(endAll(rows, { to: 'FAILED', because, notTaken: true }), one)
}

/** The instance could not be stopped as it was. Its present state decides, except for another try at once. */
const inspectAgain = async (because: Reason, inForce: InForce, one: Case): Promise<void> => {
  const rows = await one.ports.ledger.rowsOf({ ...one.where, resourceId: one.message.instanceId })
  // Another delivery of this message may have resolved it meanwhile.
  await alertPending(rows, one)
  const step = await inspect(rows, inForce, one)
  if (step.next.kind !== 'stop') return carryOut(step, inForce, one)
  await resolveAndAlert(step.resolutions, one)
  await tryLater(step.next.rows, because, one)
}

const carryOut = async ({ resolutions, next }: Step, inForce: InForce, one: Case): Promise<void> => {
  await resolveAndAlert(resolutions, one)
  if (next.kind === 'nothing') return
  if (next.kind === 'again') return rescheduleStop('stop', next.at, one)
  if (next.kind === 'check') return rescheduleStop('check', next.at, one)
  const asked = await askToStop(next, { ...one.where, instanceId: one.message.instanceId, inForce, ports: one.ports })
  if (asked.kind === 'stopping') return rescheduleStop('check', addSeconds(CHECK_SECONDS, one), one)
  if (asked.kind === 'under-way') return rescheduleStop('stop', addSeconds(AGAIN_SECONDS, one), one)
  if (asked.kind === 'look-again') return inspectAgain(asked.because, inForce, one)
  await resolveAndAlert(asked.resolutions, one)
}

/**
 * Ends what is due in an account whose role is missing, or refuses. First no more stops are promised there, so that a delivery
 * that dies in between ends the same. All that is due there is one alert.
 */
const endRefused = async (rows: readonly Row[], refused: AwsError, one: Case): Promise<void> => {
  const { where, ports } = one
  const now = ports.now()
  const { error, message } = refused
  ports.log('warn', 'the role for stops cannot be used in the account', { ...where, error, why: message })
  await ports.spokes?.record({ accountId: where.accountId, tried: 'refused', now })
  const because: Reason = { code: 'STOP_ROLE_REFUSED', args: { error, message } }
  const ending: RowOutcome = { to: 'FAILED', because, inDigest: 'yes' }
  const { resolutions, next } = endDue(rows.filter(isWaiting), ending, now)
  await resolveAndAlert(resolutions, one)
  if (next.kind === 'again') await rescheduleStop('stop', next.at, one)
}

/** Carries it out in the account and region of the stack, or in another one by the role there. */
const carryOutThere = async (rows: readonly Row[], inForce: InForce, one: Case): Promise<void> => {
  const { where, message, ports } = one
  if (ports.spokes === undefined || ports.spokes.isOwn(where))
    return carryOut(await inspect(rows, inForce, one), inForce, one)
  const access = await ports.spokes.open({ ...where, instanceId: message.instanceId })
  if (access.kind === 'refused') return endRefused(rows, access, one)
  const there: Case = { ...one, isSpoke: true, ports: { ...ports, ec2: access.ec2, stop: access.stop } }
  try {
    await carryOut(await inspect(rows, inForce, there), inForce, there)
  } finally {
    access.close()
  }
}

/**
 * Handles a stop that is due, or that was requested and is to be checked. The promise is decided again with the present
 * policy and facts. The outcome is written first and alerted then. Throws what AWS throws if that is no answer.
 */
export const processDueStop = async (message: InstanceMessage, work: Work): Promise<void> => {
  const { where, ports } = work
  const rows = await ports.ledger.rowsOf({ ...where, resourceId: message.instanceId })
  await alertPending(rows, work)
  if (!rows.some(isWaiting)) return
  const inForce = await readPolicyInForce(ports)
  await carryOutThere(rows, inForce, { ...work, message, inForce })
}
