import { bytesText, figure, ratioText, spreadText } from './figures.ts'
import type { Calls, Run } from './measure.ts'
import type { CustodianRound, OurRound, Round } from './rounds.ts'
import { pairedRatios, type Spread, spread } from './statistics.ts'
import { LAST_HEARD } from './stub/answers.ts'

/** A line of the table. A promise is a count that does not depend on the machine: the bench fails when it is not kept. */
export type Row = {
  readonly name: string
  readonly target: string
  readonly ours: string
  readonly custodian: string
  readonly ratio: string
  /** Undefined where what the target is held against was not measured. */
  readonly met: boolean | undefined
  readonly promise: boolean
  /** One of the few that the front page shows. */
  readonly front?: true
}

export type Sizes = { readonly ours: number; readonly custodian?: number }

/** The targets of the launch guard, against what was measured. Without Cloud Custodian only our own part of each. */
export const rowsOf = (rounds: readonly Round[], sizes: Sizes): Row[] => [
  compliantCalls(rounds),
  notificationCalls(rounds),
  violatingCalls(rounds),
  zipSize(sizes),
  timed(rounds, {
    name: 'cold: init over the bare runtime',
    target: '<= 15 ms',
    of: side => side.violating.readyMs - side.bare.ms,
    limit: 15,
  }),
  timed(rounds, COLD),
  timed(rounds, WARM),
  timed(rounds, {
    name: 'warm compliant launch, own time',
    target: '<= 0.15 ms',
    of: side => side.compliant.warmed.own,
    limit: 0.15,
  }),
  ...[COLD_CPU, WARM_CPU, COLD_WALL, WARM_WALL].map(measured => timed(rounds, measured)),
  memory(rounds),
]

/** What both sides have. */
type Side = Pick<OurRound, 'bare' | 'violating' | 'compliant'>

type Timed = {
  readonly name: string
  readonly target: string
  readonly of: (side: Side) => number
  readonly limit?: number
  readonly times?: number
  readonly front?: true
}

const COLD: Timed = {
  name: 'cold: init over the bare runtime + first violating launch, own time',
  target: '18x less',
  of: side => side.violating.readyMs - side.bare.ms + side.violating.first.own,
  times: 18,
  front: true,
}

const WARM: Timed = {
  name: 'warm violating launch, own time',
  target: '30x less',
  of: side => side.violating.warmed.own,
  times: 30,
  front: true,
}

const COLD_CPU: Timed = {
  name: 'cold: the same, CPU time',
  target: '',
  of: side => side.violating.readyCpuMs - side.bare.cpuMs + side.violating.first.cpu,
}

const WARM_CPU: Timed = { name: 'warm: the same, CPU time', target: '', of: side => side.violating.warmed.cpu }

const COLD_WALL: Timed = {
  name: 'cold: the same, with the answers of AWS',
  target: '',
  of: side => side.violating.readyMs - side.bare.ms + side.violating.first.wall,
}

const WARM_WALL: Timed = {
  name: 'warm: the same, with the answers of AWS',
  target: '',
  of: side => side.violating.warmed.wall,
}

function timed(rounds: readonly Round[], { name, target, of, limit, times, front }: Timed): Row {
  const ours = rounds.map(round => of(round.ours))
  const theirs = custodianRounds(rounds).map(of)
  const ratio = theirs.length > 0 ? spread(pairedRatios(theirs, ours)) : undefined
  const within = limit === undefined || spread(ours).median <= limit
  const ahead = times === undefined || (ratio === undefined ? undefined : ratio.median >= times)
  return {
    name,
    target,
    ours: spreadText(spread(ours), 'ms'),
    custodian: theirs.length > 0 ? spreadText(spread(theirs), 'ms') : NOT_MEASURED,
    ratio: ratio === undefined ? '' : ratioText(ratio),
    met: within ? ahead : false,
    promise: false,
    ...(front && { front }),
  }
}

const NOT_MEASURED = 'not measured'

const custodianRounds = (rounds: readonly Round[]): CustodianRound[] => rounds.flatMap(round => round.custodian ?? [])

function compliantCalls(rounds: readonly Round[]): Row {
  const calls = (side: Side) => `${side.compliant.cold.actions.length} / ${side.compliant.warm.actions.length}`
  return {
    name: 'AWS calls, compliant launch (cold / warm)',
    // Once an hour it is written that the region was heard; a fresh function does not know of others that did.
    target: '1 / 0',
    ours: same(rounds.map(round => calls(round.ours))),
    custodian: same(custodianRounds(rounds).map(calls)),
    ratio: '',
    met: rounds.every(
      ({ ours }) => calls(ours) === '1 / 0' && ours.compliant.cold.actions.every(action => action === LAST_HEARD),
    ),
    promise: true,
  }
}

