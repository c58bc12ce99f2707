import type { Item } from '../../shared/aws/ledger/items.ts'
import { toItem } from '../../shared/aws/ledger/items.ts'
import type { Ledger } from '../../shared/aws/ledger/ledger.ts'
import { listItems, queryPages } from '../../shared/aws/ledger/rows.ts'
import { UserError } from '../../shared/errors.ts'
import { placeOf } from '../../shared/ledger/row.ts'
import { askEach } from '../aws/asking.ts'
import { readEntry } from '../output/entry.ts'
import type { Format } from '../output/formats.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { createWriter } from '../output/writer.ts'
import { describeDetail } from './detail.ts'
import { createEntryLayout } from './entry-layout.ts'

export type Asked = { readonly accountId: string; readonly resourceId: string }

const gather = async (pages: AsyncIterable<readonly Item[]>): Promise<readonly Item[]> => {
  const all: Item[] = []
  for await (const items of pages) all.push(...items)
  return all
}

/** The rows of a resource, in the region of the ledger; else, at more cost, in any. */
const queryItems = async (ledger: Ledger, { accountId, resourceId }: Asked): Promise<readonly Item[]> => {
  const region = await ledger.client.config.region()
  const here = queryPages(ledger, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: toItem({ ':pk': `${accountId}#${region}#${resourceId}` }),
    ConsistentRead: true,
  })
  const found = await gather(here)
  if (found.length > 0) return found
  const all = await gather(listItems(ledger, { accountId, since: new Date(0) }))
  return all.filter(item => placeOf({ pk: item['pk']?.S ?? '', sk: '' }).resourceId === resourceId)
}

async function* readOnce(ledger: Ledger, asked: Asked): AsyncGenerator<readonly Item[]> {
  yield await queryItems(ledger, asked)
}

/** Writes what the ledger knows of one resource, with its history. Returns 1 if it knows nothing. */
export const showFindings = async (
  io: Io,
  { ledger, format }: { readonly ledger: Ledger; readonly format: Format },
  asked: Asked,
): Promise<number> => {
  const items = await gather(askEach('dynamodb:Query', readOnce(ledger, asked)))
  if (items.length === 0) {
    printLine(io.err, `the ledger has no finding of ${asked.resourceId} in account ${asked.accountId}`)
    return 1
  }
  const entries = items.map(item => readEntry(item, io.now()))
  if (format === 'table') io.out.write(describeDetail(entries, io.out))
  else {
    const rows = createWriter(format, createEntryLayout(io.out))
    io.out.write(rows.begin + entries.map(rows.row).join('') + rows.end())
  }
  return 0
}

/**
 * The id of a resource from the user's input, which may be a finding's id from an alert. Throws UserError for others.
 */
export const parseResource = (text: string): { readonly resourceId: string; readonly accountId?: string } => {
  const [resourceId = '', ...more] = text.split('/').toReversed()
  const [, accountId] = more
  if (!/^[\w-]{3,64}$/.test(resourceId) || ![0, 3].includes(more.length))
    throw new UserError(`${text}: give the id of an instance or image, like i-0123456789abcdef0, or that of a finding`)
  return { resourceId, ...(accountId !== undefined && { accountId }) }
}
