/** What must hold of every world, however it went. Written from what the issue asks, not from the code. */
import type { Alert } from '../../../shared/alert/alert.ts'
import { LEASE_SECONDS, placeOf, type Row } from '../../../shared/ledger/row.ts'
import { mayFollow } from '../../../shared/ledger/transitions.ts'
import { BUDGET } from './switches.ts'
import type { Published } from './traffic.ts'
import type { SimulatedWorld } from './world.ts'

const PV = 'paravirtual-instance'

/** A line for each law that is broken, with what broke it. */
export type Broken = readonly string[]

const promises = ({ alert }: Published, id: string): readonly number[] =>
  (alert.stops ?? []).filter(({ resources }) => resources.includes(id)).map(({ at }) => Date.parse(at) / 1000)

/** Never a stop without an alert before it, of this launch or start, whose time has come. */
const stopsAreAnnounced = ({ stopCalls, published, ec2 }: SimulatedWorld): Broken =>
  stopCalls
    .filter(({ took }) => took)
    .flatMap(({ id, at }) => {
      const since = ec2.machines.get(id)?.violatingStarts.findLast(start => start <= at) ?? Number.POSITIVE_INFINITY
      const announced = published.some(
        one => one.at <= at && one.at >= since && promises(one, id).some(due => due <= at),
      )
      return announced ? [] : [`${id} was stopped at ${at} without an alert that said so`]
    })

/** Never a stop on UNKNOWN, exempt or refused, by what the function had read before it called. */
const stopsAreDecided = ({ stopCalls }: SimulatedWorld): Broken =>
  stopCalls.flatMap(({ id, at, read }) => {
    const { facts, switches } = read
    const isRight =
      facts?.state === 'running' &&
      facts.virtualizationType === 'paravirtual' &&
      facts.stopProtected === false &&
      switches?.mode === 'enforce' &&
      !switches.exempt &&
      switches.stops === 'on'
    return isRight ? [] : [`${id} was stopped at ${at} on ${JSON.stringify(read)}`]
  })

/** Never more stops than the budget in any window. */
const budgetIsKept = ({ stopCalls }: SimulatedWorld): Broken => {
  const took = stopCalls.filter(call => call.took)
  return took.flatMap(({ at }) => {
    const window = took.filter(call => call.at >= at && call.at < at + BUDGET.perSeconds)
    return window.length > BUDGET.stops ? [`${window.length} stops from ${at}`] : []
  })
}

/** Every row has gone only where rows may go, is told, and waits for nothing. */
const rowsAreAtRest = (world: SimulatedWorld): Broken =>
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
      ...(row.state === 'NEW' || row.state === 'DEFERRED' ? [`${name}: waits for nothing`] : []),
    ]
  })

const tells = ({ told }: Alert, { resourceId, rule }: { resourceId: string; rule: string }): boolean =>
  told.some(({ rules, resources }) => rules.includes(rule) && resources.includes(resourceId))

const stateTold = (alert: Alert, row: Row): string => {
  if (alert.kind === undefined || alert.kind === 'finding') return 'NEW'
  const { resourceId, rule } = placeOf(row)
  const finding = alert.findings.find(one => one.resource.id === resourceId && one.rule === rule)
  return finding?.outcome?.state ?? 'none'
}

/** Never a finding without an alert in the end: what runs and fails has been told since it came up, as it stands. */
const findingsAreTold = (world: SimulatedWorld): Broken =>
  [...world.ec2.machines.values()].flatMap(({ id, state, virtualizationType, violatingStarts, recorded }) => {
    const row = world.rows().find(one => placeOf(one).resourceId === id && one.sk === PV)
    const told = world.published.filter(({ alert }) => tells(alert, { resourceId: id, rule: PV }))
    if (violatingStarts.length > 0 && recorded && told.length === 0) return [`${id} was never told`]
    if (state !== 'running' || virtualizationType !== 'paravirtual') return []
    const isTrue = row !== undefined && ['ALERTED', 'REFUSED', 'FAILED'].includes(row.state)
    return isTrue ? [] : [`${id} runs and fails, and the ledger says ${row?.history.map(one => one.state).join(' ')}`]
  })

