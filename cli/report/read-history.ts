import { listItems } from '../../shared/aws/ledger/rows.ts'
import { historyCount } from '../../shared/report/history.ts'
import type { HistoryDay } from '../../shared/report/pages.ts'
import { askingEach } from '../aws/asking.ts'
import { accountOfLedger, findLedger, type Where } from '../aws/ledger-place.ts'
import { entryOf } from '../findings/entry.ts'

/** A quarter of a year is a trend; the ledger of a large account knows more than a chart can show. */
const MOST_DAYS = 92

/** The days of a ledger, oldest first. Throws UserError where it cannot be read. */
export const readHistory = async (where: Where, now: Date): Promise<readonly HistoryDay[]> => {
  const place = await findLedger(where)
  const accountId = await accountOfLedger(place)
  const count = historyCount(now)
  const pages = listItems(place.ledger, { accountId, since: new Date(0) })
  for await (const items of askingEach('dynamodb:Query', pages))
    for (const item of items) count.add(entryOf(item, now).history)
  return count.days(MOST_DAYS)
}
