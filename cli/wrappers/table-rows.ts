import { parseJson } from '../input/parse-json.ts'
import { parsePrestoText } from './presto-text.ts'
import { type Content, isJson, isText, type Json, type Wrapper } from './wrapper.ts'

// The fields of a record, as CloudTrail spells them; tables have them in lower case, some with underscores.
const FIELDS = [
  'eventVersion',
  'userIdentity',
  'eventTime',
  'eventSource',
  'eventName',
  'awsRegion',
  'sourceIPAddress',
  'userAgent',
  'errorCode',
  'errorMessage',
  'requestParameters',
  'responseElements',
  'requestID',
  'eventID',
  'resources',
  'eventType',
  'recipientAccountId',
  'sharedEventID',
  'eventCategory',
  'addendum',
]

const fold = (name: string): string => name.toLowerCase().replaceAll('_', '')
const SPELT: ReadonlyMap<string, string> = new Map(
  FIELDS.flatMap(field => [
    [field, field],
    [fold(field), field],
  ]),
)

// Below these, names are the requester's and EC2's own, and keep their case. Above, a table has only lower case.
const INNER: Readonly<Record<string, string>> = {
  accountid: 'accountId',
  principalid: 'principalId',
  username: 'userName',
  invokedby: 'invokedBy',
  arn: 'arn',
  originaleventid: 'originalEventID',
  originalrequestid: 'originalRequestID',
}
const RESOURCE: Readonly<Record<string, string>> = { arn: 'ARN', accountid: 'accountId', type: 'type' }

const rename = (value: unknown, names: Readonly<Record<string, string>>): unknown => {
  if (Array.isArray(value)) return value.map(element => rename(element, names))
  if (!isJson(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [names[key] ?? names[fold(key)] ?? key, inner]))
}

const FLAGS: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** A map of Lake has texts for values, and JSON in some of them. */
const parseMapValue = (value: unknown): unknown => {
  if (!isText(value)) return value
  const flag = FLAGS.get(value)
  return flag ?? (/^[[{]/.test(value) ? (parseJson(value)?.value ?? value) : value)
}

const parseMap = (value: unknown): unknown => {
  if (!isJson(value) || Array.isArray(value)) return value
  let parsed: Record<string, unknown> | undefined
  for (const [key, inner] of Object.entries(value)) {
    const known = parseMapValue(inner)
    if (known === inner) continue
    parsed ??= { ...value }
    parsed[key] = known
  }
  return parsed ?? value
}

const parseBracketed = (cell: unknown): unknown => {
  if (!isText(cell) || !/^[[{]/.test(cell)) return cell
  return parseJson(cell)?.value ?? parsePrestoText(cell) ?? cell
}

const PARSE: Readonly<Record<string, (cell: unknown) => unknown>> = {
  userIdentity: cell => rename(parseBracketed(cell), INNER),
  addendum: cell => rename(parseBracketed(cell), INNER),
  resources: cell => rename(parseBracketed(cell), RESOURCE),
  requestParameters: cell => parseMap(parseBracketed(cell)),
  responseElements: cell => parseMap(parseBracketed(cell)),
}

const NOTHING: ReadonlySet<unknown> = new Set(['', '-', 'null', null])

/** The record that a row is made of, its cells parsed. What cannot be parsed stays text, and is then not known. */
const toRecord = (row: Json): Json => {
  const record: Record<string, unknown> = {}
  for (const [column, cell] of Object.entries(row)) {
    const field = SPELT.get(column) ?? SPELT.get(fold(column))
    if (field === undefined || NOTHING.has(cell)) continue
    record[field] = PARSE[field]?.(cell) ?? cell
  }
  return record
}

const getWhole = (row: Json): unknown => row['eventjson'] ?? row['eventJson'] ?? row['EVENTJSON']

const findName = (row: Json): unknown => row['eventname'] ?? row['EVENTNAME'] ?? row['event_name'] ?? row['EVENT_NAME']

/** Whether an object of the record is there as text. */
const hasText = (row: Json): boolean =>
  [row['requestParameters'], row['responseElements'], row['userIdentity']].some(
    cell => isText(cell) && /^[[{]/.test(cell),
  )

/** A row of a table of CloudTrail records: of Athena, CloudTrail Lake and other warehouses. */
export const tableRows: Wrapper = {
  name: 'table rows',
  detect: row => isText(getWhole(row)) || isText(findName(row)) || (isText(row['eventName']) && hasText(row)),
  *unwrap(row): Iterable<Content> {
    const whole = getWhole(row)
    yield isText(whole) && whole !== '' ? { text: whole } : { record: toRecord(row) }
  },
}
