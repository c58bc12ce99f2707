import { isOwned } from '../../shared/ledger/owned.ts'
import {
  CHOSEN_BY_HAND,
  isAlertPending,
  mayBePromised,
  OVER_BUDGET,
  PROMISES_NOTHING,
  type Promising,
  STARTED_LATE,
} from '../../shared/ledger/promising.ts'
import { isOurs } from '../../shared/ledger/resolve-open.ts'
import type { Row } from '../../shared/ledger/row.ts'
import type { PromiseMessage } from '../../shared/ledger/sweep-message.ts'
import { requestRedelivery } from '../runtime/request-redelivery.ts'
import { createCollector } from './alert-found.ts'
import { type InspectedRow, inspectRows } from './inspect-rows.ts'
import type { Work } from './ports.ts'

/** The longest that SQS delays a message (Amazon SQS developer guide, delay queues). */
const MOST_DELAY_SECONDS = 900

const countSecondsTo = ({ notBefore }: PromiseMessage, now: Date): number =>
  notBefore === undefined ? 0 : Math.ceil((Date.parse(notBefore) - now.getTime()) / 1000)

const createPromising = ({ only }: PromiseMessage, { ports }: Work): Promising => {
  if (only === undefined) return CHOSEN_BY_HAND
  if (only === 'late-start') return { refused: STARTED_LATE }
  // The policy may have changed since.
  return ports.policy.stop.budget.whenSpent === 'wait' ? { refused: OVER_BUDGET } : PROMISES_NOTHING
}

type LogLeft = (row: Row, code: string, why?: string) => void

const promiseInspected = async (
  inspected: readonly InspectedRow[],
  found: ReturnType<typeof createCollector>,
  logLeft: LogLeft,
): Promise<void> => {
  for (const { row, action, finding } of inspected)
    if (action.kind === 'promise' || action.kind === 'back') await found.promise(action.finding, row)
    else if (action.kind !== 'wait') logLeft(row, finding?.action.code ?? row.state, finding?.action.reason)
  await found.alert()
}

/**
 * Promises stops for findings that were alerted and left running, if nothing speaks against it now. Each is alerted
 * with its new time first. Findings that are left are logged with the reason. Throws what AWS throws. You may call it
 * again.
 */
export const promiseChosen = async (message: PromiseMessage, work: Work): Promise<void> => {
  const { delivery, ports } = work
  const { accountId, region } = message
  const where = { accountId, region }
  const seconds = countSecondsTo(message, ports.now())
  if (seconds > 0) return ports.send(message, Math.min(seconds, MOST_DELAY_SECONDS))
  if (accountId !== ports.accountId || !ports.canStop(region))
    return ports.log('warn', 'no stop is scheduled: the stack has no function that stops instances there', where)
  const promising = createPromising(message, work)
  const rows = await ports.ledger.rowsAt(message.findings.map(finding => ({ ...where, ...finding })))
  const isChosen = (row: Row): boolean => mayBePromised(row, promising) || isOurs(row, delivery.claimant)
  const logLeft: LogLeft = (row, code, why) =>
    ports.log('info', 'no stop scheduled', { ...where, pk: row.pk, rule: row.sk, code, why })
  for (const row of rows.filter(each => !isChosen(each))) logLeft(row, isOwned(row) ? 'OWNED' : row.state)
  const inspected = await inspectRows(rows.filter(isChosen), { where, promising }, work)
  await promiseInspected(inspected, createCollector(where, work), logLeft)
  // Nobody repeats a request that virtguard itself made.
  const isTooEarly = message.only !== undefined && rows.some(row => isAlertPending(row, promising))
  if (isTooEarly || inspected.some(({ action }) => action.kind === 'wait')) requestRedelivery()
}
