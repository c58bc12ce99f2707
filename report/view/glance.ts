import { addCounts, type Coverage, NO_COUNTS } from '../../shared/ledger/coverage.ts'
import { type Item, isOpen } from '../data/item.ts'
import type { Report } from '../data/read.ts'
import { findById, formatCount, formatNumber, make } from '../element.ts'

const formatPercent = (part: number, whole: number): string => {
  const share = (100 * part) / whole
  // Neither all nor nothing may be claimed if one is missing.
  if (part < whole && share > 99.9) return '99.9%'
  if (part > 0 && share < 0.1) return '0.1%'
  return `${Number(share.toFixed(share < 10 || share > 90 ? 1 : 0))}%`
}

type Part = { readonly name: string; readonly count: number; readonly colour: string; readonly what: string }

const renderShareBar = (parts: readonly Part[]): readonly Node[] => {
  const whole = parts.reduce((sum, { count }) => sum + count, 0)
  if (whole === 0) return []
  const present = parts.filter(({ count }) => count > 0)
  const words = present.map(({ name, count }) => `${name} ${formatPercent(count, whole)}`).join(', ')
  const bar = make('div', { class: 'bar', role: 'img', 'aria-label': words })
  for (const { count, colour } of present) {
    const piece = make('span', { class: colour })
    // A sliver that cannot be seen would be a lie.
    piece.style.flexGrow = String(Math.max(count / whole, 0.004))
    bar.append(piece)
  }
  const legend = make('ul', { class: 'legend' })
  for (const { name, count, colour, what } of present)
    legend.append(
      make(
        'li',
        { title: what },
        make('span', { class: `dot ${colour}`, 'aria-hidden': 'true' }),
        `${name} `,
        make('b', {}, formatPercent(count, whole)),
      ),
    )
  return [bar, legend]
}

const createCard = (value: number, name: string, what: string, tone = ''): HTMLElement =>
  make(
    'li',
    { class: `card ${value > 0 ? tone : ''}` },
    make('b', {}, formatNumber(value)),
    make('span', {}, name),
    make('small', {}, what),
  )

const listInstanceParts = ({ passed, failed, suppressed, unknown }: typeof NO_COUNTS): readonly Part[] => [
  { name: 'Failed', count: failed, colour: 'high', what: 'break a rule' },
  { name: 'UNKNOWN', count: unknown, colour: 'unknown', what: 'a fact is missing: no pass' },
  { name: 'Exempt', count: suppressed, colour: 'exempt', what: 'an exemption covers all that fails' },
  { name: 'Passed', count: passed, colour: 'passed', what: 'pass every rule' },
]

const describeRegionsRead = (coverage: readonly Coverage[]): string => {
  const accounts = new Set(coverage.map(({ accountId }) => accountId)).size
  const read = coverage.filter(({ covered }) => covered).length
  const regions = `${read === coverage.length ? '' : `${formatNumber(read)} of `}${formatCount(coverage.length, 'region')}`
  return accounts > 1 ? `${regions} and ${formatCount(accounts, 'account')}` : regions
}

const describeFleet = (coverage: readonly Coverage[], counts: typeof NO_COUNTS): string => {
  const where = describeRegionsRead(coverage)
  if (counts.seen === 0) return `No instance was read in ${where}.`
  const broken =
    counts.failed === 0
      ? `None of ${formatCount(counts.seen, 'instance')} breaks a rule`
      : `${formatNumber(counts.failed)} of ${formatCount(counts.seen, 'instance')} ${counts.failed === 1 ? 'breaks' : 'break'} a rule (${formatPercent(counts.failed, counts.seen)})`
  return `${broken}, in ${where}.`
}

const renderFleetCards = (coverage: readonly Coverage[], counts: typeof NO_COUNTS): readonly HTMLElement[] => {
  const missing = coverage.filter(({ covered }) => !covered).length
  const terminated =
    counts.terminated > 0 ? `${formatNumber(counts.terminated)} terminated, not evaluated` : 'running or stopped'
  return [
    createCard(counts.seen, 'instances', terminated),
    createCard(counts.failed, 'failed', 'break at least one rule', 'bad'),
    createCard(counts.unknown, 'UNKNOWN', 'a fact is missing: no pass', 'unsure'),
    createCard(counts.suppressed, 'exempt', 'covered by an exemption'),
    createCard(counts.passed, 'passed', 'pass every rule', 'good'),
    createCard(missing, 'not covered', `of ${formatCount(coverage.length, 'region')}`, 'bad'),
  ]
}

const renderFindingCards = (items: readonly Item[]): readonly HTMLElement[] => {
  const countWhere = (test: (item: Item) => boolean): number =>
    items.reduce((sum, item) => sum + (test(item) ? 1 : 0), 0)
  return [
    createCard(
      countWhere(item => item.status === 'FAILED' && isOpen(item)),
      'failed',
      'break a rule',
      'bad',
    ),
    createCard(
      countWhere(({ level }) => level === 'UNKNOWN'),
      'UNKNOWN',
      'a fact is missing: no pass',
      'unsure',
    ),
    createCard(
      countWhere(({ level }) => level === 'EXEMPT'),
      'exempt',
      'covered by an exemption',
    ),
    createCard(new Set(items.filter(isOpen).map(({ arn }) => arn)).size, 'resources', 'with an open finding'),
  ]
}

const listWarnings = ({ front, last }: Report): readonly string[] => [
  ...(last === undefined
    ? ['This file was cut off: what the end of it would have said is missing, and so may be findings.']
    : []),
  ...(front.quick ? ['Quick: only what EC2’s own filters select was read. Nothing is said of the rest.'] : []),
  ...(last?.coverage ?? [])
    .filter(({ covered }) => !covered)
    .map(({ accountId, region, why }) => `Not covered: ${accountId}/${region}: ${why ?? 'not known why'}.`),
  ...(last?.notes ?? []),
]

/** A dozen are enough; the table of regions has them all. */
const MOST_WARNINGS = 12

/** The first screen: one sentence, one bar, six numbers, and the limits of the report. */
export const showGlance = (report: Report): void => {
  const coverage = report.last?.coverage ?? []
  const counts = coverage.reduce(addCounts, NO_COUNTS)
  const open = report.items.reduce((sum, item) => sum + (isOpen(item) ? 1 : 0), 0)
  const isFleet = coverage.length > 0
  findById('sentence').textContent = isFleet
    ? describeFleet(coverage, counts)
    : `${formatCount(open, 'open finding')} in the recorded events.`
  findById('share').replaceChildren(...(isFleet ? renderShareBar(listInstanceParts(counts)) : []))
  findById('cards').replaceChildren(
    ...(isFleet ? renderFleetCards(coverage, counts) : renderFindingCards(report.items)),
  )
  const warnings = listWarnings(report)
  const more = warnings.length - MOST_WARNINGS
  findById('warnings').replaceChildren(
    ...warnings.slice(0, MOST_WARNINGS).map(text => make('li', {}, text)),
    ...(more > 0 ? [make('li', {}, `And ${formatNumber(more)} more: see what was read.`)] : []),
  )
}
