import type { Source } from '../../shared/alert/alert.ts'
import { createInstanceSubject, createSubjects } from '../../shared/engine/subjects.ts'
import { readActorFromTags } from '../../shared/facts/actor.ts'
import type { Launch, Running, Start } from '../../shared/facts/event.ts'
import type { InstanceFacts, Subject } from '../../shared/facts/facts.ts'
import { isInAccount, isOfLaunch, isOfStart, nameCaller, wasMadeBy } from '../../shared/facts/same-launch.ts'
import type { Ec2Reader } from './ports.ts'

/** Subjects with their source, or why there are none yet. */
export type Found =
  | {
      readonly kind: 'found'
      readonly source: Source
      readonly subjects: readonly Subject[]
      /** Some instances of the launch are not among the subjects: a sweep has to find them. */
      readonly incomplete?: true
      /** Named by the record of a launch, and there before the call. None is among the subjects. */
      readonly launchedEarlier?: readonly string[]
    }
  | { readonly kind: 'not-yet'; readonly why: string }
  /** Only EC2 knows what the event is about, and the account lets nobody ask. */
  | { readonly kind: 'unreadable' }

/** EC2 forgets nothing within minutes, but a new instance may take seconds to be known everywhere: so often it is asked for again. */
const DELIVERIES_TO_WAIT = 3

const createSource = (event: Launch | Running | Start, launchId: string): Source => {
  const { accountId, region, actor } = event
  return { accountId, region, launchId, event: event.event, actor }
}

const mergeFacts = (listed: readonly InstanceFacts[], read: readonly InstanceFacts[]): readonly InstanceFacts[] => {
  const byId = new Map(read.map(instance => [instance.instanceId, instance]))
  for (const instance of listed) byId.set(instance.instanceId, { ...byId.get(instance.instanceId), ...instance })
  return [...byId.values()]
}

type FoundLaunch = Extract<Found, { kind: 'found' }>

/** The facts of a launch in the record alone, without the instances from before the call. */
const buildAsRecorded = (launch: Launch, launchedEarlier: readonly string[] = []): FoundLaunch => {
  const told: FoundLaunch = {
    kind: 'found',
    source: createSource(launch, launch.launchId),
    subjects: createSubjects(launch),
  }
  if (launchedEarlier.length === 0) return told
  const earlier = new Set(launchedEarlier)
  return { ...told, subjects: told.subjects.filter(({ resource }) => !earlier.has(resource.id)), launchedEarlier }
}

type Read = {
  readonly made: readonly InstanceFacts[]
  readonly launchedEarlier: readonly string[]
  /** EC2 does not know all of them. */
  readonly isShort: boolean
}

const selectNamed = (launch: Launch, ids: readonly string[], read: readonly InstanceFacts[]): Read => {
  const known = read.filter(facts => isInAccount(facts, launch.accountId))
  const made = known.filter(facts => wasMadeBy(facts, launch) === true)
  const before = known.flatMap(facts => (wasMadeBy(facts, launch) === false ? (facts.instanceId ?? []) : []))
  return {
    made,
    launchedEarlier: [...(launch.launchedEarlier ?? []), ...before],
    isShort: made.length + before.length < ids.length,
  }
}

const selectByToken = (launch: Launch, read: readonly InstanceFacts[]): Read => {
  const made = read.filter(facts => isOfLaunch(facts, launch))
  return { made, launchedEarlier: [], isShort: made.length === 0 }
}

const joinFacts = (launch: Launch, { made, launchedEarlier, isShort }: Read): Found => {
  const asRecorded = buildAsRecorded(launch, launchedEarlier)
  if (made.length === 0 && !isShort) return asRecorded
  // One call makes one reservation. Of two, it is not known which belongs to this launch.
  if (made.length === 0 || new Set(made.map(({ reservationId }) => reservationId)).size > 1)
    return { ...asRecorded, incomplete: true }
  const earlier = new Set(launchedEarlier)
  const launched = made.flatMap(({ createdAt, launchTime }) => createdAt ?? launchTime ?? []).map(Date.parse)
  const actor = nameCaller(launch.actor, launched, launch.event.time)
  const instances = mergeFacts(launch.instances, made).filter(({ instanceId = '' }) => !earlier.has(instanceId))
  return {
    ...asRecorded,
    source: { ...asRecorded.source, actor, launchId: made[0]?.reservationId ?? launch.launchId },
    subjects: instances.map(instance => createInstanceSubject(launch, instance)),
    ...(isShort && { incomplete: true }),
  }
}

/**
 * The instances that a launch made, without those from before: a repeated call names those of the first. Instances that
 * the record leaves out are read by the ids that AWS wrote, or else by client token. If EC2 does not know them after
 * some deliveries, only the request is known: the verdicts are UNKNOWN, and a sweep finds the instances.
 */