/** What EC2 notifies of each compliant launch: after CloudTrail's record, which is rare, and before it. */
function notificationCalls(rounds: readonly Round[]): Row {
  const calls = ({ announced, unannounced }: OurRound) =>
    `${announced.warm.actions.length} / ${unannounced.warm.actions.join(', ')}`
  const target = '0 / DescribeInstances'
  return {
    name: 'AWS calls, notification of a compliant launch (after its record / before it)',
    target,
    ours: same(rounds.map(round => calls(round.ours))),
    custodian: NOT_MEASURED,
    ratio: '',
    met: rounds.every(({ ours }) => calls(ours) === target),
    promise: true,
  }
}

function violatingCalls(rounds: readonly Round[]): Row {
  const calls = ({ violating }: Side) => `${callsText(violating.cold)}; ${callsText(violating.warm)}`
  const kept = ({ violating }: Side) => [violating.cold, violating.warm].every(isLedgerWriteAndPublish)
  return {
    name: 'AWS calls, violating launch (cold; warm)',
    target: 'ledger write + publish, no EC2 read, at most 2 round trips in sequence; once an hour one more after them',
    ours: same(rounds.map(round => calls(round.ours))),
    custodian: same(custodianRounds(rounds).map(calls)),
    ratio: '',
    met: rounds.every(({ ours }) => kept(ours)),
    promise: true,
    front: true,
  }
}

const callsText = ({ actions, roundTrips }: Calls): string => `${actions.join(', ')} (${roundTrips} in sequence)`

const isLedgerWriteAndPublish = ({ actions, roundTrips }: Calls): boolean => {
  const telling = actions.filter(action => action !== LAST_HEARD)
  const isLast = telling.length === actions.length || actions.at(-1) === LAST_HEARD
  const trips = roundTrips - (actions.length - telling.length)
  return isLast && [...telling].sort().join() === 'Publish,TransactWriteItems' && trips <= 2
}

/** What every round said; where they differ, all of it. */
const same = (texts: readonly string[]): string =>
  texts.length === 0 ? NOT_MEASURED : [...new Set(texts)].join(' or ')

const zipSize = ({ ours, custodian }: Sizes): Row => ({
  name: 'zip of the function',
  target: '',
  ours: bytesText(ours),
  custodian: custodian === undefined ? NOT_MEASURED : `${bytesText(custodian)}, boto3 from the runtime`,
  ratio: custodian === undefined ? '' : `${figure(custodian / ours)}x`,
  met: undefined,
  promise: false,
})

const MEMORY_LIMIT = 85

function memory(rounds: readonly Round[]): Row {
  const ours = peaks(rounds.map(round => round.ours.violating))
  const theirs = peaks(custodianRounds(rounds).map(round => round.violating))
  return {
    name: 'peak memory (RSS), violating launches',
    target: '<= 85 MB',
    ours: ours === undefined ? 'not told by this system' : spreadText(ours, 'MB'),
    custodian: theirs === undefined ? NOT_MEASURED : spreadText(theirs, 'MB'),
    ratio: '',
    met: ours === undefined ? undefined : ours.median <= MEMORY_LIMIT,
    promise: false,
  }
}

function peaks(runs: readonly Run[]): Spread | undefined {
  const known = runs.flatMap(run => run.peakMb ?? [])
  return known.length > 0 ? spread(known) : undefined
}

/**
 * The same launch under the policy with which Cloud Custodian also stops the instance, which virtguard leaves to another
 * function: not the same work, but how such a filter is mostly used. Held against our alert alone.
 */
export function stoppingRows(rounds: readonly Round[]): Row[] {
  const stopping = rounds.flatMap(({ ours, custodian }) =>
    custodian === undefined ? [] : [{ ours, custodian: { ...custodian, violating: custodian.stopping } }],
  )
  if (stopping.length === 0) return []
  const name = (what: string): string => `${what}, Cloud Custodian stops it too`
  return [
    { ...violatingCalls(stopping), name: name('AWS calls, violating launch (cold; warm)'), target: '', promise: false },
    timed(stopping, { ...COLD, name: name(COLD.name) }),
    timed(stopping, { ...WARM, name: name(WARM.name) }),
  ]
}
