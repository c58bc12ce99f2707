import type { State } from '../../shared/ledger/row.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { type Colour, createPainter } from '../output/colour.ts'
import type { Entry } from '../output/entry.ts'
import { createFindingLayout } from '../output/finding-layout.ts'
import type { Output } from '../output/io.ts'
import { formatNames } from '../output/names.ts'
import { pad, truncate, wrap } from '../output/width.ts'
import type { Layout } from '../output/writer.ts'
import { describeFate } from './story.ts'

export const STATE_COLOURS: Readonly<Record<State, readonly Colour[]>> = {
  NEW: ['bold'],
  ALERTED: ['yellow'],
  SUPPRESSED: ['dim'],
  DEFERRED: ['cyan'],
  STOPPED: ['green'],
  REFUSED: ['yellow'],
  RESOLVED: ['green'],
  FAILED: ['bold', 'red'],
}

const buildColumns = (out: Output): Layout<Entry>['columns'] => ({
  state: ({ state }) => state,
  reportedAt: ({ writtenAt }) => writtenAt,
  became: describeFate,
  stopAt: ({ stopAt }) => stopAt,
  stopRequestedAt: ({ stopRequestedAt }) => stopRequestedAt,
  alertedAt: ({ alertedAt }) => alertedAt,
  ...Object.fromEntries(
    Object.entries(createFindingLayout(out).columns).map(([name, cell]) => [
      name,
      ({ finding }: Entry) => cell(finding),
    ]),
  ),
})

const REPORTED = 16
const STATE = 10
const LEVEL = 8
const RULE = 20
const INDENT = '    '

const formatLine = (cells: readonly [string, string, string, string, string]): readonly [string, string, string] => {
  const [reported, state, level, rule, resource] = cells
  return [`${pad(reported, REPORTED)} `, pad(state, STATE), ` ${pad(level, LEVEL)} ${pad(rule, RULE)} ${resource}`]
}

const formatLevel = ({ finding: { status, severity } }: Entry): string => {
  if (status === 'UNKNOWN') return status
  return severity === 'INFORMATIONAL' ? 'INFO' : severity
}

const createTableRow = ({ columns: width, hasColour }: Output): ((entry: Entry) => string) => {
  const paint = createPainter(hasColour)
  return entry => {
    const { finding, state, writtenAt } = entry
    const reported = writtenAt.slice(0, REPORTED).replace('T', ' ')
    const [left, middle, right] = formatLine([
      reported,
      state,
      formatLevel(entry),
      finding.rule,
      toPlainText(finding.resource.id),
    ])
    const room = width - left.length - middle.length
    const first = `${left}${paint(middle, ...STATE_COLOURS[state])}${truncate(right, room)}`
    const more = [
      ...formatNames(finding, width - INDENT.length),
      ...[finding.message, describeFate(entry)].flatMap(text => wrap(toPlainText(text), width - INDENT.length)),
    ]
    return `${first.trimEnd()}\n${more.map(text => `${INDENT}${paint(text, 'dim')}\n`).join('')}`
  }
}

/** How rows of the ledger are written in a table, three lines or more each, and in CSV. */
export const createEntryLayout = (out: Output): Layout<Entry> => {
  const head = formatLine(['REPORTED (UTC)', 'STATE', 'LEVEL', 'RULE', 'RESOURCE']).join('')
  return {
    columns: buildColumns(out),
    table: { head: `${createPainter(out.hasColour)(truncate(head, out.columns), 'bold')}\n`, row: createTableRow(out) },
  }
}
