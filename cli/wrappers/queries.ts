import { type Content, getList, getObject, isJson, isText, type Json, type Wrapper } from './wrapper.ts'

const isCell = (cell: unknown): boolean => {
  if (!isJson(cell) || Array.isArray(cell)) return false
  const values = Object.values(cell)
  return values.length === 1 && (isText(values[0]) || values[0] === null)
}

/** A row of CloudTrail Lake: an array of objects of one column each (CloudTrail API reference, GetQueryResults). */
export const lakeRows: Wrapper = {
  name: 'CloudTrail Lake results',
  detect: value => Array.isArray(value) && value.length > 0 && value.every(isCell),
  *unwrap(value): Iterable<Content> {
    // Without a prototype: a column may have any name.
    const row: Record<string, unknown> = Object.create(null)
    for (const cell of Array.isArray(value) ? value : []) if (isJson(cell)) Object.assign(row, cell)
    yield { value: row }
  },
}

const getCells = (row: unknown): readonly unknown[] =>
  ((isJson(row) && getList(row, 'Data')) || []).map(cell => (isJson(cell) ? cell['VarCharValue'] : undefined))

const getColumns = (set: Json): readonly unknown[] =>
  (getList(getObject(set, 'ResultSetMetadata') ?? {}, 'ColumnInfo') ?? []).map(info =>
    isJson(info) ? info['Name'] : undefined,
  )

/** What `aws athena get-query-results` prints: rows of cells, the first one often the names of the columns. */
export const athenaResults: Wrapper = {
  name: 'Athena results',
  detect: value => getList(getObject(value, 'ResultSet') ?? {}, 'Rows') !== undefined,
  *unwrap(value): Iterable<Content> {
    const set = getObject(value, 'ResultSet') ?? {}
    const rows = (getList(set, 'Rows') ?? []).map(getCells)
    const known = getColumns(set)
    const columns = known.length > 0 ? known : (rows[0] ?? [])
    const isHead = (row: readonly unknown[]): boolean => row.every((cell, at) => cell === columns[at])
    for (const row of rows.filter(each => !isHead(each)))
      yield { value: Object.fromEntries(columns.map((column, at) => [String(column), row[at]])) }
  },
}
