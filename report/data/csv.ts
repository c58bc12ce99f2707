import { COLUMNS } from '../../shared/report/chunk.ts'
import { formatCsvLine } from '../../shared/text/csv.ts'
import type { Item } from './item.ts'

/** The findings as CSV, in pieces for a Blob. */
export const renderCsv = (items: readonly Item[]): string[] => [
  formatCsvLine(COLUMNS),
  ...items.map(item => formatCsvLine(COLUMNS.map(column => item[column]))),
]
