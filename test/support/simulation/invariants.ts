/** The invariants of every world. They are written from what the issue asks, not from the code. */
import { areSiblings } from '../../../shared/ledger/claimant.ts'
import { placeOf, type Row } from '../../../shared/ledger/row.ts'
import { mayFollow } from '../transitions.ts'
import type { Broken } from './broken.ts'
import {
  alertsComeOnce,
  comebacksAreReal,
  endsAreTold,
  findingsAreTold,
  isGone,
  keysTellTheSame,
  skipRepeats,
} from './invariants-of-alerts.ts'
import { FAILS } from './machine.ts'
import { BUDGET_SECONDS, type Switches } from './switches.ts'
import type { Published, Read } from './traffic.ts'
import type { SimulatedWorld } from './world.ts'

const promises = ({ alert }: Published, id: string): readonly number[] =>
  (alert.stops ?? []).filter(({ resources }) => resources.includes(id)).map(({ at }) => Date.parse(at) / 1000)

/** The time at which the first channel has it, scheduled deliveries included. At once if the policy has no channels. */
const seenAt = ({ alert: { deliver }, at }: Published): number =>
  deliver === undefined
    ? at
    : Math.min(...deliver.map(delivery => (delivery.at === undefined ? at : Date.parse(delivery.at) / 1000)))

/**
 * Never a stop without an earlier alert that a channel has delivered and not skipped, and whose time has come: an alert of this launch
 * or start, or an earlier one with a time at which this run was up. Whoever starts it within the grace period knows
 * when it will be stopped.
 */
const stopsAreAnnounced = ({ stopCalls, published, ec2 }: SimulatedWorld): Broken =>
  stopCalls
    .filter(({ took }) => took)
    .flatMap(({ id, at }) => {
      const since = ec2.machines.get(id)?.violatingStarts.findLast(start => start <= at) ?? Number.POSITIVE_INFINITY
      const announced = skipRepeats(published).some(
        one => seenAt(one) <= at && promises(one, id).some(due => due <= at && (one.at >= since || due >= since)),
      )
      return announced ? [] : [`${id} was stopped at ${at} without an alert that said so`]
    })

const asksForStop = (rule: keyof typeof FAILS, { facts, switches }: Read): boolean => {
  if (facts === undefined || switches === undefined || !FAILS[rule](facts)) return false
  return rule === 'paravirtual-instance' ? switches.pv === 'enforce' && !switches.exempt : switches.family === 'enforce'
}

const isLeftAlone = ({ facts }: Read): boolean => {
  const { stopProtected, tags = {}, lifecycle, spotRequest } = facts ?? {}
  if (stopProtected !== false || Object.hasOwn(tags, 'aws:autoscaling:groupName')) return true
  return lifecycle === 'spot' && spotRequest !== 'persistent'
}

/** Never a stop on UNKNOWN, exempt or refused, by the facts that the function had read before it called. */
const stopsAreDecided = ({ stopCalls }: SimulatedWorld): Broken =>
  stopCalls.flatMap(({ id, at, read }) => {
    const { facts, switches } = read
    const isRight =
      facts?.state === 'running' &&
      switches?.valid === true &&
      switches.stops === 'on' &&
      !isLeftAlone(read) &&
      (asksForStop('paravirtual-instance', read) || asksForStop('instance-family', read))
    return isRight ? [] : [`${id} was stopped at ${at} on ${JSON.stringify(read)}`]
  })

/** The longest time of a function: its facts are that old at most. */
const OLD_SECONDS = 30

const inForce = ({ operators }: SimulatedWorld, from: number, to: number): readonly Switches[] =>
  operators.switched
    .filter(({ at }, index) => at <= to && (operators.switched[index + 1]?.at ?? Number.POSITIVE_INFINITY) >= from)
    .map(one => one.to)

/** Never more stops in any window than the budget, the largest of those that were in force then. */
const budgetIsKept = (world: SimulatedWorld): Broken => {
  const took = world.stopCalls.filter(call => call.took)
  return took.flatMap(({ at }) => {
    const window = took.filter(call => call.at >= at && call.at < at + BUDGET_SECONDS)
    const budgets = inForce(world, at - OLD_SECONDS, at + BUDGET_SECONDS).map(({ budget }) => budget)
    return window.length > Math.max(...budgets) ? [`${window.length} stops from ${at}`] : []
  })
}

/**
 * One delivery of a message still saw it as exempt and ended the message, the other did not and died: a sweep alerts
 * it.
 */
