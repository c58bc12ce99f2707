import { COLUMNS } from '../../shared/report/chunk.ts'
import { csvLine } from '../../shared/text/csv.ts'
import type { Item } from './item.ts'

/** The findings as CSV, in pieces for a Blob. */
export const csvOf = (items: readonly Item[]): string[] => [
  csvLine(COLUMNS),
  ...items.map(item => csvLine(COLUMNS.map(column => item[column]))),
]
