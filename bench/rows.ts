import { formatBytes, formatFigure, formatRatio, formatSpread } from './figures.ts'
import type { Calls, Run } from './measure.ts'
import type { CustodianRound, OurRound, Round } from './rounds.ts'
import { computePairedRatios, computeSpread, type Spread } from './statistics.ts'
import { LAST_HEARD } from './stub/answers.ts'

/** A line of the table. A promise is a count that does not depend on the machine: the bench fails when it is not kept. */
export type Row = {
  readonly name: string
  readonly target: string
  readonly ours: string
  readonly custodian: string
  readonly ratio: string
  /** Undefined if the figure with which the target is compared was not measured. */
  readonly met: boolean | undefined
  readonly promise: boolean
  /** One of the few that the front page shows. */
  readonly front?: true
}

export type Sizes = { readonly ours: number; readonly custodian?: number }

/** The targets of the launch guard, against what was measured. Without Cloud Custodian only our own part of each. */
export const queryRows = (rounds: readonly Round[], sizes: Sizes): Row[] => [
  listCompliantCalls(rounds),
  countNotificationCalls(rounds),
  listViolatingCalls(rounds),
  measureZipSize(sizes),
  measureTime(rounds, {
    name: 'cold: init over the bare runtime',
    target: '<= 15 ms',
    of: side => side.violating.readyMs - side.bare.ms,
    limit: 15,
  }),
  measureTime(rounds, COLD),
  measureTime(rounds, WARM),
  measureTime(rounds, {
    name: 'warm compliant launch, own time',
    target: '<= 0.15 ms',
    of: side => side.compliant.warmed.own,
    limit: 0.15,
  }),
  ...[COLD_CPU, WARM_CPU, COLD_WALL, WARM_WALL].map(measured => measureTime(rounds, measured)),
  formatMemory(rounds),
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

function measureTime(rounds: readonly Round[], { name, target, of, limit, times, front }: Timed): Row {
  const ours = rounds.map(round => of(round.ours))
  const theirs = runCustodianRounds(rounds).map(of)
  const ratio = theirs.length > 0 ? computeSpread(computePairedRatios(theirs, ours)) : undefined
  const within = limit === undefined || computeSpread(ours).median <= limit
  const ahead = times === undefined || (ratio === undefined ? undefined : ratio.median >= times)
  return {
    name,
    target,
    ours: formatSpread(computeSpread(ours), 'ms'),
    custodian: theirs.length > 0 ? formatSpread(computeSpread(theirs), 'ms') : NOT_MEASURED,
    ratio: ratio === undefined ? '' : formatRatio(ratio),
    met: within ? ahead : false,
    promise: false,
    ...(front && { front }),
  }
}

const NOT_MEASURED = 'not measured'

const runCustodianRounds = (rounds: readonly Round[]): CustodianRound[] =>
  rounds.flatMap(round => round.custodian ?? [])

function listCompliantCalls(rounds: readonly Round[]): Row {
  const listCalls = (side: Side) => `${side.compliant.cold.actions.length} / ${side.compliant.warm.actions.length}`
  return {
    name: 'AWS calls, compliant launch (cold / warm)',
    // Once an hour it is written that the region was heard; a fresh function does not know of others that did.
    target: '1 / 0',
    ours: isSame(rounds.map(round => listCalls(round.ours))),
    custodian: isSame(runCustodianRounds(rounds).map(listCalls)),
    ratio: '',
    met: rounds.every(
      ({ ours }) => listCalls(ours) === '1 / 0' && ours.compliant.cold.actions.every(action => action === LAST_HEARD),
    ),
    promise: true,
  }
}

/** What EC2 notifies of each compliant launch: after CloudTrail's record, which is rare, and before it. */
function countNotificationCalls(rounds: readonly Round[]): Row {
  const listCalls = ({ announced, unannounced }: OurRound) =>
    `${announced.warm.actions.length} / ${unannounced.warm.actions.join(', ')}`
  const target = '0 / DescribeInstances'
  return {
    name: 'AWS calls, notification of a compliant launch (after its record / before it)',
    target,
    ours: isSame(rounds.map(round => listCalls(round.ours))),
    custodian: NOT_MEASURED,
    ratio: '',
    met: rounds.every(({ ours }) => listCalls(ours) === target),
    promise: true,
  }
}

function listViolatingCalls(rounds: readonly Round[]): Row {
  const listCalls = ({ violating }: Side) => `${formatCalls(violating.cold)}; ${formatCalls(violating.warm)}`
  const keepRound = ({ violating }: Side) => [violating.cold, violating.warm].every(isLedgerWriteAndPublish)
  return {
    name: 'AWS calls, violating launch (cold; warm)',
    target: 'ledger write + publish, no EC2 read, at most 2 round trips in sequence; once an hour one more after them',
    ours: isSame(rounds.map(round => listCalls(round.ours))),
    custodian: isSame(runCustodianRounds(rounds).map(listCalls)),
    ratio: '',
    met: rounds.every(({ ours }) => keepRound(ours)),
    promise: true,
    front: true,
  }
}

const formatCalls = ({ actions, roundTrips }: Calls): string => `${actions.join(', ')} (${roundTrips} in sequence)`

const isLedgerWriteAndPublish = ({ actions, roundTrips }: Calls): boolean => {
  const telling = actions.filter(action => action !== LAST_HEARD)
  const isLast = telling.length === actions.length || actions.at(-1) === LAST_HEARD
  const trips = roundTrips - (actions.length - telling.length)
  return isLast && [...telling].sort().join() === 'Publish,TransactWriteItems' && trips <= 2
}

/** The value of every round. If they differ, all of them. */
const isSame = (texts: readonly string[]): string =>
  texts.length === 0 ? NOT_MEASURED : [...new Set(texts)].join(' or ')

const measureZipSize = ({ ours, custodian }: Sizes): Row => ({
  name: 'zip of the function',
  target: '',
  ours: formatBytes(ours),
  custodian: custodian === undefined ? NOT_MEASURED : `${formatBytes(custodian)}, boto3 from the runtime`,
  ratio: custodian === undefined ? '' : `${formatFigure(custodian / ours)}x`,
  met: undefined,
  promise: false,
})

const MEMORY_LIMIT = 85

function formatMemory(rounds: readonly Round[]): Row {
  const ours = listPeaks(rounds.map(round => round.ours.violating))
  const theirs = listPeaks(runCustodianRounds(rounds).map(round => round.violating))
  return {
    name: 'peak memory (RSS), violating launches',
    target: '<= 85 MB',
    ours: ours === undefined ? 'not reported by this system' : formatSpread(ours, 'MB'),
    custodian: theirs === undefined ? NOT_MEASURED : formatSpread(theirs, 'MB'),
    ratio: '',
    met: ours === undefined ? undefined : ours.median <= MEMORY_LIMIT,
    promise: false,
  }
}

function listPeaks(runs: readonly Run[]): Spread | undefined {
  const known = runs.flatMap(run => run.peakMb ?? [])
  return known.length > 0 ? computeSpread(known) : undefined
}

/**
 * The same launch under the policy with which Cloud Custodian also stops the instance, which virtguard leaves to another
 * function: not the same work, but how such a filter is mostly used. Compared with our alert alone.
 */
export function renderStoppingRows(rounds: readonly Round[]): Row[] {
  const stopping = rounds.flatMap(({ ours, custodian }) =>
    custodian === undefined ? [] : [{ ours, custodian: { ...custodian, violating: custodian.stopping } }],
  )
  if (stopping.length === 0) return []
  const name = (what: string): string => `${what}, Cloud Custodian stops it too`
  return [
    {
      ...listViolatingCalls(stopping),
      name: name('AWS calls, violating launch (cold; warm)'),
      target: '',
      promise: false,
    },
    measureTime(stopping, { ...COLD, name: name(COLD.name) }),
    measureTime(stopping, { ...WARM, name: name(WARM.name) }),
  ]
}
