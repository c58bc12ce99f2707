/** Every finding is alerted, and once. */
import type { Alert } from '../../../shared/alert/alert.ts'
import { getSentSk } from '../../../shared/channels/row.ts'
import { LEASE_SECONDS, placeOf, type Row, type State } from '../../../shared/ledger/row.ts'
import type { Broken } from './broken.ts'
import { FAILS, type Machine } from './machine.ts'
import type { Published } from './traffic.ts'
import type { SimulatedWorld } from './world.ts'

const RULES = ['paravirtual-instance', 'instance-family'] as const

const tells = ({ told: alerted }: Alert, { resourceId, rule }: { resourceId: string; rule: string }): boolean =>
  alerted.some(({ rules, resources }) => rules.includes(rule) && resources.includes(resourceId))

const stateTold = (alert: Alert, row: Row): string => {
  if (alert.kind === undefined || alert.kind === 'finding') return 'NEW'
  const { resourceId, rule } = placeOf(row)
  const finding = alert.findings.find(one => one.resource.id === resourceId && one.rule === rule)
  // SNS limits an alert: a finding that was left out counts as alerted, and only refusals are gathered in a digest.
  if (finding === undefined && alert.omitted > 0) return alert.kind === 'digest' ? 'REFUSED' : row.state
  return finding?.outcome?.state ?? 'none'
}

/** m1 runs on Xen, and t3 does not. */
const FAILS_ANY = { ...FAILS, 'xen-hypervisor': FAILS['instance-family'] } as const

/**
 * Claimed by a delivery that died, and deleted when the message came again: there was nothing left to alert
 * (docs/ledger.md).
 */
export const isGone = ({ ec2 }: SimulatedWorld, { pk, sk, state }: Row): boolean => {
  const machine = ec2.machines.get(placeOf({ pk, sk }).resourceId)
  const fails = Object.entries(FAILS_ANY).find(([rule]) => rule === sk)?.[1]
  return state === 'NEW' && machine !== undefined && fails?.(machine) === false
}

const isLeftUntold = (world: SimulatedWorld, machine: Machine, rule: (typeof RULES)[number]): Broken => {
  const { id, state, violatingStarts, recorded } = machine
  const row = world.rows().find(one => placeOf(one).resourceId === id && one.sk === rule)
  const alerted = world.published.filter(({ alert }) => tells(alert, { resourceId: id, rule }))
  const wasGone = row !== undefined && isGone(world, row)
  if (violatingStarts.length > 0 && recorded && alerted.length === 0 && !wasGone)
    return [`${id} was never told for ${rule}`]
  if (state !== 'running' || !FAILS[rule](machine)) return []
  const isTrue = row !== undefined && ['ALERTED', 'REFUSED', 'FAILED'].includes(row.state)
  const states = row?.history.map(one => one.state).join(' ')
  return isTrue ? [] : [`${id} runs and fails ${rule}, and the ledger says ${states}`]
}

/**
 * Never a finding without an alert in the end: an instance that runs and fails has been alerted since its start, as it
 * stands.
 */
export const findingsAreTold = (world: SimulatedWorld): Broken =>
  [...world.ec2.machines.values()].flatMap(machine => RULES.flatMap(rule => isLeftUntold(world, machine, rule)))

/** An exempt finding was not promised a stop, or was never alerted: a sweep records that and alerts nobody. */
const isSilent = (from: State | undefined, to: State): boolean =>
  to === 'SUPPRESSED' ? from !== 'DEFERRED' : to === 'RESOLVED' && from === 'SUPPRESSED'

/** Every state of a row that has to be alerted was alerted, except for one that was overtaken by a recurrence. */
export const endsAreTold = (world: SimulatedWorld): Broken =>
  world.rows().flatMap(row =>
    row.history.flatMap(({ state }, index) => {
      const overtaken = row.history[index + 1] !== undefined
      if (overtaken || !['STOPPED', 'REFUSED', 'RESOLVED', 'SUPPRESSED', 'FAILED'].includes(state)) return []
      if (row.history.length === 1) return []
      const alerted = world.published.some(({ alert }) => tells(alert, placeOf(row)) && stateTold(alert, row) === state)
      return alerted || isSilent(row.history.at(-2)?.state, state) ? [] : [`${row.pk} ${row.sk}: ${state} was not told`]
    }),
  )

