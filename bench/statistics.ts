export type Spread = { readonly min: number; readonly median: number; readonly max: number }

/** The middle of the values, or the mean of the two in the middle. NaN when there are none. */
export function computeMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] ?? Number.NaN
  const lower = sorted.length % 2 === 0 ? (sorted[half - 1] ?? Number.NaN) : upper
  return (lower + upper) / 2
}

export const computeSpread = (values: readonly number[]): Spread => ({
  min: Math.min(...values),
  median: computeMedian(values),
  max: Math.max(...values),
})

/** `theirs / ours`, round by round, so that a slow moment of the machine weighs on both. The lists must be paired. */
export function computePairedRatios(theirs: readonly number[], ours: readonly number[]): number[] {
  if (theirs.length !== ours.length) throw new Error(`${theirs.length} and ${ours.length} rounds cannot be paired`)
  return theirs.map((value, round) => value / (ours[round] ?? Number.NaN))
}
