import { figure, ratioText, spreadText } from '../figures.ts'
import type { Row } from '../rows.ts'
import { pairedRatios, type Spread, spread } from '../statistics.ts'
import type { SweepCost, SweepRound } from './run.ts'
import type { Swept } from './sides.ts'

type Side = (round: SweepRound) => Swept | undefined

const ours: Side = round => round.ours
const quick: Side = round => round.quick
const custodian: Side = round => round.custodian

const present = <T>(values: readonly (T | undefined)[]): readonly T[] => values.filter(value => value !== undefined)

const seconds = ({ rounds }: SweepCost, side: Side): readonly number[] =>
  present(rounds.map(side)).map(swept => swept.seconds)

const peak = ({ rounds }: SweepCost, side: Side): Spread | undefined => {
  const peaks = present(present(rounds.map(side)).map(({ peakMb }) => peakMb))
  return peaks.length > 0 ? spread(peaks) : undefined
}

const text = (values: readonly number[], unit: string): string =>
  values.length > 0 ? spreadText(spread(values), unit) : 'not measured'

const peakText = (values: Spread | undefined): string =>
  values === undefined ? 'not measured' : spreadText(values, 'MB')

type Timed = { readonly name: string; readonly target: string; readonly times?: number; readonly limit?: number }

const timed = (cost: SweepCost, side: Side, { name, target, times, limit }: Timed): Row => {
  const own = seconds(cost, side)
  const theirs = seconds(cost, custodian)
  const ratio = theirs.length > 0 ? spread(pairedRatios(theirs, own)) : undefined
  const within = limit === undefined || spread(own).median <= limit
  const ahead = times === undefined || (ratio === undefined ? undefined : ratio.median >= times)
  return {
    name,
    target,
    ours: text(own, 's'),
    custodian: text(theirs, 's'),
    ratio: ratio === undefined ? '' : ratioText(ratio),
    met: within ? ahead : false,
    promise: false,
  }
}

const memory = (cost: SweepCost, name: string, limit: number): Row => {
  const own = peak(cost, ours)
  return {
    name,
    target: `<= ${limit} MB`,
    ours: peakText(own),
    custodian: peakText(peak(cost, custodian)),
    ratio: '',
    met: own === undefined ? undefined : own.median <= limit,
    promise: false,
  }
}

/** Ten times as many instances, and not twice the memory: what V8 grows by at first is less. */
const flat = (small: SweepCost, large: SweepCost): Row => {
  const [before, after] = [peak(small, ours)?.median, peak(large, ours)?.median]
  const [theirBefore, theirAfter] = [peak(small, custodian)?.median, peak(large, custodian)?.median]
  const times = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? 'not measured' : `${figure(to / from)}x`
  return {
    name: `peak memory, ${count(large)} against ${count(small)} instances`,
    target: 'flat: < 1.5x',
    ours: times(before, after),
    custodian: times(theirBefore, theirAfter),
    ratio: '',
    met: before === undefined || after === undefined ? undefined : after / before < 1.5,
    promise: false,
  }
}

const count = ({ task: { fleet } }: SweepCost): string =>
  (fleet.regions.length * fleet.instances).toLocaleString('en-US')

const rowsOfOne = (cost: SweepCost): readonly Row[] => {
  const name = `${count(cost)} instances`
  switch (cost.task.name) {
    case '10k':
      return [
        { ...timed(cost, ours, { name: `${name}, all read`, target: '10x less', times: 10 }), front: true },
        memory(cost, `${name}, peak memory (RSS)`, 150),
        timed(cost, quick, { name: `${name}, only hits (--quick)`, target: '<= 0.6 s', limit: 0.6 }),
      ]
    case '100k':
      return [
        timed(cost, ours, { name: `${name}, all read`, target: '' }),
        memory(cost, `${name}, peak memory (RSS)`, 200),
      ]
    case '17 regions':
      return [timed(cost, ours, { name: `${name} in 17 regions, 100 ms a call`, target: '10x less', times: 10 })]
    default:
      return [timed(cost, ours, { name: `${name}, all read`, target: '' })]
  }
}

/** The targets of a sweep, against what was measured. */
export const sweepRows = (costs: readonly SweepCost[]): readonly Row[] => {
  const [small, large] = ['10k', '100k'].map(name => costs.find(({ task }) => task.name === name))
  return [...costs.flatMap(rowsOfOne), ...(small && large ? [flat(small, large)] : [])]
}
