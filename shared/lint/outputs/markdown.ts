import { SEVERITIES } from '../../rules/rule.ts'
import { toPlainText } from '../../text/untrusted.ts'
import type { LintFinding } from '../model/lint-finding.ts'
import { describePlace, isReported, type RenderFindings } from './output.ts'

// A comment of GitHub takes 65,536 characters.
const MOST_CHARACTERS = 60_000

/** Names are written by strangers: no mention, no link, no HTML and no cell of a table comes of them. */
const escapeMarkdown = (text: string): string =>
  toPlainText(text).replace(
    /[&<>|`*_~[\]()#@!$\\]|(?<=\w):(?=\/\/)|\bwww(?=\.)/g,
    sign => `&#${sign.charCodeAt(0)};${sign.slice(1)}`,
  )

const renderRow = (finding: LintFinding): string => {
  const level = finding.status === 'FAILED' ? finding.severity : finding.status
  return `| ${[level, finding.rule, describePlace(finding), finding.message].map(escapeMarkdown).join(' | ')} |\n`
}

const HEAD = '| Level | Rule | Place | Why |\n|---|---|---|---|\n'

type Cut = { readonly text: string; readonly left: number }

/** As many rows as there is room for. */
const cutRows = (rows: readonly string[], room: number): Cut => {
  let text = ''
  for (const [index, row] of rows.entries()) {
    if (text.length + row.length > room) return { text, left: rows.length - index }
    text += row
  }
  return { text, left: 0 }
}

const renderTable = (rows: readonly string[], room: number): string => {
  const { text, left } = cutRows(rows, room)
  return `${HEAD}${text}${left > 0 ? `\n${left} more are in the log.\n` : ''}`
}

const countWords = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

const byWeight = (one: LintFinding, other: LintFinding): number =>
  SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity)

/** A comment on a pull request. What is UNKNOWN is folded. */
export const renderMarkdown: RenderFindings = findings => {
  const reported = findings.filter(isReported)
  const misfits = reported.filter(({ status }) => status === 'FAILED').toSorted(byWeight)
  const unknown = reported.filter(({ status }) => status === 'UNKNOWN')
  if (reported.length === 0) return '### virtguard lint: nothing found\n'
  const title = `### virtguard lint: ${countWords(misfits.length, 'finding')}, ${unknown.length} unknown\n`
  const table = misfits.length === 0 ? '' : `\n${renderTable(misfits.map(renderRow), MOST_CHARACTERS / 2)}`
  const room = MOST_CHARACTERS - title.length - table.length
  const folded = `\n<details><summary>${unknown.length} unknown: no pass, and each says how to learn it</summary>\n\n${renderTable(unknown.map(renderRow), room - 500)}\n</details>\n`
  return `${title}${table}${unknown.length === 0 ? '' : folded}`
}
