import { csvLine } from '../../shared/text/csv.ts'
import { escapeJson } from '../../shared/text/untrusted.ts'
import type { Format } from './formats.ts'

type Cell = string | number | boolean | undefined

/** How one kind of thing looks as a row of a CSV file and of a table; `head` stands above the first row of a table. */
export type Layout<T> = {
  readonly columns: Readonly<Record<string, (value: T) => Cell>>
  readonly table: { readonly head: string; readonly row: (value: T) => string }
}

/** Turns things into text, one after another, so that any number of them takes no memory. */
export type Writer<T> = {
  readonly begin: string
  readonly row: (value: T) => string
  readonly end: () => string
}

/** A value as one line of JSON, without a character that is not seen as itself. */
export const jsonLine = (value: unknown): string => `${escapeJson(JSON.stringify(value))}\n`

const jsonWriter = <T>(): Writer<T> => {
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

const csvWriter = <T>(columns: Layout<T>['columns']): Writer<T> => ({
  begin: csvLine(Object.keys(columns)),
  row: value => csvLine(Object.values(columns).map(cell => String(cell(value) ?? ''))),
  end: () => '',
})

const tableWriter = <T>({ head, row }: Layout<T>['table']): Writer<T> => {
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

export const writer = <T>(format: Format, layout: Layout<T>): Writer<T> => {
  switch (format) {
    case 'ndjson':
      return { begin: '', row: jsonLine, end: () => '' }
    case 'json':
      return jsonWriter()
    case 'csv':
      return csvWriter(layout.columns)
    case 'table':
      return tableWriter(layout.table)
    default:
      return format satisfies never
  }
}
