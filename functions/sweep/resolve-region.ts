import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { buildPromising } from '../../shared/ledger/promising.ts'
import { placeOf, type Row } from '../../shared/ledger/row.ts'
import type { IndexKey, ResolveMessage } from '../../shared/ledger/sweep-message.ts'
import { requestRedelivery } from '../runtime/request-redelivery.ts'
import { createExpiryCollector } from './alert-expiring-exemptions.ts'
import { createCollector, MOST_GATHERED } from './alert-found.ts'
import { resolveAndAlert } from './alert-resolved.ts'
import { type InspectedRow, inspectRows } from './inspect-rows.ts'
import type { Work } from './ports.ts'

const isIn = ({ accountId, region }: AccountRegion): ((row: Row) => boolean) => {
  return row => {
    const place = placeOf(row)
    return place.accountId === accountId && place.region === region
  }
}

/** The results of a page of rows. They are written and alerted when there are many, and at the end. */
const createBook = (where: AccountRegion, work: Work) => {
  const found = createCollector(where, work)
  const outcomes = createExpiryCollector(where, work)
  let open: InspectedRow[] = []
  let owner = 0
  let isElsewhere = false
  const settle = async (): Promise<void> => {
    const inspected = open
    open = []
    if (await resolveAndAlert(inspected, { where, owner, work })) isElsewhere = true
    owner += 1
  }
  const addOne = async (one: InspectedRow): Promise<void> => {
    const { action, finding } = one
    if (finding?.workflow === 'SUPPRESSED') outcomes.add(finding)
    if (action.kind === 'claim') return found.add([action.finding])
    if (action.kind === 'back') return found.add([action.finding], 'back')
    if (action.kind === 'promise') return found.promise(action.finding, one.row)
    if (action.kind !== 'leave') open.push(one)
  }
  return {
    add: async (inspected: readonly InspectedRow[]): Promise<void> => {
      for (const one of inspected) await addOne(one)
      if (open.length >= MOST_GATHERED) await settle()
    },
    close: async (): Promise<void> => {
      await settle()
      await found.alert()
      await outcomes.alert()
      if (isElsewhere) requestRedelivery()
    },
  }
}

/**
 * Inspects the rows of a region while there is time. Resolves what is deleted or fixed, alerts again what is not exempt
 * any more, promises stops again as the policy says, announces exemptions that end, and hands the rest over to another
 * message. Throws what AWS throws.
 */
export const resolveRegion = async (message: ResolveMessage, work: Work): Promise<void> => {
  const { ports } = work
  const { accountId, region } = message
  const where = { accountId, region }
  const book = createBook(where, work)
  const promising = buildPromising(ports.policy)
  let from: IndexKey | undefined = message.from
  for (;;) {
    const page = await ports.ledger.rowsFrom({ accountId, from })
    const rows = page.rows.filter(isIn(where))
    if (rows.length > 0) await book.add(await inspectRows(rows, { where, promising }, work))
    from = page.next
    if (from !== undefined && ports.isTimeLeft()) continue
    await book.close()
    if (from !== undefined) await ports.send({ ...message, from })
    return
  }
}
