import { type Alert, buildFindingAlerts, type Source } from '../../shared/alert/alert.ts'
import { buildFindingAlertContent } from '../../shared/alert/finding-alert-content.ts'
import { buildSnsMessage } from '../../shared/alert/sns-message.ts'
import { complete } from '../../shared/engine/complete.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { createSubjects } from '../../shared/engine/subjects.ts'
import { findCommonActor, readActorFromTags } from '../../shared/facts/actor.ts'
import type { Ec2Event, ImageCreation, Launch, RefusedLaunch, TemplateCreation } from '../../shared/facts/event.ts'
import type { Actor, EventRef, Subject } from '../../shared/facts/facts.ts'
import type { Claim, Claimed, Claiming } from '../../shared/ledger/row.ts'
import { isRefusedByTag } from '../../shared/reasons/refused-by-tag.ts'
import { addDeliveries } from '../../shared/routing/deliveries.ts'
import { countByRule } from '../runtime/count-by-rule.ts'
import type { Delivery } from '../runtime/delivery.ts'
import { areStopsDisabled } from '../runtime/live-policy.ts'
import { publishClaimed } from '../runtime/publish-claimed.ts'
import { admitRefused } from './admit-refused.ts'
import { prepareEarlyAlert } from './early-alert.ts'
import {
  type Found,
  findLaunchInstances,
  findRunningInstance,
  findStartedInstances,
  type Whole,
} from './find-instances.ts'
import { createKnownRows, hadStopped, type KnownRows, refuseOwned } from './know-rows.ts'
import type { Ec2Reader, Ports } from './ports.ts'

/** `again`: nothing is wrong, but it cannot be decided yet; the message should be delivered again. */
export type Outcome =
  | { readonly kind: 'done'; readonly alerts: number }
  | { readonly kind: 'again'; readonly why: string }

const DELIVERIES_TO_WAIT = 3

const createSingleSource = (event: RefusedLaunch | ImageCreation | TemplateCreation): Found => ({
  kind: 'found',
  subjects: createSubjects(event),
  source: {
    accountId: event.accountId,
    region: event.region,
    launchId: event.kind === 'image' ? event.subject.resource.id : event.event.id,
    event: event.event,
    actor: event.actor,
  },
})

type Case = {
  readonly source: Source
  readonly ec2: Ec2Reader
  readonly delivery: Delivery
  readonly ports: Ports
  /** It is the record of a launch, which names the caller itself: rows know more only if some lie there already. */
  readonly isLaunch: boolean
  /** It is EC2's notification, which names nobody: only the tags of an instance say what it was launched for. */
  readonly isNotified: boolean
  /** Of when its facts are. */
  readonly asOf: Date
  readonly rows: KnownRows
}

/** A notification evaluates all instances of its launch, and one of them may be in a group that the others are not in. */
const findActor = (subject: Subject, { source, isNotified }: Case): Actor =>
  isNotified && subject.kind === 'instance' ? readActorFromTags(subject.instance.tags) : source.actor

const evaluateSubjects = (subjects: readonly Subject[], one: Case): readonly Finding[] => {
  const { source, ports } = one
  return subjects.flatMap(subject =>
    evaluate(
      { subject, event: source.event, actor: findActor(subject, one) },
      {
        policy: ports.policy,
        types: ports.types.known(),
        now: ports.now(),
        canStop: ports.canStop(source),
        stopsDisabled: areStopsDisabled(ports, source.accountId),
      },
    ),
  )
}

/** If EC2 does not answer, findings that failed on known facts are alerted at once, and the rest is tried again. */
const evaluateKnown = async (subjects: readonly Subject[], one: Case): Promise<readonly Finding[]> => {
  const { ec2, delivery, ports } = one
  try {
    return evaluateSubjects(await complete(subjects, ec2, ports), one)
  } catch (error) {
    const known = evaluateSubjects(subjects, one)
    if (delivery.count < DELIVERIES_TO_WAIT && !known.some(({ status }) => status === 'FAILED')) throw error
    ports.log('warn', 'EC2 did not answer: the facts from EC2 stay unknown', { why: String(error) })
    return known
  }
}

