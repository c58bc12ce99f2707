import { promisingOf } from '../../shared/engine/promising.ts'
import { placeOf, type Row } from '../../shared/ledger/row.ts'
import type { IndexPlace, SettleMessage } from '../../shared/ledger/sweep-message.ts'
import { comeAgain } from '../come-again.ts'
import { type Looked, lookAtRows } from './look-at-rows.ts'
import type { Where, Work } from './ports.ts'
import { endingsOf } from './tell-endings.ts'
import { gathering, MOST_GATHERED } from './tell-found.ts'
import { settleAndTell } from './tell-settled.ts'

const isIn = ({ accountId, region }: Where): ((row: Row) => boolean) => {
  return row => {
    const place = placeOf(row)
    return place.accountId === accountId && place.region === region
  }
}

/** What a page of rows comes to: written and told when there is much of it, and at the end. */
const bookOf = (where: Where, work: Work) => {
  const found = gathering(where, work)
  const endings = endingsOf(where, work)
  let open: Looked[] = []
  let telling = 0
  let isElsewhere = false
  const settle = async (): Promise<void> => {
    const looked = open
    open = []
    if (await settleAndTell(looked, { where, telling, work })) isElsewhere = true
    telling += 1
  }
  const addOne = async (one: Looked): Promise<void> => {
    const { turn, finding } = one
    if (finding?.workflow === 'SUPPRESSED') endings.add(finding)
    if (turn.kind === 'claim') return found.add([turn.finding])
    if (turn.kind === 'back') return found.add([turn.finding], 'back')
    if (turn.kind === 'promise') return found.promise(turn.finding, one.row)
    if (turn.kind !== 'leave') open.push(one)
  }
  return {
    add: async (looked: readonly Looked[]): Promise<void> => {
      for (const one of looked) await addOne(one)
      if (open.length >= MOST_GATHERED) await settle()
    },
    close: async (): Promise<void> => {
      await settle()
      await found.tell()
      await endings.tell()
      if (isElsewhere) comeAgain()
    },
  }
}

/**
 * Looks at the rows of a region while there is time: settles what is gone or fixed, tells again what is not exempt any
 * more, promises stops again as the policy says, announces exemptions that end, and hands the rest over to another message.
 * Throws what AWS throws.
 */
export const settleRegion = async (message: SettleMessage, work: Work): Promise<void> => {
  const { ports } = work
  const { accountId, region } = message
  const where = { accountId, region }
  const book = bookOf(where, work)
  const promising = promisingOf(ports.policy)
  let from: IndexPlace | undefined = message.from
  for (;;) {
    const page = await ports.ledger.rowsFrom({ accountId, from })
    const rows = page.rows.filter(isIn(where))
    if (rows.length > 0) await book.add(await lookAtRows(rows, { where, promising }, work))
    from = page.next
    if (from !== undefined && ports.isTimeLeft()) continue
    await book.close()
    if (from !== undefined) await ports.send({ ...message, from })
    return
  }
}
