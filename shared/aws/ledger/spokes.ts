import { QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { buildSpokeKey, type RoleTry, SPOKES, type Spoke } from '../../ledger/spokes.ts'
import { type Item, toItem, toKeyItem } from './items.ts'
import type { Ledger } from './ledger.ts'
import { repeatWrite } from './repeat-write.ts'

const readSpoke = (item: Item): Spoke => {
  const [triedAt, assumedAt] = [item['triedAt']?.S, item['assumedAt']?.S]
  return {
    accountId: item['sk']?.S ?? '',
    ...(triedAt !== undefined && { triedAt }),
    ...(assumedAt !== undefined && { assumedAt }),
  }
}

/** The accounts from which an event has come. Throws what DynamoDB throws. */
export const listSpokes = async ({ client, table }: Ledger): Promise<readonly Spoke[]> => {
  const spokes: Spoke[] = []
  let start: Item | undefined
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :spokes',
        ExpressionAttributeValues: toItem({ ':spokes': SPOKES }),
        ConsistentRead: true,
        ...(start !== undefined && { ExclusiveStartKey: start }),
      }),
    )
    spokes.push(...Items.map(readSpoke))
    start = LastEvaluatedKey
  } while (start !== undefined)
  return spokes
}

type Write = {
  readonly accountId: string
  readonly set: Readonly<Record<string, string>>
  readonly remove?: readonly string[]
}

const writeSpoke = async ({ client, table }: Ledger, { accountId, set, remove = [] }: Write): Promise<void> => {
  const sets = Object.keys(set).map(name => `#${name} = :${name}`)
  const removes = remove.length === 0 ? '' : ` REMOVE ${remove.map(name => `#${name}`).join(', ')}`
  const command = new UpdateItemCommand({
    TableName: table,
    Key: toKeyItem(buildSpokeKey(accountId)),
    UpdateExpression: `SET ${sets.join(', ')}${removes}`,
    ExpressionAttributeNames: Object.fromEntries([...Object.keys(set), ...remove].map(name => [`#${name}`, name])),
    ExpressionAttributeValues: toItem(
      Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
    ),
  })
  await repeatWrite(() => client.send(command))
}

/** Writes that an event of the account has come, so that Enforce tries its role there. Throws what DynamoDB throws. */
export const noteSpoke = (ledger: Ledger, accountId: string, now: Date): Promise<void> =>
  writeSpoke(ledger, { accountId, set: { heardAt: now.toISOString() } })

/**
 * Writes how a try of the role for stops ended. A refused one takes the mark away, so that nothing more is promised in the
 * account. Throws what DynamoDB throws.
 */
export const recordRoleTry = (
  ledger: Ledger,
  { accountId, tried, now }: { readonly accountId: string; readonly tried: RoleTry; readonly now: Date },
): Promise<void> => {
  const triedAt = now.toISOString()
  if (tried === 'assumed') return writeSpoke(ledger, { accountId, set: { triedAt, assumedAt: triedAt } })
  return writeSpoke(ledger, { accountId, set: { triedAt }, ...(tried === 'refused' && { remove: ['assumedAt'] }) })
}