/**
 * Claims findings without a promise that another row refuses: the rows are read if this is not the first report of the
 * instance. Throws what DynamoDB throws. Then nothing is alerted, and the claim is given back.
 */
const claimKnown = async (
  found: readonly Finding[],
  { claim, onSent }: { readonly claim: Claim; readonly onSent: () => void },
  { ports, isLaunch, rows }: Case,
): Promise<Claiming> => {
  const claimed = await ports.claim(found, claim, onSent)
  if (isLaunch && claimed.isFirst) return claimed
  const claimAgain = (some: readonly Finding[]) => ports.claim(some, claim, () => undefined)
  try {
    return { ...claimed, ours: await refuseOwned(claimed.ours, { rows, claimAgain }) }
  } catch (error) {
    await claimed.release()
    throw error
  }
}

/** When the last of them was started, as EC2 says. If it does not, the time of the event counts. */
const findLastStart = (subjects: readonly Subject[], { time }: EventRef): string =>
  subjects
    .flatMap(subject => (subject.kind === 'instance' ? (subject.instance.launchTime ?? []) : []))
    .toSorted((one, other) => Date.parse(one) - Date.parse(other))
    .at(-1) ?? time

const publishFindings = async (
  found: readonly Finding[],
  one: Case,
  { subjects, gone = [] }: { readonly subjects: readonly Subject[]; readonly gone?: readonly string[] },
): Promise<Outcome> => {
  if (found.length === 0) return { kind: 'done', alerts: 0 }
  const { source, delivery, ports } = one
  const startedAt = findLastStart(subjects, source.event)
  const { claimant } = delivery
  const claim = { claimant, launchId: source.launchId, now: ports.now(), asOf: one.asOf, deleted: gone, startedAt }
  const buildOwnAlerts = (claimed: readonly Claimed[]): readonly Alert[] => {
    const actor = one.isNotified ? findCommonActor(claimed.map(finding => finding.actor)) : source.actor
    return buildFindingAlerts({ ...source, actor }, claimed, claim).map(alert =>
      addDeliveries(alert, ports.policy, claim.now),
    )
  }
  const early = prepareEarlyAlert(found, { alertsOf: buildOwnAlerts, hold: ports.hold })
  const { ours, beingAlerted, release } = await claimKnown(found, { claim, onSent: early.prepare }, one).catch(
    (error: unknown) => {
      early.drop()
      throw error
    },
  )
  const alerts = buildOwnAlerts(ours)
  const sendFirst = early.granted(ours)
  const publishings = alerts.map((alert, index) =>
    index === 0 && sendFirst !== undefined
      ? sendFirst
      : () => ports.publish(buildSnsMessage(alert, buildFindingAlertContent(alert))),
  )
  await publishClaimed(publishings, release)
  countAll(ours, ports)
  if (alerts.length > 0) ports.count('Alerts', alerts.length)
  // This delivery comes again, whatever becomes of the other one, and sees whether it was alerted.
  return beingAlerted
    ? { kind: 'again', why: 'another delivery of this message, or another report of the launch, is alerting it' }
    : { kind: 'done', alerts: alerts.length }
}

/**
 * Asks for a sweep of the region for instances that were not found. The log says so, because the alert cannot name
 * them.
 */
const handOver = async ({ source, delivery, ports }: Case): Promise<void> => {
  const { region, event, launchId } = source
  const isSwept = await ports.handOver(source, event.time)
  const next = isSwept ? 'its region is swept for them' : 'no sweep of this stack goes there'
  ports.log('warn', `not all instances of the launch were found: ${next}`, { ...delivery, launchId, region })
}

const logEarlier = ({ source, delivery, ports }: Case, launchedEarlier: readonly string[]): void =>
  ports.log('info', 'EC2 answered the call with instances of an earlier call: they cause no alert', {
    ...delivery,
    launchId: source.launchId,
    instances: launchedEarlier.length,
  })

const countAll = (findings: readonly Finding[], ports: Ports): void => {
  countByRule(findings, ports.countFindings)
  const unknown = findings.filter(({ status }) => status === 'UNKNOWN').length
  if (unknown > 0) ports.count('Unknown', unknown)
  const byTag = findings.filter(({ action }) => isRefusedByTag(action)).length
  if (byTag > 0) ports.count('RefusedByTag', byTag)
}