const comebacksTold = (world: SimulatedWorld, id: string, rule: string): number => {
  const back = tellings(world).filter(
    ({ key, one }) =>
      key.includes(`#${id} ${rule} finding`) &&
      one.alert.findings.some(
        each =>
          each.resource.id === id &&
          each.rule === rule &&
          each.previous &&
          !['SUPPRESSED', 'REFUSED'].includes(each.previous.state),
      ),
  )
  // A finding that turns from UNKNOWN to FAILED is alerted again, and is still the same recurrence.
  return new Set(back.map(({ name, one }) => one.runs.get(name))).size
}

/** Said to be back as often as it came up again, at the most. */
export const comebacksAreReal = (world: SimulatedWorld): Broken =>
  [...world.ec2.machines.values()].flatMap(({ id, starts }) =>
    RULES.flatMap(rule => {
      const times = comebacksTold(world, id, rule)
      return times < starts ? [] : [`${id} came up ${starts} times, and was told to be back ${times} times for ${rule}`]
    }),
  )

type Telling = { readonly key: string; readonly name: string; readonly one: Published }

const tellings = (world: SimulatedWorld): readonly Telling[] =>
  world.published.flatMap(one =>
    world.rows().flatMap(row => {
      if (!tells(one.alert, placeOf(row))) return []
      const { resourceId, rule } = placeOf(row)
      const finding = one.alert.findings.find(each => each.resource.id === resourceId && each.rule === rule)
      const state = finding?.outcome?.state ?? finding?.status
      const name = `${row.pk} ${row.sk}`
      // A finding that recurs after it was resolved is alerted again.
      const moment = finding?.outcome === undefined ? one.runs.get(name) : finding.outcome.at
      return [{ name, key: `${name} ${one.alert.kind ?? 'finding'} ${state} ${moment}`, one }]
    }),
  )

/** Whether another delivery took over the claim of an alert when its lease was over, and before it was confirmed. */
const wasTakenOver = ({ claims }: SimulatedWorld, { name, one }: Telling): boolean => {
  const held = claims.get(name) ?? []
  const index = held.findLastIndex(({ claimant, at }) => claimant === one.alert.claim && at <= one.at)
  const [mine, next] = [held[index], held[index + 1]]
  if (mine === undefined || next === undefined) return false
  const { confirmed = Number.POSITIVE_INFINITY } = one
  return next.at - mine.at > LEASE_SECONDS && next.order < confirmed
}

const isOfSweep = ({ launchId }: Alert): boolean => launchId.startsWith('sweep-')

/** Whether a delivery from that queue had claimed it before, and died: nothing was published under that claim. */
const diedBefore = (
  { claims, published }: SimulatedWorld,
  { name, one }: Telling,
  queue: 'launches' | 'sweeps' = 'launches',
): boolean => {
  const held = claims.get(name) ?? []
  const index = held.findLastIndex(({ claimant, at }) => claimant === one.alert.claim && at <= one.at)
  const before = held[index - 1]
  return (
    before?.claimant.startsWith(`${queue}-`) === true && !published.some(({ alert }) => alert.claim === before.claimant)
  )
}

/**
 * A sweep claimed it first, and the report of its launch promises a stop: either may be published first. Or it did promise
 * one, and died before it could say so: who comes after it may promise none.
 */
const isPromise = (world: SimulatedWorld, last: Telling, telling: Telling): boolean => {
  const both = [last.one.alert, telling.one.alert]
  if (!both.some(isOfSweep)) return false
  return both.some(({ stops }) => stops !== undefined) || diedBefore(world, telling)
}

/** The message of a sweep claims for all its deliveries: another one of them came before the alert was confirmed. */
const isSweptAgain = ({ one: last }: Telling, { one }: Telling): boolean => {
  const { confirmed = Number.POSITIVE_INFINITY } = last
  return isOfSweep(one.alert) && last.alert.claim === one.alert.claim && last.by !== one.by && one.by.order < confirmed
}

