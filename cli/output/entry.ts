import { type Item, readRow } from '../../shared/aws/ledger/items.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { UserError } from '../../shared/errors.ts'
import { isOverdue } from '../../shared/ledger/overdue.ts'
import type { Row } from '../../shared/ledger/row.ts'
import { addActionCode } from '../../shared/reasons/earlier-words.ts'

/** A row of the ledger for output: the finding, and what became of it. The keys are those of docs/ledger.md. */
export type Entry = Pick<
  Row,
  'state' | 'writtenAt' | 'alertedAt' | 'untold' | 'stopAt' | 'stopRequestedAt' | 'history'
> & {
  /** Nothing came of its stop, and nothing will by itself. */
  readonly overdue?: true
  readonly finding: Finding
}

const TEXTS: readonly (readonly string[])[] = [
  ...['rule', 'status', 'severity', 'workflow', 'message', 'remediation'].map(key => [key]),
  ...['id', 'type', 'arn', 'accountId', 'region'].map(key => ['resource', key]),
  ...['decision', 'reason'].map(key => ['action', key]),
  ...['id', 'name', 'time'].map(key => ['event', key]),
]

const readAt = (value: unknown, [key, ...rest]: readonly string[]): unknown => {
  if (key === undefined) return value
  return typeof value === 'object' && value !== null ? readAt(Reflect.get(value, key), rest) : undefined
}

const isFinding = (value: unknown): value is Finding =>
  TEXTS.every(path => typeof readAt(value, path) === 'string') &&
  ['facts', 'actor'].every(key => typeof readAt(value, [key]) === 'object') &&
  Array.isArray(readAt(value, ['reasons']))

const parseFinding = ({ finding }: Row): Finding | undefined => {
  try {
    const value: unknown = JSON.parse(finding)
    return isFinding(value) ? addActionCode(value) : undefined
  } catch {
    return undefined
  }
}

const readRowIn = (item: Item): Row | undefined => {
  try {
    return readRow(item)
  } catch {
    return undefined
  }
}

/** Reads a row, as of now. Throws UserError if it is damaged, which virtguard itself never does. */
export const readEntry = (item: Item, now: Date): Entry => {
  const row = readRowIn(item)
  const finding = row && parseFinding(row)
  if (row === undefined || finding === undefined)
    throw new UserError(
      `the row ${item['pk']?.S} ${item['sk']?.S} is damaged; see who else writes to the table, and delete the row`,
    )
  const { state, writtenAt, alertedAt, untold: pending, stopAt, stopRequestedAt, history } = row
  return {
    state,
    writtenAt,
    ...(alertedAt !== undefined && { alertedAt }),
    ...(pending !== undefined && { untold: pending }),
    ...(stopAt !== undefined && { stopAt }),
    ...(stopRequestedAt !== undefined && { stopRequestedAt }),
    ...(isOverdue(row, now) && { overdue: true }),
    history,
    finding,
  }
}