const findAll = (event: Exclude<Ec2Event, { kind: 'ignored' }>, ec2: Ec2Reader, deliveries: number) => {
  if (event.kind === 'launch') return findLaunchInstances(event, ec2, deliveries)
  if (event.kind === 'running') return findRunningInstance(event, ec2, deliveries)
  if (event.kind === 'start') return findStartedInstances(event, ec2, deliveries)
  return createSingleSource(event)
}

/**
 * EC2's notification comes within seconds and names nobody. CloudTrail's record of the same start names the caller, and
 * takes longer. If virtguard had stopped the instance, the record is worth the wait: once, until the message is
 * delivered again.
 */
const startMayBeNamed = async (event: Ec2Event, found: readonly Finding[], one: Case): Promise<boolean> => {
  const { source, delivery, ports, rows } = one
  if (event.kind !== 'running' || delivery.count > 1 || found.length === 0) return false
  if (ports.canStop(source) !== true) return false
  return hadStopped([...new Set(found.map(({ resource }) => resource.id))], rows)
}

/** The instances of a launch that passed every rule. A finding of any kind, even an exempt one, is no pass. */
const rememberPassed = (
  launch: Launch,
  subjects: readonly Subject[],
  found: readonly Finding[],
  ports: Ports,
): void => {
  const failed = new Set(found.map(({ resource }) => resource.id))
  const ids = subjects.flatMap(({ resource: { type, id } }) => (type === 'AwsEc2Instance' ? id : []))
  ports.passed.remember({
    place: launch,
    instanceIds: ids.filter(id => !failed.has(id)),
    policy: ports.policy,
    launchedAt: launch.event.time,
  })
}

/** No instance is launched, stopped, and up again within less. */
const LAUNCH_MS = 30_000

/**
 * Of when the facts of an event are: from before EC2 is asked. What the record of a launch says of its instances is of the call,
 * however late the record comes.
 */
const computeAsOf = ({ kind, event }: Ec2Event, looked: Date): Date => {
  if (kind !== 'launch') return looked
  return new Date(Math.min(looked.getTime(), Date.parse(event.time) + LAUNCH_MS))
}

/**
 * Evaluates one event and alerts its findings, once. A compliant launch whose record has all facts costs no call, nor
 * does the first notification of each of its instances if it comes after the record, to the same execution environment.
 * Throws if AWS failed and another try loses nothing.
 */
export const processEvent = async (event: Ec2Event, delivery: Delivery, ports: Ports): Promise<Outcome> => {
  if (event.kind === 'ignored') return { kind: 'done', alerts: 0 }
  if (event.kind === 'running' && ports.passed.isKnown(event, ports.policy)) return { kind: 'done', alerts: 0 }
  const asOf = computeAsOf(event, ports.now())
  const ec2 = ports.ec2(event)
  const found: Found & { whole?: () => Promise<Whole> } = await findAll(event, ec2, delivery.count)
  if (found.kind === 'not-yet') return { kind: 'again', why: found.why }
  if (found.kind === 'unreadable') return { kind: 'done', alerts: 0 }
  const { source } = found
  const one: Case = {
    source,
    ec2,
    delivery,
    ports,
    isLaunch: event.kind === 'launch',
    isNotified: event.kind === 'running',
    asOf,
    rows: createKnownRows(source, ports),
  }
  if (found.launchedEarlier !== undefined) logEarlier(one, found.launchedEarlier)
  const first = await evaluateKnown(found.subjects, one)
  if (event.kind === 'launch') rememberPassed(event, found.subjects, first, ports)
  if (await startMayBeNamed(event, first, one))
    return { kind: 'again', why: 'CloudTrail may still report who started it again' }
  const whole = first.length > 0 ? await found.whole?.() : undefined
  const all = whole === undefined ? first : await evaluateKnown(whole.subjects, one)
  // This comes before any alert, so that a failure repeats nothing.
  if (found.incomplete === true) await handOver(one)
  const admitted = event.kind === 'refused-launch' ? await admitRefused(all, ports) : all
  return publishFindings(admitted, one, whole ?? { subjects: found.subjects })
}
