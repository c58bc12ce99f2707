import { type AttributeValue, ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { DEAF, type Heard, type Hearing, hearingKey, WAYS, type Way } from '../../ledger/heard.ts'
import { type Change, type Item, itemOf, keyItem, updateOf } from './items.ts'
import type { Ledger } from './ledger.ts'
import type { Transactions } from './write-entries.ts'

type AccountRegion = { readonly accountId: string; readonly region: string }

/**
 * Writes when a region was last heard, unless something later is written. As a transaction of one: the only write for which
 * Evaluate needs no SDK. Throws what DynamoDB throws.
 */
export const writeHeard = async ({ table, transact }: Transactions, { way, at, ...where }: Heard): Promise<void> => {
  const update = updateOf(table, {
    key: hearingKey(where),
    set: { [way]: at },
    condition: { expression: `attribute_not_exists(#${way}) OR #${way} < :at`, values: { ':at': at } },
  })
  // Where it was refused, another wrote the same or more.
  await transact({ TransactItems: [{ Update: update }] })
}

const textsIn = (item: Item, nameOf: (way: Way) => string): Readonly<Partial<Record<Way, string>>> =>
  Object.fromEntries(
    WAYS.flatMap(way => {
      const text = item[nameOf(way)]?.S
      return text === undefined ? [] : [[way, text] as const]
    }),
  )

const hearingOf = (item: Record<string, AttributeValue>, now: Date): Hearing => ({
  heard: textsIn(item, way => way),
  since: item['since']?.S ?? now.toISOString(),
  deaf: textsIn(item, way => DEAF[way]),
})

/**
 * Reads how a region is heard. What is not heard counts from the first reading on; with `restart` from now on. Throws what
 * DynamoDB throws.
 */
export const readHearing = async (
  { client, table }: Ledger,
  { now, restart, ...where }: AccountRegion & { readonly now: Date; readonly restart: boolean },
): Promise<Hearing> => {
  const { Attributes = {} } = await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: keyItem(hearingKey(where)),
      UpdateExpression: restart ? 'SET #since = :now' : 'SET #since = if_not_exists(#since, :now)',
      ExpressionAttributeNames: { '#since': 'since' },
      ExpressionAttributeValues: itemOf({ ':now': now.toISOString() }),
      ReturnValues: 'ALL_NEW',
    }),
  )
  return hearingOf(Attributes, now)
}

const written = async ({ client, table }: Ledger, change: Change): Promise<boolean> => {
  try {
    await client.send(new UpdateItemCommand(updateOf(table, change)))
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return false
  }
}

/** Writes that a way is deaf, by the launch that was not heard: true once, until it is heard again. */
export const markDeaf = (
  ledger: Ledger,
  { way, launchedAt, ...where }: AccountRegion & { readonly way: Way; readonly launchedAt: string },
): Promise<boolean> =>
  written(ledger, {
    key: hearingKey(where),
    set: { [DEAF[way]]: launchedAt },
    condition: { expression: `attribute_not_exists(#${DEAF[way]})`, values: {} },
  })

/** Writes that a way is heard again: true once. */
export const endDeafness = (
  ledger: Ledger,
  { way, since, now, ...where }: AccountRegion & { readonly way: Way; readonly since: string; readonly now: Date },
): Promise<boolean> =>
  written(ledger, {
    key: hearingKey(where),
    set: { hearsAgain: now.toISOString() },
    remove: [DEAF[way]],
    condition: { expression: `#${DEAF[way]} = :since`, values: { ':since': since } },
  })
