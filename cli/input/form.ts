// What an input is, by its beginning: JSON in any arrangement, a CSV file with a header, or the lines of `aws logs tail`.

/** `separator` is what stands between the columns of a CSV file. */
export type Form =
  | { readonly kind: 'json' }
  | { readonly kind: 'lines' }
  | { readonly kind: 'csv'; readonly separator: string }

/** So much is looked at, if there is no end of a line before. */
export const LONGEST_HEADER = 64 * 1024

const ESCAPE = String.fromCharCode(27)
const COLOURS = new RegExp(`${ESCAPE}\\[[\\d;]*m`, 'g')

/** Without the colours of a terminal, which `aws logs tail --color on` writes. JSON has none: it escapes such letters. */
export const stripColours = (text: string): string => (text.includes(ESCAPE) ? text.replace(COLOURS, '') : text)

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*\s/

// One of these columns holds a record, or the name of its call.
const COLUMNS = new Set([
  '@message',
  'message',
  '_raw',
  'event.original',
  'cloudtrailevent',
  'eventjson',
  'raw_data',
  'eventname',
  'event_name',
])

const SEPARATORS = [',', '\t', ';']

const listColumns = (header: string, separator: string): readonly string[] =>
  header.split(separator).map(column => column.trim().replace(/^"|"$/g, '').toLowerCase())

/** Whether the cells of a column are records, or the names of their calls. */
export const hasRecordColumn = (name: string): boolean => COLUMNS.has(name.toLowerCase())

/** The form of an input. Undefined if its beginning shows none. */
export const recogniseForm = (start: Buffer): Form | undefined => {
  const text = stripColours(start.toString('utf8', 0, LONGEST_HEADER))
    .replace(/^\ufeff/, '')
    .trimStart()
  if (text.startsWith('{') || text.startsWith('[')) return { kind: 'json' }
  if (TIMESTAMP.test(text)) return { kind: 'lines' }
  const [header = ''] = text.split('\n', 1)
  const separator = SEPARATORS.find(each => listColumns(header, each).some(column => COLUMNS.has(column)))
  return separator === undefined ? undefined : { kind: 'csv', separator }
}

const LINE = /\S.*\n/s

/** Whether so much has come that the form can be recognised. */
export const isEnough = (start: Buffer): boolean =>
  start.length >= LONGEST_HEADER || recogniseForm(start)?.kind === 'json' || LINE.test(start.toString('utf8'))
