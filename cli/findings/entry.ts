import { type Item, rowOfItem } from '../../shared/aws/ledger/items.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { UserError } from '../../shared/errors.ts'
import { isOverdue } from '../../shared/ledger/overdue.ts'
import type { Row } from '../../shared/ledger/row.ts'
import { withActionCode } from '../../shared/reasons/earlier-words.ts'

/** A row of the ledger as it is shown: the finding, and what became of it. The keys are those of docs/ledger.md. */
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

const at = (value: unknown, [key, ...rest]: readonly string[]): unknown => {
  if (key === undefined) return value
  return typeof value === 'object' && value !== null ? at(Reflect.get(value, key), rest) : undefined
}

const isFinding = (value: unknown): value is Finding =>
  TEXTS.every(path => typeof at(value, path) === 'string') &&
  ['facts', 'actor'].every(key => typeof at(value, [key]) === 'object') &&
  Array.isArray(at(value, ['reasons']))

const findingOf = ({ finding }: Row): Finding | undefined => {
  try {
    const value: unknown = JSON.parse(finding)
    return isFinding(value) ? withActionCode(value) : undefined
  } catch {
    return undefined
  }
}

const rowIn = (item: Item): Row | undefined => {
  try {
    return rowOfItem(item)
  } catch {
    return undefined
  }
}

/** Reads a row, as of now. Throws UserError where it is damaged, as only something other than virtguard leaves it. */
export const entryOf = (item: Item, now: Date): Entry => {
  const row = rowIn(item)
  const finding = row && findingOf(row)
  if (row === undefined || finding === undefined)
    throw new UserError(
      `the row ${item['pk']?.S} ${item['sk']?.S} is damaged; see who else writes to the table, and delete the row`,
    )
  const { state, writtenAt, alertedAt, untold, stopAt, stopRequestedAt, history } = row
  return {
    state,
    writtenAt,
    ...(alertedAt !== undefined && { alertedAt }),
    ...(untold !== undefined && { untold }),
    ...(stopAt !== undefined && { stopAt }),
    ...(stopRequestedAt !== undefined && { stopRequestedAt }),
    ...(isOverdue(row, now) && { overdue: true }),
    history,
    finding,
  }
}
