import { COLUMNS } from '../../shared/report/chunk.ts'
import type { Item } from './item.ts'

// A spreadsheet runs a cell that begins so (OWASP, CSV injection).
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The findings as CSV, in pieces for a Blob. */
export const csvOf = (items: readonly Item[]): string[] => [
  `${COLUMNS.join(',')}\n`,
  ...items.map(item => `${COLUMNS.map(column => cell(item[column])).join(',')}\n`),
]