/** Every state that a row went into and that has to be told was told, but for one that was overtaken by a comeback. */
const endsAreTold = (world: SimulatedWorld): Broken =>
  world.rows().flatMap(row =>
    row.history.flatMap(({ state }, index) => {
      const overtaken = row.history[index + 1] !== undefined
      if (overtaken || !['STOPPED', 'REFUSED', 'RESOLVED', 'SUPPRESSED', 'FAILED'].includes(state)) return []
      if (row.history.length === 1) return []
      const told = world.published.some(({ alert }) => tells(alert, placeOf(row)) && stateTold(alert, row) === state)
      return told || row.history.at(-2)?.state !== 'DEFERRED' ? [] : [`${row.pk} ${row.sk}: ${state} was not told`]
    }),
  )

/** Said to be back as often as it came up again, at the most. */
const comebacksAreReal = (world: SimulatedWorld): Broken =>
  [...world.ec2.machines.values()].flatMap(({ id, starts }) => {
    const back = tellings(world).filter(
      ({ key, one }) =>
        key.includes(`#${id} ${PV} finding`) &&
        one.alert.findings.some(
          ({ resource, rule, previous }) =>
            resource.id === id && rule === PV && previous !== undefined && previous.state !== 'SUPPRESSED',
        ),
    )
    const times = new Set(back.map(({ key }) => key)).size
    return times < starts ? [] : [`${id} came up ${starts} times, and was told to be back ${times} times`]
  })

type Telling = { readonly key: string; readonly one: Published }

const tellings = (world: SimulatedWorld): readonly Telling[] =>
  world.published.flatMap(one =>
    world.rows().flatMap(row => {
      if (!tells(one.alert, placeOf(row))) return []
      const { resourceId, rule } = placeOf(row)
      const finding = one.alert.findings.find(each => each.resource.id === resourceId && each.rule === rule)
      const state = finding?.outcome?.state ?? finding?.status
      const name = `${row.pk} ${row.sk}`
      // Dealt with and back, it is told anew.
      const story = finding?.outcome === undefined ? one.stories.get(name) : finding.outcome.at
      return [{ key: `${name} ${one.alert.kind ?? 'finding'} ${state} ${story}`, one }]
    }),
  )

/**
 * Never more than one alert per state of a finding, except after the documented crash: the function died, or got no
 * answer, after SNS had taken the alert; or the alert had not been confirmed when the lease was over.
 */
const alertsComeOnce = (world: SimulatedWorld): Broken => {
  const seen = new Map<string, Published>()
  return tellings(world).flatMap(({ key, one }) => {
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, one)
      return []
    }
    // A delivery may have taken the claim over before that, and have died with it before it told.
    const { confirmed = Number.POSITIVE_INFINITY } = first
    const isSame = first.alert.claim === one.alert.claim
    const tries = one.by.deliveries.filter(order => order < confirmed && !(isSame && order <= first.by.order))
    const mayHappen =
      first.by.end !== 'done' || one.at - first.by.startedAt > LEASE_SECONDS || one.by.deliveries.length > 1
    // A sweep claimed it first, and the report of its launch promises a stop; either may be published first.
    const both = [first.alert, one.alert]
    const isPromised =
      both.some(({ launchId }) => launchId.startsWith('sweep-')) && both.some(({ stops }) => stops !== undefined)
    const isDocumented = isPromised || (tries.length > 0 && mayHappen)
    return isDocumented ? [] : [`${key} was told twice: by ${first.by.label} and by ${one.by.label}`]
  })
}

export const brokenLaws = (world: SimulatedWorld, options: { exemptions: boolean }): Broken => [
  ...stopsAreAnnounced(world),
  ...stopsAreDecided(world),
  ...budgetIsKept(world),
  ...rowsAreAtRest(world),
  ...(options.exemptions ? [] : findingsAreTold(world)),
  ...endsAreTold(world),
  ...comebacksAreReal(world),
  ...alertsComeOnce(world),
]
