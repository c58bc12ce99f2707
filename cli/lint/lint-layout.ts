import type { LintFinding } from '../../shared/lint/model/lint-finding.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { createPainter } from '../output/colour.ts'
import {
  COLOURS,
  EXEMPTION_COLUMNS,
  FACT_COLUMNS,
  formatLevel,
  formatReason,
  VERDICT_COLUMNS,
} from '../output/finding-layout.ts'
import type { Output } from '../output/io.ts'
import { pad, truncate, wrap } from '../output/width.ts'
import type { Layout } from '../output/writer.ts'

const columns: Layout<LintFinding>['columns'] = {
  ...VERDICT_COLUMNS,
  file: ({ place }) => place.file,
  line: ({ place }) => place.line,
  address: ({ place }) => place.address,
  construct: ({ place }) => place.construct,
  resourceType: ({ resource }) => resource.type,
  accountId: ({ resource }) => resource.accountId,
  region: ({ resource }) => resource.region,
  ...FACT_COLUMNS,
  ...EXEMPTION_COLUMNS,
}

const LEVEL = 8
const RULE = 20

const formatFile = ({ file, line }: LintFinding['place']): string =>
  line === undefined ? toPlainText(file) : `${toPlainText(file)}:${line}`

/** A finding in two lines or more: level, rule and address; then the file and why. */
const createTableRow = ({ columns: width, hasColour }: Output): ((finding: LintFinding) => string) => {
  const paint = createPainter(hasColour)
  const indent = ' '.repeat(LEVEL + 1)
  return finding => {
    const level = formatLevel(finding)
    const first = truncate(`${pad(finding.rule, RULE)} ${toPlainText(finding.place.address)}`, width - indent.length)
    const why = wrap(`${formatFile(finding.place)}: ${toPlainText(formatReason(finding))}`, width - indent.length)
    return `${paint(pad(level, LEVEL), ...(COLOURS[level] ?? []))} ${first}\n${why.map(line => `${indent}${paint(line, 'dim')}\n`).join('')}`
  }
}

const renderHead = ({ columns: width, hasColour }: Output): string =>
  `${createPainter(hasColour)(truncate(`${pad('LEVEL', LEVEL)} ${pad('RULE', RULE)} ADDRESS`, width), 'bold')}\n`

/** How the findings of lint are written in a table and in CSV. */
export const createLintLayout = (out: Output): Layout<LintFinding> => ({
  columns,
  table: { head: renderHead(out), row: createTableRow(out) },
})
