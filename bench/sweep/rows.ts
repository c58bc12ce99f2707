import { formatFigure, formatRatio, formatSpread } from '../figures.ts'
import type { Row } from '../rows.ts'
import { computePairedRatios, computeSpread, type Spread } from '../statistics.ts'
import type { SweepCost, SweepRound } from './run.ts'
import type { Swept } from './sides.ts'

type Side = (round: SweepRound) => Swept | undefined

const runOwn: Side = round => round.ours
const runQuick: Side = round => round.quick
const runCustodian: Side = round => round.custodian

const omitEmpty = <T>(values: readonly (T | undefined)[]): readonly T[] => values.filter(value => value !== undefined)

const toSeconds = ({ rounds }: SweepCost, side: Side): readonly number[] =>
  omitEmpty(rounds.map(side)).map(swept => swept.seconds)

const findPeak = ({ rounds }: SweepCost, side: Side): Spread | undefined => {
  const peaks = omitEmpty(omitEmpty(rounds.map(side)).map(({ peakMb }) => peakMb))
  return peaks.length > 0 ? computeSpread(peaks) : undefined
}

const createTextAttribute = (values: readonly number[], unit: string): string =>
  values.length > 0 ? formatSpread(computeSpread(values), unit) : 'not measured'

const formatPeak = (values: Spread | undefined): string =>
  values === undefined ? 'not measured' : formatSpread(values, 'MB')

type Timed = { readonly name: string; readonly target: string; readonly times?: number; readonly limit?: number }

const measureTime = (cost: SweepCost, side: Side, { name, target, times, limit }: Timed): Row => {
  const own = toSeconds(cost, side)
  const theirs = toSeconds(cost, runCustodian)
  const ratio = theirs.length > 0 ? computeSpread(computePairedRatios(theirs, own)) : undefined
  const within = limit === undefined || computeSpread(own).median <= limit
  const ahead = times === undefined || (ratio === undefined ? undefined : ratio.median >= times)
  return {
    name,
    target,
    ours: createTextAttribute(own, 's'),
    custodian: createTextAttribute(theirs, 's'),
    ratio: ratio === undefined ? '' : formatRatio(ratio),
    met: within ? ahead : false,
    promise: false,
  }
}

const formatMemory = (cost: SweepCost, name: string, limit: number): Row => {
  const own = findPeak(cost, runOwn)
  return {
    name,
    target: `<= ${limit} MB`,
    ours: formatPeak(own),
    custodian: formatPeak(findPeak(cost, runCustodian)),
    ratio: '',
    met: own === undefined ? undefined : own.median <= limit,
    promise: false,
  }
}

type Compared = { readonly small: SweepCost; readonly large: SweepCost; readonly name: string }

/** Many times as much, and not twice the memory: V8's initial growth is less. */
const isFlat = ({ small, large, name }: Compared): Row => {
  const [before, after] = [findPeak(small, runOwn)?.median, findPeak(large, runOwn)?.median]
  const [theirBefore, theirAfter] = [findPeak(small, runCustodian)?.median, findPeak(large, runCustodian)?.median]
  const measureTimes = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? 'not measured' : `${formatFigure(to / from)}x`
  return {
    name: `peak memory, ${name}`,
    target: 'flat: < 1.5x',
    ours: measureTimes(before, after),
    custodian: measureTimes(theirBefore, theirAfter),
    ratio: '',
    met: before === undefined || after === undefined ? undefined : after / before < 1.5,
    promise: false,
  }
}

const count = ({ task: { fleet } }: SweepCost): string =>
  (fleet.regions.length * fleet.instances * (fleet.accounts ?? 1)).toLocaleString('en-US')

const nameAccounts = ({ task: { fleet } }: SweepCost): string =>
  `${fleet.accounts} accounts × ${fleet.regions.length} regions`

const renderRowsOfOne = (cost: SweepCost): readonly Row[] => {
  const name = `${count(cost)} instances`
  switch (cost.task.name) {
    case '10k':
      return [
        { ...measureTime(cost, runOwn, { name: `${name}, all read`, target: '10x less', times: 10 }), front: true },
        formatMemory(cost, `${name}, peak memory (RSS)`, 150),
        measureTime(cost, runQuick, { name: `${name}, only hits (--quick)`, target: '<= 0.6 s', limit: 0.6 }),
      ]
    case '100k':
      return [
        measureTime(cost, runOwn, { name: `${name}, all read`, target: '' }),
        formatMemory(cost, `${name}, peak memory (RSS)`, 200),
      ]
    case '17 regions':
      return [
        measureTime(cost, runOwn, { name: `${name} in 17 regions, 100 ms a call`, target: '10x less', times: 10 }),
      ]
    case 'few accounts':
      return [measureTime(cost, runOwn, { name: `${nameAccounts(cost)}, 100 ms a call`, target: '' })]
    case 'many accounts':
      return [
        measureTime(cost, runOwn, { name: `${nameAccounts(cost)}, 100 ms a call`, target: '20x less', times: 20 }),
        formatMemory(cost, `${nameAccounts(cost)}, peak memory (RSS)`, 200),
      ]
    default:
      return [measureTime(cost, runOwn, { name: `${name}, all read`, target: '' })]
  }
}

/** The targets of a sweep, compared with the measurement. */
export const sweepRows = (costs: readonly SweepCost[]): readonly Row[] => {
  const find = (name: string) => costs.find(({ task }) => task.name === name)
  const [small, large, few, many] = ['10k', '100k', 'few accounts', 'many accounts'].map(find)
  return [
    ...costs.flatMap(renderRowsOfOne),
    ...(small && large ? [isFlat({ small, large, name: `${count(large)} against ${count(small)} instances` })] : []),
    ...(few && many
      ? [isFlat({ small: few, large: many, name: `${nameAccounts(many)} against ${nameAccounts(few)}` })]
      : []),
  ]
}
