import { addCounts, type Coverage, NO_COUNTS } from '../../shared/ledger/coverage.ts'
import { SEVERITIES } from '../../shared/rules/rule.ts'
import { cleanName } from '../../shared/text/name.ts'
import { formatCount } from '../output/counted.ts'
import { countFindings, type FindingTally } from '../output/tally.ts'

const listPresent = (parts: readonly (readonly [number, string])[]): readonly string[] =>
  parts.filter(([count]) => count > 0).map(([count, word]) => `${count.toLocaleString('en-US')} ${word}`)

type NameOf = (accountId: string) => string | undefined

const placeOf = ({ accountId, region }: Coverage, nameOf: NameOf): string => {
  const name = cleanName(nameOf(accountId))
  return `${accountId}${name === undefined ? '' : ` (${name})`}/${region}`
}

const read = (coverage: readonly Coverage[]): string => {
  const covered = coverage.filter(each => each.covered)
  const accounts = new Set(coverage.map(({ accountId }) => accountId)).size
  const regions = `${covered.length === coverage.length ? '' : `${covered.length} of `}${formatCount(coverage.length, 'region')}`
  return `${regions}${accounts > 1 ? ` in ${formatCount(accounts, 'account')}` : ''}`
}

const explainNotCovered = ({ seen, terminated, why }: Coverage): string => {
  const before = seen + terminated
  const partly = before > 0 ? `; ${formatCount(before, 'instance')} had been read by then` : ''
  return `${why ?? 'not known why'}${partly}`
}

/** More that have one cause are one line: in an organization they may be hundreds. */
const MOST_LINES = 3

const listNotCovered = (coverage: readonly Coverage[], nameOf: NameOf): readonly string[] => {
  const byCause = new Map<string, string[]>()
  for (const one of coverage) {
    if (one.covered) continue
    const cause = explainNotCovered(one)
    byCause.set(cause, [...(byCause.get(cause) ?? []), placeOf(one, nameOf)])
  }
  return [...byCause].flatMap(([cause, places]) =>
    places.length <= MOST_LINES
      ? places.map(place => `not covered: ${place}: ${cause}`)
      : [`not covered, ${places.length} times: ${cause}: ${places.join(', ')}`],
  )
}

const QUICK =
  'quick: only what EC2’s filters select was read; the rest is not known, nor types newer than the catalogue, nor images that boot in legacy mode only'

/** The counts of what was read, found and not covered, one line each. */
export const summarizeScan = (
  coverage: readonly Coverage[],
  tally: FindingTally,
  { quick, nameOf }: { readonly quick: boolean; readonly nameOf: NameOf },
): readonly string[] => {
  const counts = coverage.reduce(addCounts, NO_COUNTS)
  const outcomes = listPresent([
    [counts.failed, 'failed'],
    [counts.unknown, 'UNKNOWN'],
    [counts.suppressed, 'exempt'],
    [counts.passed, 'passed'],
  ])
  const terminated =
    counts.terminated > 0 ? `; ${counts.terminated.toLocaleString('en-US')} terminated, not evaluated` : ''
  const severities = listPresent([
    ...SEVERITIES.toReversed().map(severity => [tally.failed[severity], severity] as const),
    [tally.unknown, 'UNKNOWN'],
    [tally.exempt, 'exempt'],
  ])
  return [
    `${formatCount(counts.seen, 'instance')} in ${read(coverage)}${outcomes.length > 0 ? `: ${outcomes.join(', ')}` : ''}${terminated}`,
    [formatCount(countFindings(tally), 'finding'), severities.join(', ')].filter(part => part !== '').join(': '),
    ...(quick ? [QUICK] : []),
    ...(tally.unknown > 0 ? ['UNKNOWN is no pass: a fact that the rule needs is not known'] : []),
    ...listNotCovered(coverage, nameOf),
  ]
}

/** 2 if a region was not covered, or none was; else 1 if something failed, else 0. */
export const exitCodeOf = (
  coverage: readonly Coverage[],
  { counts }: Pick<FindingTally, 'counts'>,
  { allowPartial }: { readonly allowPartial: boolean },
): number => {
  const covered = coverage.filter(each => each.covered).length
  if (covered === 0 || (covered < coverage.length && !allowPartial)) return 2
  return counts ? 1 : 0
}
