import { toPlainText } from './untrusted.ts'

// Spreadsheets run a cell that begins so (OWASP, CSV injection). Some pass over spaces and what is not seen before it, and
// take full-width and small forms for the same characters.
const SKIPPED = /^[\s\p{C}]+/u
const BEGINS_A_FORMULA = /^[=+\-@]/

const isFormula = (text: string): boolean =>
  BEGINS_A_FORMULA.test(text.replace(SKIPPED, '').slice(0, 1).normalize('NFKC'))

const formatCell = (text: string): string => {
  const shown = toPlainText(text)
  // A tab or carriage return at the start is run as well; by now it is a replacement character.
  const safe = isFormula(text) || /^[\t\r\n]/.test(text) ? `'${shown}` : shown
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Texts as one line of a CSV file (RFC 4180), each on one line, none of which a spreadsheet runs as a formula. */
export const formatCsvLine = (cells: readonly string[]): string => `${cells.map(formatCell).join(',')}\n`
