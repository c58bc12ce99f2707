/** How figures are written in the tables. */

import type { Spread } from './statistics.ts'

/** Three digits are all that such a measurement can promise. */
export function figure(value: number): string {
  if (Number.isNaN(value)) return '?'
  const size = Math.abs(value)
  if (size >= 100) return value.toFixed(0)
  if (size >= 10) return value.toFixed(1)
  return size >= 1 ? value.toFixed(2) : value.toFixed(3)
}

/** `min / **median** / max unit`. */
export const spreadText = ({ min, median, max }: Spread, unit: string): string =>
  `${figure(min)} / **${figure(median)}** / ${figure(max)}${unit === '' ? '' : ` ${unit}`}`

export const ratioText = ({ min, median, max }: Spread): string =>
  `**${figure(median)}x** (${figure(min)} to ${figure(max)})`

export const bytesText = (bytes: number): string => `${bytes.toLocaleString('en-US')} bytes`

/** A Markdown table whose columns are padded, so that it can be read without a renderer too. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map(row => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  return [line(head), `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n')
}
