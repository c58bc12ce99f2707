import type { Row } from '../../../shared/ledger/row.ts'
import type { World } from './world.ts'

const ENDED = ['STOPPED', 'REFUSED', 'RESOLVED', 'FAILED', 'SUPPRESSED']

/** The most stops that lie within any window of so many seconds. */
const mostWithin = (times: readonly number[], seconds: number): number =>
  Math.max(0, ...times.map(start => times.filter(time => time >= start && time < start + seconds * 1000).length))

/** How often each outcome of each row was alerted. What did not fit into a digest is in `told` all the same. */
const countOutcomeAlerts = ({ sns }: World): ReadonlyMap<string, number> => {
  const times = new Map<string, number>()
  for (const { kind, told: alerted, findings } of sns.alerts) {
    const states = new Map(findings.map(({ resource, rule, outcome }) => [`${resource.id} ${rule}`, outcome?.state]))
    for (const { rules, resources } of alerted)
      for (const name of resources.flatMap(id => rules.map(rule => `${id} ${rule}`))) {
        const key = `${name} ${states.get(name) ?? (kind === 'digest' ? 'REFUSED' : undefined)}`
        times.set(key, (times.get(key) ?? 0) + 1)
      }
  }
  return times
}

export type Limits = {
  readonly stops: number
  readonly perSeconds: number
  /** How often an outcome may be alerted: twice only where the function dies after SNS took it, or SNS's answer is lost. */
  readonly alerts: number
}

type Alerted = ReadonlyMap<string, number>

/** What is wrong with how one row ended. */
const endingOf = (
  { pk, sk, state, untold: pending }: Row,
  alerted: Alerted,
  stoppedIds: ReadonlySet<string>,
): string | undefined => {
  const id = pk.split('#')[2] ?? ''
  const name = `${id} ${sk}`
  if (!ENDED.includes(state)) return `${name} is left in ${state}`
  if (pending !== undefined || !alerted.has(`${name} ${state}`)) return `${name} is ${state}, and no alert says so`
  return state === 'STOPPED' && !stoppedIds.has(id) ? `${name} is called STOPPED, and nobody stopped it` : undefined
}

const overBudget = ({ ec2 }: World, { stops, perSeconds }: Limits): readonly string[] => {
  const times = ec2.stops.map(({ at }) => at.getTime())
  const most = mostWithin(times, perSeconds)
  return most > stops ? [`${most} stops where the budget is ${stops}`] : []
}

/** Everything that must hold however it went; what does not, in words. */
export const violations = (world: World, limits: Limits): readonly string[] => {
  const alerted = countOutcomeAlerts(world)
  const stoppedIds = new Set(world.ec2.stops.map(({ id }) => id))
  const outcomes = world.rows().map(row => endingOf(row, alerted, stoppedIds))
  return [
    ...world.aws.unexpected.map(call => `a call that nobody should make: ${call}`),
    ...world.ec2.attempts.filter(ids => ids.length !== 1).map(ids => `StopInstances with ${ids.length} ids`),
    ...overBudget(world, limits),
    ...world.deadLetters.map(({ body }) => `dead-lettered: ${body}`),
    ...outcomes.filter(problem => problem !== undefined),
    ...[...alerted]
      .filter(([, times]) => times > limits.alerts)
      .map(([what, times]) => `${what} was alerted ${times} times`),
  ]
}

export const LIMITS: Limits = { stops: 5, perSeconds: 600, alerts: 1 }
