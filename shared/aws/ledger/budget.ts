import { ConditionalCheckFailedException, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { type Budget, type Purse, type Taken, type Token, take } from '../../ledger/budget.ts'
import { epochSeconds } from '../../ledger/row.ts'
import { type Item, itemOf, keyItem } from './items.ts'
import type { Ledger } from './ledger.ts'
import { repeatWrite } from './repeat-write.ts'

export type Request = {
  readonly accountId: string
  readonly budget: Budget
  /** What the stop is for; asked again under the same name it is the same stop. */
  readonly token: string
  readonly now: Date
}

const ATTEMPTS = 12

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

const tokensIn = (item: Item | undefined): readonly Token[] =>
  (item?.['stops']?.L ?? []).flatMap(({ M }) => {
    const [id, at] = [M?.['id']?.S, M?.['at']?.N]
    return id === undefined || at === undefined ? [] : [{ id, at: Number(at) }]
  })

/** Writes the budget as it is after a stop was taken, if nobody wrote it in the meantime. */
const write = async (
  { client, table }: Ledger,
  { accountId, version, tokens }: { accountId: string; version: number; tokens: readonly Token[] },
): Promise<boolean> => {
  const stops = tokens.map(({ id, at }) => ({ M: itemOf({ id, at }) }))
  try {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: keyItem(budgetKey(accountId)),
      UpdateExpression: 'SET #stops = :stops, #version = :next',
      ConditionExpression: version === 0 ? 'attribute_not_exists(#version)' : '#version = :version',
      ExpressionAttributeNames: { '#stops': 'stops', '#version': 'version' },
      ExpressionAttributeValues: {
        ':stops': { L: stops },
        ...itemOf({ ':next': version + 1, ...(version > 0 && { ':version': version }) }),
      },
    })
    await repeatWrite(() => client.send(command))
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return false
  }
}

const budgetKey = (accountId: string) => ({ pk: `${accountId}#budget`, sk: 'stops' })

const takenOf = ({ taken, until }: Purse): Taken =>
  taken ? { taken } : { taken, ...(until !== undefined && { until }) }

/**
 * Takes one stop from the budget of an account, exactly: two who take at once do not both get the last one. Whoever dies
 * with it has spent it. Throws what DynamoDB throws, and where too many take at the same moment.
 */
export const takeStop = async (ledger: Ledger, { accountId, budget, token, now }: Request): Promise<Taken> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { Item } = await ledger.client.send(
      new GetItemCommand({ TableName: ledger.table, Key: keyItem(budgetKey(accountId)), ConsistentRead: true }),
    )
    const tokens = tokensIn(Item)
    // Our own write, the answer to which was lost.
    if (attempt > 1 && tokens.some(({ id, at }) => id === token && at === epochSeconds(now))) return { taken: true }
    const purse = take(tokens, { id: token, budget, now })
    if (!purse.taken) return takenOf(purse)
    const version = Number(Item?.['version']?.N ?? 0)
    if (await write(ledger, { accountId, version, tokens: purse.tokens })) return { taken: true }
    await pause(Math.random() * 20 * attempt)
  }
  throw new Error(`the stop budget of ${accountId} is written by too many at once; it will be tried again`)
}