const isPromising = ({ name, one }: Telling): boolean => {
  const [pk = '', sk = ''] = name.split(' ')
  const { resourceId, rule } = placeOf({ pk, sk })
  return (
    one.alert.stops?.some(({ rules, resources }) => rules.includes(rule) && resources.includes(resourceId)) === true
  )
}

const LEFT: readonly State[] = ['ALERTED', 'REFUSED', 'FAILED']

/**
 * A sweep promises a stop for an instance that was left running since its last alert. Or it died before it could say so, and
 * a late report of the launch took its claim over: that one's alert promises the stop, and is the only one that does.
 */
const isPromisedAgain = (world: SimulatedWorld, last: Telling, telling: Telling): boolean => {
  const row = world.rows().find(({ pk, sk }) => `${pk} ${sk}` === telling.name)
  const since = last.one.at * 1000
  const wasLeft = row?.history.some(({ state, at }) => LEFT.includes(state) && Date.parse(at) >= since)
  const isForSweep = isOfSweep(telling.one.alert) || diedBefore(world, telling, 'sweeps')
  return isForSweep && isPromising(telling) && wasLeft === true
}

/** Seconds from a start until EC2 says that it runs. */
const COMES_UP_SECONDS = 12

/** An instance that was launched is up again after that at the earliest. */
const UP_AGAIN_SECONDS = 30

/** Of when the facts of an alert are: a record of a launch tells of the call, however late it comes. */
const readOf = ({ alert: { event }, by }: Published): number =>
  event?.name === 'RunInstances'
    ? Math.min(by.startedAt, Date.parse(event.time) / 1000 + UP_AGAIN_SECONDS)
    : by.startedAt

/**
 * Alerted before, or refused, and left running: a later start that is promised a stop has more to say. Or a report of
 * the start did promise one, and died before it could say so: who comes after it may promise none.
 */
const isLaterStart = (world: SimulatedWorld, last: Telling, telling: Telling): boolean => {
  const { name, one } = telling
  const [pk = '', sk = ''] = name.split(' ')
  const starts = world.ec2.machines.get(placeOf({ pk, sk }).resourceId)?.violatingStarts ?? []
  const hasMore = isPromising(telling) || diedBefore(world, telling)
  return hasMore && starts.some(start => start + COMES_UP_SECONDS >= readOf(last.one) && start <= one.at)
}

/**
 * Never more than one alert per state of a finding, except if the last one was not confirmed when its lease was over:
 * the function that published it died, or got no answer, or SNS was slow to deliver it back. Sweeps are another
 * exception, as described above.
 */
export const alertsComeOnce = (world: SimulatedWorld): Broken => {
  const seen = new Map<string, Telling>()
  return tellings(world).flatMap(telling => {
    const { key, one } = telling
    const last = seen.get(key)
    seen.set(key, telling)
    if (last === undefined || wasTakenOver(world, last)) return []
    if (isPromise(world, last, telling) || isSweptAgain(last, telling)) return []
    if (isLaterStart(world, last, telling) || isPromisedAgain(world, last, telling)) return []
    return [`${key} was told twice: by ${last.one.by.label} and by ${one.by.label}`]
  })
}

/** What the channels send: they skip an alert of a key that they have sent. */
export const skipRepeats = (published: readonly Published[]): readonly Published[] => {
  const first = new Map<string, Published>()
  for (const one of published) if (!first.has(getSentSk(one.alert))) first.set(getSentSk(one.alert), one)
  return [...first.values()]
}

/** A channel skips an alert only if it has sent it: two alerts of one key have the same content. */
export const keysTellTheSame = ({ published }: SimulatedWorld): Broken => {
  const first = new Map<string, readonly string[]>()
  return published.flatMap(({ alert }) => {
    const key = getSentSk(alert)
    const all = [
      ...alert.findings.map(({ resource, rule, status }) => `${resource.id} ${rule} ${status}`),
      ...(alert.stops ?? []).flatMap(({ resources }) => resources.map(id => `${id} will be stopped`)),
    ]
    const before = first.get(key) ?? all
    first.set(key, before)
    return all.filter(one => !before.includes(one)).map(one => `${key} is told once, and then without ${one}`)
  })
}
