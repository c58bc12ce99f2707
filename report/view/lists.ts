import type { Coverage } from '../../shared/ledger/coverage.ts'
import type { ReportRule } from '../../shared/report/pages.ts'
import { type Item, isOpen } from '../data/item.ts'
import { createTable, findById, formatCount, formatNumber, make } from '../element.ts'

const renderState = ({ covered, why, missingPermission }: Coverage): Node => {
  if (covered) return make('span', { class: 'ok' }, 'read to its end')
  const permission = missingPermission === undefined ? undefined : make('code', {}, missingPermission)
  return make('span', {}, make('b', { class: 'not' }, 'not covered'), `: ${why ?? 'not known why'} `, permission)
}

/** The accounts and regions that were read, and those that were not. */
export const showCoverage = (coverage: readonly Coverage[]): void => {
  const section = findById('coverage')
  section.hidden = coverage.length === 0
  // A region that is not covered must not hide at the end of a long list.
  const rows = coverage.toSorted((a, b) => Number(a.covered) - Number(b.covered))
  findById('coverage-list').replaceChildren(
    createTable(
      'What was read',
      ['Account', 'Region', 'Instances', 'Failed', 'UNKNOWN', 'Exempt', 'Passed', 'Terminated', 'State'],
      rows.map(one => [
        one.accountId,
        one.region,
        ...[one.seen, one.failed, one.unknown, one.suppressed, one.passed, one.terminated].map(formatNumber),
        renderState(one),
      ]),
    ),
  )
}

/** The missing facts, with the number of findings and the rule. */
export const showUnknowns = (items: readonly Item[]): void => {
  const groups = new Map<string, { rule: string; missing: string; count: number; example: string }>()
  for (const { level, rule, missing, resourceId } of items) {
    if (level !== 'UNKNOWN') continue
    const key = `${rule}\n${missing}`
    const group = groups.get(key) ?? { rule, missing, count: 0, example: resourceId }
    group.count += 1
    groups.set(key, group)
  }
  const rows = [...groups.values()].toSorted((a, b) => b.count - a.count)
  findById('unknowns').hidden = rows.length === 0
  findById('unknowns-list').replaceChildren(
    make(
      'p',
      { class: 'hint' },
      'UNKNOWN is neither a pass nor a failure: a fact that the rule needs could not be read.',
    ),
    createTable(
      'What could not be decided',
      ['Rule', 'Not known', 'Findings', 'For example'],
      rows.map(({ rule, missing, count, example }) => [rule, missing, formatNumber(count), example]),
    ),
  )
}

const describeMode = (rule: ReportRule): string => (rule.mode === 'off' ? 'off: nothing is said of it' : rule.mode)

/** Every rule: whether it was on, its findings, why it matters and what to do. */
export const showRules = (rules: readonly ReportRule[], items: readonly Item[]): void => {
  const open = new Map<string, number>()
  for (const item of items) if (isOpen(item)) open.set(item.rule, (open.get(item.rule) ?? 0) + 1)
  findById('rules-list').replaceChildren(
    createTable(
      'Rules',
      ['Rule', 'Mode', 'Severity', 'Open', 'Why it matters', 'What to do'],
      rules.map(rule => [
        make('span', {}, make('b', {}, rule.title), make('br'), make('small', { class: 'mono' }, rule.id)),
        describeMode(rule),
        rule.severity,
        formatCount(open.get(rule.id) ?? 0, 'finding'),
        rule.why,
        rule.remediation,
      ]),
    ),
  )
}
