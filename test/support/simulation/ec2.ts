/**
 * EC2 on the clock of the simulation: instances with their states, notifications, and answers that lag a little. Unlike
 * test/support/cloud/ec2.ts it is not asked through the SDK's client, because each call of a port is one turn of the schedule,
 * and remembers each state, because an answer may be a few seconds old.
 */
import { interpretError, type StopAnswer } from '../../../shared/aws/stop.ts'
import type { InstanceFacts } from '../../../shared/facts/facts.ts'
import {
  anEnvelope,
  anInstanceItem,
  aRunInstancesRecord,
  aRunningNotification,
  aStartInstancesRecord,
} from '../builders.ts'
import { findStopError } from '../cloud/ec2.ts'
import { factsOf, iso, type Kind, type Machine, violates } from './machine.ts'

type Tell = (queue: 'launches' | 'stops', body: object, after: number) => void

const COMES_UP_SECONDS = 12
/** No invocation that asked for a stop is still under way when the instance can be up again. */
const GOES_DOWN_SECONDS = 35

/** EC2 does not name all instances of a launch at once. */
const KNOWN_WITHIN_SECONDS = 15

type Clock = { readonly now: () => number; readonly write: (line: string) => void }

export const simulatedEc2 = (clock: Clock, tell: Tell) => {
  const machines = new Map<string, Machine>()
  // Each state with its start, because an answer of EC2 may be a few seconds old.
  const past = new Map<string, { readonly at: number; readonly facts: InstanceFacts }[]>()
  let events = 0
  const eventId = (): string => {
    events += 1
    return `00000000-0000-4000-8000-${String(events).padStart(12, '0')}`
  }

  const note = (machine: Machine): void => {
    const seen = past.get(machine.id) ?? []
    seen.push({ at: clock.now(), facts: factsOf(machine) })
    past.set(machine.id, seen)
    const { id, state, virtualizationType, instanceType, stopProtected, factsHidden, kind } = machine
    const more = `${stopProtected ? ' protected' : ''}${factsHidden ? ' hidden' : ''}`
    clock.write(`${id} is ${state}, ${kind}, ${virtualizationType} on ${instanceType}${more}`)
  }

  const notify = (machine: Machine, state: 'running' | 'stopped', after: number): void => {
    const time = iso(clock.now())
    const body = aRunningNotification({ instanceId: machine.id, state, time, eventID: eventId() })
    tell(state === 'running' ? 'launches' : 'stops', body, after)
  }

  const rise = (machine: Machine): void => {
    machine.state = 'pending'
    machine.changesAt = clock.now() + COMES_UP_SECONDS
    machine.upSince = clock.now()
    machine.starts += 1
    if (violates(machine)) machine.violatingStarts.push(clock.now())
    note(machine)
  }

  const launch = (count: number, delays: readonly number[], kind: Kind = 'plain'): void => {
    const reservationId = `r-${String(machines.size).padStart(17, '0')}`
    const ids = Array.from({ length: count }, (_, index) => `i-${String(machines.size + index).padStart(17, '0')}`)
    for (const [index, id] of ids.entries()) {
      const machine: Machine = {
        knownAt: clock.now() + ((index * 7) % KNOWN_WITHIN_SECONDS),
        id,
        reservationId,
        kind,
        state: 'pending',
        changesAt: 0,
        virtualizationType: 'paravirtual',
        instanceType: 'm1.small',
        stopProtected: false,
        factsHidden: false,
        upSince: 0,
        recorded: delays.length > 0,
        violatingStarts: [],
        starts: 0,
      }
      machines.set(id, machine)
      rise(machine)
    }
    const instances = ids.map(instanceId =>
      anInstanceItem({ instanceId, instanceType: 'm1.small', virtualizationType: 'paravirtual', enaSupport: false }),
    )
    const time = iso(clock.now())
    // CloudTrail may report a launch again, under another id.
    for (const delay of delays)
      tell('launches', anEnvelope(aRunInstancesRecord({ reservationId, instances, time, eventID: eventId() })), delay)
  }

  const goDown = (machine: Machine): void => {
    machine.state = 'stopping'
    machine.changesAt = clock.now() + GOES_DOWN_SECONDS
    note(machine)
  }

  /** Somebody starts it. CloudTrail and EC2 report it, each in its own time. */
  const start = (machine: Machine, recordAfter: number | undefined): void => {
    if (machine.state !== 'stopped') return
    rise(machine)
    if (recordAfter === undefined) return
    const record = aStartInstancesRecord({ instanceIds: [machine.id], time: iso(clock.now()), eventID: eventId() })
    tell('launches', anEnvelope(record), recordAfter)
  }

  /** The events that have happened by now. */
  const progress = (noticeAfter: number): void => {
    for (const machine of machines.values()) {
      if (machine.changesAt === 0 || machine.changesAt > clock.now()) continue
      machine.changesAt = 0
      machine.state = machine.state === 'pending' ? 'running' : 'stopped'
      note(machine)
      notify(machine, machine.state === 'running' ? 'running' : 'stopped', noticeAfter)
    }
  }

  /** As EC2 knew it so many seconds ago. */
  const describe = (id: string, lag: number): InstanceFacts | undefined =>
    past.get(id)?.findLast(({ at }) => at <= clock.now() - lag)?.facts

  const siblings = (reservationId: string, lag: number): readonly InstanceFacts[] =>
    [...machines.values()]
      .filter(machine => machine.reservationId === reservationId && machine.knownAt <= clock.now())
      .flatMap(({ id }) => describe(id, lag) ?? [])

  /** StopInstances, as EC2 answers it. */
  const stop = (id: string): StopAnswer => {
    const machine = machines.get(id)
    const isOneTime = machine?.kind === 'one-time'
    const error = findStopError(id, machine && { ...machine, isProtected: machine.stopProtected, isOneTime })
    const refusal = interpretError(error)
    if (machine === undefined || refusal !== undefined) return refusal ?? { kind: 'accepted' }
    if (machine.state === 'running') goDown(machine)
    return { kind: 'accepted', state: machine.state }
  }

  const next = (): number =>
    Math.min(...[...machines.values()].flatMap(({ changesAt }) => (changesAt > 0 ? [changesAt] : [])))

  return { machines, note, launch, start, goDown, progress, describe, siblings, stop, next }
}
