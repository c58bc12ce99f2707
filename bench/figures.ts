/** How figures are written in the tables. */

import type { Spread } from './statistics.ts'

/** Such a measurement is precise to three digits at most. */
export function formatFigure(value: number): string {
  if (Number.isNaN(value)) return '?'
  const size = Math.abs(value)
  if (size >= 100) return value.toFixed(0)
  if (size >= 10) return value.toFixed(1)
  return size >= 1 ? value.toFixed(2) : value.toFixed(3)
}

/** `min / **median** / max unit`. */
export const formatSpread = ({ min, median, max }: Spread, unit: string): string =>
  `${formatFigure(min)} / **${formatFigure(median)}** / ${formatFigure(max)}${unit === '' ? '' : ` ${unit}`}`

export const formatRatio = ({ min, median, max }: Spread): string =>
  `**${formatFigure(median)}x** (${formatFigure(min)} to ${formatFigure(max)})`

export const formatBytes = (bytes: number): string => `${bytes.toLocaleString('en-US')} bytes`

/** A Markdown table whose columns are padded, so that it can be read without a renderer too. */
export function renderMarkdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map(row => row[column]?.length ?? 0)))
  const formatLine = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  return [formatLine(head), `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(formatLine)].join(
    '\n',
  )
}
