import type { Source } from '../../shared/alert/alert.ts'
import { createInstanceSubject, createSubjects } from '../../shared/engine/subjects.ts'
import { readActorFromTags } from '../../shared/facts/actor.ts'
import type { Launch, Running, Start } from '../../shared/facts/event.ts'
import type { InstanceFacts, Subject } from '../../shared/facts/facts.ts'
import { isInAccount, isOfLaunch, isOfStart } from '../../shared/facts/same-launch.ts'
import type { Ec2Reader } from './ports.ts'

/** Subjects with the occasion they belong to, or why there are none yet. */
export type Found =
  | {
      readonly kind: 'found'
      readonly source: Source
      readonly subjects: readonly Subject[]
      /** Not all instances of the launch are among the subjects: a sweep has to look for them. */
      readonly incomplete?: true
    }
  | { readonly kind: 'not-yet'; readonly why: string }

/** EC2 forgets nothing within minutes, but a new instance may take seconds to be known everywhere: so often it is asked for again. */
const DELIVERIES_TO_WAIT = 3

const createSource = (event: Launch | Running | Start, launchId: string): Source => {
  const { accountId, region, actor } = event
  return { accountId, region, launchId, event: event.event, actor }
}

type Unlisted = NonNullable<Launch['unlisted']>

const mergeFacts = (listed: readonly InstanceFacts[], read: readonly InstanceFacts[]): readonly InstanceFacts[] => {
  const byId = new Map(read.map(instance => [instance.instanceId, instance]))
  for (const instance of listed) byId.set(instance.instanceId, { ...byId.get(instance.instanceId), ...instance })
  return [...byId.values()]
}

const read = ({ instanceIds, clientToken = '' }: Unlisted, ec2: Ec2Reader) =>
  instanceIds.length > 0 ? ec2.instances('instance-id', instanceIds) : ec2.instances('client-token', [clientToken])

/**
 * The instances of a launch whose record does not list them: by the ids that AWS wrote, else by client token, and then
 * only those that the launch made. Where EC2 does not know them after some deliveries, what the request said is all there
 * is: the rules will say that they cannot tell, and a sweep finds the instances.
 */
export const findLaunchInstances = async (launch: Launch, ec2: Ec2Reader, deliveries: number): Promise<Found> => {
  const source = createSource(launch, launch.launchId)
  const asTold: Found = { kind: 'found', source, subjects: createSubjects(launch) }
  if (launch.unlisted === undefined) return asTold
  const givenUp: Found = { ...asTold, incomplete: true }
  const { instanceIds, clientToken } = launch.unlisted
  if (instanceIds.length === 0 && clientToken === undefined) return givenUp
  const reading = await read(launch.unlisted, ec2)
  // A sweep may not read either.
  if (!reading.ok) return asTold
  const found = reading.facts.filter(facts =>
    instanceIds.length > 0 ? isInAccount(facts, launch.accountId) : isOfLaunch(facts, launch),
  )
  const isShort = found.length < Math.max(instanceIds.length, 1)
  if (isShort && deliveries < DELIVERIES_TO_WAIT)
    return { kind: 'not-yet', why: 'EC2 does not know all instances of the launch yet' }
  // One call makes one reservation: of two, nobody knows which is this launch's.
  if (found.length === 0 || new Set(found.map(({ reservationId }) => reservationId)).size > 1) return givenUp
  const instances = mergeFacts(launch.instances, found)
  const launchId = found[0]?.reservationId ?? launch.launchId
  return {
    kind: 'found',
    source: { ...source, launchId },
    subjects: instances.map(instance => createInstanceSubject(launch, instance)),
    ...(isShort && { incomplete: true }),
  }
}

const SAME_START_MS = 60_000
const GONE = ['shutting-down', 'terminated']
const DOWN = ['stopping', 'stopped', ...GONE]

/** Launched, or started again, together: EC2's launch time is that of the last start (EC2 API reference, Instance). */
const didStartWith = (instance: InstanceFacts, { state, launchTime }: InstanceFacts): boolean => {
  if (launchTime === undefined || instance.launchTime === undefined) return !DOWN.includes(state ?? '')
  return Math.abs(Date.parse(launchTime) - Date.parse(instance.launchTime)) <= SAME_START_MS
}

/** A launch as EC2 knows it. What is gone EC2 names for a while, with the launch time that it had: it is not back. */
export type Whole = { readonly subjects: readonly Subject[]; readonly gone: readonly string[] }

/**
 * The instance that EC2 says is running. `whole` finds the rest of its launch, so that what one of many notifications
 * finds is told for all of them at once.
 */
export const findRunningInstance = async (
  running: Running,
  ec2: Ec2Reader,
  deliveries: number,
): Promise<Found & { readonly whole?: () => Promise<Whole> }> => {
  const reading = await ec2.instances('instance-id', [running.instanceId])
  if (!reading.ok)
    return { kind: 'found', source: createSource(running, running.instanceId), subjects: createSubjects(running) }
  const [instance] = reading.facts
  if (instance === undefined)
    return deliveries < DELIVERIES_TO_WAIT
      ? { kind: 'not-yet', why: `EC2 does not know ${running.instanceId} yet` }
      : { kind: 'found', source: createSource(running, running.instanceId), subjects: [] }
  const { reservationId } = instance
  const origin = { ...running, actor: readActorFromTags(instance.tags) }
  // One that did not come up now was told of its own, or stopped: nothing of this notification is news about it.
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

/** The instances that somebody started, as EC2 knows them: the call itself tells no fact of them. */
export const findStartedInstances = async (start: Start, ec2: Ec2Reader, deliveries: number): Promise<Found> => {
  const source = createSource(start, start.event.id)
  const reading = await ec2.instances('instance-id', start.instanceIds)
  if (!reading.ok) return { kind: 'found', source, subjects: createSubjects(start) }
  const started = reading.facts.filter(instance => isOfStart(instance, start))
  if (started.length < start.instanceIds.length && deliveries < DELIVERIES_TO_WAIT)
    return { kind: 'not-yet', why: 'EC2 does not know all instances that were started yet' }
  return { kind: 'found', source, subjects: started.map(instance => createInstanceSubject(start, instance)) }
}