const isLeftToSweeps = ({ claims }: SimulatedWorld, { pk, sk, state, history }: Row, sweeps?: true): boolean => {
  const [exempting, telling] = (claims.get(`${pk} ${sk}`) ?? []).slice(-2)
  if (sweeps === true || state !== 'NEW' || exempting === undefined || telling === undefined) return false
  return history.at(-2)?.state === 'SUPPRESSED' && areSiblings(exempting.claimant, telling.claimant)
}

/** Every row has gone through allowed states only, has no pending outcome, and waits for nothing. */
const rowsAreAtRest = (world: SimulatedWorld, options: { sweeps?: true }): Broken =>
  world.rows().flatMap(row => {
    const name = `${row.pk} ${row.sk}: ${row.history.map(({ state }) => state).join(' ')}`
    const wrong = row.history.slice(1).some(({ state }, index) => {
      const before = row.history[index]
      return before !== undefined && !mayFollow(before.state, state)
    })
    return [
      ...(wrong ? [`${name}: no such way`] : []),
      ...(row.history.at(-1)?.state === row.state ? [] : [`${name}: but it is ${row.state}`]),
      ...(row.untold === undefined ? [] : [`${name}: ${row.untold} is untold`]),
      ...((row.state === 'NEW' && !isGone(world, row) && !isLeftToSweeps(world, row, options.sweeps)) ||
      row.state === 'DEFERRED'
        ? [`${name}: waits for nothing`]
        : []),
    ]
  })

const OPEN = ['NEW', 'ALERTED', 'REFUSED', 'FAILED', 'SUPPRESSED']

/** After a sweep no finding is open whose resource is deleted, or that passes. */
const sweepsSettle = (world: SimulatedWorld): Broken =>
  world.rows().flatMap(({ pk, sk, state }) => {
    const machine = world.ec2.machines.get(placeOf({ pk, sk }).resourceId)
    if (!OPEN.includes(state) || machine === undefined) return []
    const passes = (sk === 'paravirtual-instance' || sk === 'instance-family') && !FAILS[sk](machine)
    const isResolved = machine.state === 'terminated' || (passes && !machine.factsHidden)
    return isResolved ? [`${pk} ${sk}: still ${state}, and it is ${machine.state}${passes ? ' and passes' : ''}`] : []
  })

/** For these a stop was refused that the policy has promised again. */
const TRIED_AGAIN: readonly (string | undefined)[] = [
  ...['BUDGET_SPENT', 'STOPS_DISABLED', 'POLICY_INVALID', 'STARTED_AFTER_DUE'],
  ...['RULE_OBSERVES', 'RULE_OFF'],
]

/**
 * If sweeps promise stops, no instance is left running after a sweep that could be stopped: neither one that was only
 * alerted, nor one that was refused for a reason that does not apply any more. What an alert refused stays refused.
 */
const nothingIsLeft = (world: SimulatedWorld): Broken => {
  const { stops, valid, budget, pv, family } = world.operators.current()
  if (stops === 'off' || !valid || budget === 0) return []
  return world.rows().flatMap(({ pk, sk, state, history, decision }) => {
    const machine = world.ec2.machines.get(placeOf({ pk, sk }).resourceId)
    const mode = sk === 'paravirtual-instance' ? pv : sk === 'instance-family' ? family : 'observe'
    if (mode !== 'enforce' || machine?.state !== 'running' || machine.kind !== 'plain' || machine.factsHidden) return []
    const isOnlyAlerted = state === 'ALERTED' && decision !== 'refuse'
    const isLeft = isOnlyAlerted || (state === 'REFUSED' && TRIED_AGAIN.includes(history.at(-1)?.code))
    return isLeft ? [`${pk} ${sk}: left ${state} (${history.at(-1)?.code}), and it could be stopped`] : []
  })
}

export const listBrokenInvariants = (
  world: SimulatedWorld,
  options: { exemptions: boolean; sweeps?: true; late?: true },
): Broken => [
  ...stopsAreAnnounced(world),
  ...stopsAreDecided(world),
  ...budgetIsKept(world),
  ...rowsAreAtRest(world, options),
  ...(options.sweeps === true ? sweepsSettle(world) : []),
  ...(options.late === true ? nothingIsLeft(world) : []),
  ...(options.exemptions ? [] : findingsAreTold(world)),
  ...endsAreTold(world),
  ...comebacksAreReal(world),
  ...alertsComeOnce(world),
  ...keysTellTheSame(world),
]
