import { formatCsvLine } from '../../shared/text/csv.ts'
import { escapeJson } from '../../shared/text/untrusted.ts'
import type { Format } from './formats.ts'

type Cell = string | number | boolean | undefined

/** The form of one kind of item as a row of a CSV file and of a table. `head` stands above the first row of a table. */
export type Layout<T> = {
  readonly columns: Readonly<Record<string, (value: T) => Cell>>
  readonly table: { readonly head: string; readonly row: (value: T) => string }
}

/** Turns items into text, one after another, so that any number of them takes no memory. */
export type Writer<T> = {
  readonly begin: string
  readonly row: (value: T) => string
  readonly end: () => string
}

/** A value as one line of JSON, without a character that is not seen as itself. */
export const formatJsonLine = (value: unknown): string => `${escapeJson(JSON.stringify(value))}\n`

const createJsonWriter = <T>(): Writer<T> => {
  let isFirst = true
  return {
    begin: '[',
    row: value => {
      const separator = isFirst ? '\n' : ',\n'
      isFirst = false
      return separator + escapeJson(JSON.stringify(value))
    },
    end: () => (isFirst ? ']\n' : '\n]\n'),
  }
}

const createCsvWriter = <T>(columns: Layout<T>['columns']): Writer<T> => ({
  begin: formatCsvLine(Object.keys(columns)),
  row: value => formatCsvLine(Object.values(columns).map(cell => String(cell(value) ?? ''))),
  end: () => '',
})

const createTableWriter = <T>({ head, row }: Layout<T>['table']): Writer<T> => {
  let isFirst = true
  return {
    begin: '',
    row: value => {
      const above = isFirst ? head : ''
      isFirst = false
      return above + row(value)
    },
    end: () => '',
  }
}

export const createWriter = <T>(format: Format, layout: Layout<T>): Writer<T> => {
  switch (format) {
    case 'ndjson':
      return { begin: '', row: formatJsonLine, end: () => '' }
    case 'json':
      return createJsonWriter()
    case 'csv':
      return createCsvWriter(layout.columns)
    case 'table':
      return createTableWriter(layout.table)
    default:
      return format satisfies never
  }
}