export const findLaunchInstances = async (launch: Launch, ec2: Ec2Reader, deliveries: number): Promise<Found> => {
  const { unlisted, undated = [] } = launch
  const ids = [...undated, ...(unlisted?.instanceIds ?? [])]
  const asRecorded = buildAsRecorded(launch, launch.launchedEarlier)
  if (unlisted === undefined && ids.length === 0) return asRecorded
  if (ids.length === 0 && unlisted?.clientToken === undefined) return { ...asRecorded, incomplete: true }
  const reading = await (ids.length > 0
    ? ec2.instances('instance-id', ids)
    : ec2.instances('client-token', [unlisted?.clientToken ?? '']))
  // A sweep may not read either.
  if (!reading.ok) return asRecorded
  const read = ids.length > 0 ? selectNamed(launch, ids, reading.facts) : selectByToken(launch, reading.facts)
  if (read.isShort && deliveries < DELIVERIES_TO_WAIT)
    return { kind: 'not-yet', why: 'EC2 does not know all instances of the launch yet' }
  return joinFacts(launch, read)
}

const SAME_START_MS = 60_000
const GONE = ['shutting-down', 'terminated']
const DOWN = ['stopping', 'stopped', ...GONE]

/** Launched, or started again, together: EC2's launch time is that of the last start (EC2 API reference, Instance). */
const didStartWith = (instance: InstanceFacts, { state, launchTime }: InstanceFacts): boolean => {
  if (launchTime === undefined || instance.launchTime === undefined) return !DOWN.includes(state ?? '')
  return Math.abs(Date.parse(launchTime) - Date.parse(instance.launchTime)) <= SAME_START_MS
}

/**
 * A launch as EC2 knows it. EC2 names deleted instances for a while, with their launch time: they have not recurred.
 */
export type Whole = { readonly subjects: readonly Subject[]; readonly gone: readonly string[] }

/**
 * The instance that EC2 reports as running. `whole` finds the rest of its launch, so that the first of many
 * notifications alerts all of them at once.
 */
export const findRunningInstance = async (
  running: Running,
  ec2: Ec2Reader,
  deliveries: number,
): Promise<Found & { readonly whole?: () => Promise<Whole> }> => {
  const reading = await ec2.instances('instance-id', [running.instanceId])
  // Each instance of an account without a role would be an alert. The reader reports the account, and an alarm goes off.
  if (!reading.ok && ec2.isSpoke) return { kind: 'unreadable' }
  if (!reading.ok)
    return { kind: 'found', source: createSource(running, running.instanceId), subjects: createSubjects(running) }
  const [instance] = reading.facts
  if (instance === undefined)
    return deliveries < DELIVERIES_TO_WAIT
      ? { kind: 'not-yet', why: `EC2 does not know ${running.instanceId} yet` }
      : { kind: 'found', source: createSource(running, running.instanceId), subjects: [] }
  const { reservationId } = instance
  const origin = { ...running, actor: readActorFromTags(instance.tags) }
  // An instance that did not start now has an alert of its own, or was stopped: this notification is no news about it.
  const readWhole = async (): Promise<Whole> => {
    const siblings = reservationId === undefined ? undefined : await ec2.instances('reservation-id', [reservationId])
    const others = (siblings?.ok ? siblings.facts : []).filter(
      other => other.instanceId !== instance.instanceId && didStartWith(instance, other),
    )
    return {
      subjects: [instance, ...others].map(each => createInstanceSubject(running, each)),
      gone: others.flatMap(({ instanceId, state }) => (GONE.includes(state ?? '') ? (instanceId ?? []) : [])),
    }
  }
  const subjects = [createInstanceSubject(running, instance)]
  return {
    kind: 'found',
    source: createSource(origin, reservationId ?? running.instanceId),
    subjects,
    whole: readWhole,
  }
}

/** The instances that somebody started, as EC2 knows them: the call itself has no facts of them. */
export const findStartedInstances = async (start: Start, ec2: Ec2Reader, deliveries: number): Promise<Found> => {
  const source = createSource(start, start.event.id)
  const reading = await ec2.instances('instance-id', start.instanceIds)
  if (!reading.ok && ec2.isSpoke) return { kind: 'unreadable' }
  if (!reading.ok) return { kind: 'found', source, subjects: createSubjects(start) }
  const started = reading.facts.filter(instance => isOfStart(instance, start))
  if (started.length < start.instanceIds.length && deliveries < DELIVERIES_TO_WAIT)
    return { kind: 'not-yet', why: 'EC2 does not know all instances that were started yet' }
  return { kind: 'found', source, subjects: started.map(instance => createInstanceSubject(start, instance)) }
}
