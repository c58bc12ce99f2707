import { addCounts, type Coverage, NO_COUNTS } from '../../shared/fleet/coverage.ts'
import { type Item, isOpen } from '../data/item.ts'
import type { Report } from '../data/read.ts'
import { byId, counted, make, number } from '../element.ts'

const percent = (part: number, whole: number): string => {
  const share = (100 * part) / whole
  // Neither all nor nothing may be claimed where one is missing.
  if (part < whole && share > 99.9) return '99.9%'
  if (part > 0 && share < 0.1) return '0.1%'
  return `${Number(share.toFixed(share < 10 || share > 90 ? 1 : 0))}%`
}

type Part = { readonly name: string; readonly count: number; readonly colour: string; readonly what: string }

const shareBar = (parts: readonly Part[]): readonly Node[] => {
  const whole = parts.reduce((sum, { count }) => sum + count, 0)
  if (whole === 0) return []
  const present = parts.filter(({ count }) => count > 0)
  const words = present.map(({ name, count }) => `${name} ${percent(count, whole)}`).join(', ')
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
        make('b', {}, percent(count, whole)),
      ),
    )
  return [bar, legend]
}

const card = (value: number, name: string, what: string, tone = ''): HTMLElement =>
  make(
    'li',
    { class: `card ${value > 0 ? tone : ''}` },
    make('b', {}, number(value)),
    make('span', {}, name),
    make('small', {}, what),
  )

const instanceParts = ({ passed, failed, suppressed, unknown }: typeof NO_COUNTS): readonly Part[] => [
  { name: 'Failed', count: failed, colour: 'high', what: 'break a rule' },
  { name: 'UNKNOWN', count: unknown, colour: 'unknown', what: 'a fact is missing: no pass' },
  { name: 'Exempt', count: suppressed, colour: 'exempt', what: 'an exemption covers all that fails' },
  { name: 'Passed', count: passed, colour: 'passed', what: 'pass every rule' },
]

const regionsRead = (coverage: readonly Coverage[]): string => {
  const accounts = new Set(coverage.map(({ accountId }) => accountId)).size
  const read = coverage.filter(({ covered }) => covered).length
  const regions = `${read === coverage.length ? '' : `${number(read)} of `}${counted(coverage.length, 'region')}`
  return accounts > 1 ? `${regions} and ${counted(accounts, 'account')}` : regions
}

const fleetSentence = (coverage: readonly Coverage[], counts: typeof NO_COUNTS): string => {
  const where = regionsRead(coverage)
  if (counts.seen === 0) return `No instance was read in ${where}.`
  const broken =
    counts.failed === 0
      ? `None of ${counted(counts.seen, 'instance')} breaks a rule`
      : `${number(counts.failed)} of ${counted(counts.seen, 'instance')} ${counts.failed === 1 ? 'breaks' : 'break'} a rule (${percent(counts.failed, counts.seen)})`
  return `${broken}, in ${where}.`
}

const fleetCards = (coverage: readonly Coverage[], counts: typeof NO_COUNTS): readonly HTMLElement[] => {
  const missing = coverage.filter(({ covered }) => !covered).length
  const terminated =
    counts.terminated > 0 ? `${number(counts.terminated)} terminated, not evaluated` : 'running or stopped'
  return [
    card(counts.seen, 'instances', terminated),
    card(counts.failed, 'failed', 'break at least one rule', 'bad'),
    card(counts.unknown, 'UNKNOWN', 'a fact is missing: no pass', 'unsure'),
    card(counts.suppressed, 'exempt', 'covered by an exemption'),
    card(counts.passed, 'passed', 'pass every rule', 'good'),
    card(missing, 'not covered', `of ${counted(coverage.length, 'region')}`, 'bad'),
  ]
}

const findingCards = (items: readonly Item[]): readonly HTMLElement[] => {
  const of = (test: (item: Item) => boolean): number => items.reduce((sum, item) => sum + (test(item) ? 1 : 0), 0)
  return [
    card(
      of(item => item.status === 'FAILED' && isOpen(item)),
      'failed',
      'break a rule',
      'bad',
    ),
    card(
      of(({ level }) => level === 'UNKNOWN'),
      'UNKNOWN',
      'a fact is missing: no pass',
      'unsure',
    ),
    card(
      of(({ level }) => level === 'EXEMPT'),
      'exempt',
      'covered by an exemption',
    ),
    card(new Set(items.filter(isOpen).map(({ arn }) => arn)).size, 'resources', 'with an open finding'),
  ]
}

const warningsOf = ({ front, last }: Report): readonly string[] => [
  ...(last === undefined
    ? ['This file was cut off: what the end of it would have said is missing, and so may be findings.']
    : []),
  ...(front.quick ? ['Quick: only what EC2’s own filters select was read. Nothing is said of the rest.'] : []),
  ...(last?.coverage ?? [])
    .filter(({ covered }) => !covered)
    .map(({ accountId, region, why }) => `Not covered: ${accountId}/${region}: ${why ?? 'not known why'}.`),
  ...(last?.notes ?? []),
]

/** A dozen say it; the table of what was read has them all. */
const MOST_WARNINGS = 12

/** The first screen: one sentence, one bar, six numbers, and what the report cannot vouch for. */
export const showGlance = (report: Report): void => {
  const coverage = report.last?.coverage ?? []
  const counts = coverage.reduce(addCounts, NO_COUNTS)
  const open = report.items.reduce((sum, item) => sum + (isOpen(item) ? 1 : 0), 0)
  const isFleet = coverage.length > 0
  byId('sentence').textContent = isFleet
    ? fleetSentence(coverage, counts)
    : `${counted(open, 'open finding')} in the recorded events.`
  byId('share').replaceChildren(...(isFleet ? shareBar(instanceParts(counts)) : []))
  byId('cards').replaceChildren(...(isFleet ? fleetCards(coverage, counts) : findingCards(report.items)))
  const warnings = warningsOf(report)
  const more = warnings.length - MOST_WARNINGS
  byId('warnings').replaceChildren(
    ...warnings.slice(0, MOST_WARNINGS).map(text => make('li', {}, text)),
    ...(more > 0 ? [make('li', {}, `And ${number(more)} more: see what was read.`)] : []),
  )
}
