import { listItems } from '../../shared/aws/ledger/rows.ts'
import { createHistoryCount } from '../../shared/report/history.ts'
import type { HistoryDay } from '../../shared/report/pages.ts'
import { askEach } from '../aws/asking.ts'
import { findLedger, type LedgerLocation, readLedgerAccount } from '../aws/locate-ledger.ts'
import { readEntry } from '../output/entry.ts'

/** A quarter of a year is a trend; the ledger of a large account knows more than a chart can show. */
const MOST_DAYS = 92

/** The days of a ledger, oldest first. Throws UserError if it cannot be read. */
export const readHistory = async (where: LedgerLocation, now: Date): Promise<readonly HistoryDay[]> => {
  const place = await findLedger(where)
  const accountId = await readLedgerAccount(place)
  const count = createHistoryCount(now)
  const pages = listItems(place.ledger, { accountId, since: new Date(0) })
  for await (const items of askEach('dynamodb:Query', pages))
    for (const item of items) count.add(readEntry(item, now).history)
  return count.days(MOST_DAYS)
}
