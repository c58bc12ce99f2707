import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { AccountRegion } from '../../facts/account-region.ts'
import { buildHearingKey, DEAF, type EventPath, type Hearing, WAYS } from '../../ledger/heard.ts'
import { type Change, type Item, toItem, toKeyItem, updateOf } from './items.ts'
import type { Ledger } from './ledger.ts'
import { repeatWrite } from './repeat-write.ts'

const forEachPath = <T>(read: (way: EventPath) => T | undefined): Readonly<Partial<Record<EventPath, T>>> =>
  Object.fromEntries(
    WAYS.flatMap(way => {
      const value = read(way)
      return value === undefined ? [] : [[way, value] as const]
    }),
  )

const parseHearing = (item: Item, now: Date): Hearing => ({
  heard: forEachPath(way => item[way]?.S),
  since: item['since']?.S ?? now.toISOString(),
  deaf: forEachPath(way => {
    const since = item[DEAF[way].since]?.S
    return since === undefined ? undefined : { since, claimant: item[DEAF[way].claimant]?.S ?? '' }
  }),
})

/**
 * Reads when a region was heard. Silence counts from the first read on; with `restart` from now on. Throws what
 * DynamoDB throws.
 */
export const readHearing = async (
  { client, table }: Ledger,
  { now, restart, ...where }: AccountRegion & { readonly now: Date; readonly restart: boolean },
): Promise<Hearing> => {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: toKeyItem(buildHearingKey(where)),
    UpdateExpression: restart ? 'SET #since = :now' : 'SET #since = if_not_exists(#since, :now)',
    ExpressionAttributeNames: { '#since': 'since' },
    ExpressionAttributeValues: toItem({ ':now': now.toISOString() }),
    ReturnValues: 'ALL_NEW',
  })
  const { Attributes = {} } = await repeatWrite(() => client.send(command))
  return parseHearing(Attributes, now)
}

const tryWrite = async ({ client, table }: Ledger, change: Change): Promise<boolean> => {
  try {
    const command = new UpdateItemCommand(updateOf(table, change))
    await repeatWrite(() => client.send(command))
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return false
  }
}

type Marking = AccountRegion & { readonly way: EventPath; readonly launchedAt: string; readonly claimant: string }

/**
 * Records that a path is silent, by the launch that was not heard: true once until it is heard again, and again for the
 * same message, which may have died before its report.
 */
export const markDeaf = (ledger: Ledger, { way, launchedAt, claimant, ...where }: Marking): Promise<boolean> => {
  const names = DEAF[way]
  return tryWrite(ledger, {
    key: buildHearingKey(where),
    set: { [names.since]: launchedAt, [names.claimant]: claimant },
    condition: {
      expression: `attribute_not_exists(#${names.since}) OR #${names.claimant} = :me`,
      values: { ':me': claimant },
    },
  })
}

/** Writes that a way is heard again: true once. */
export const endDeafness = (
  ledger: Ledger,
  {
    way,
    since,
    now,
    ...where
  }: AccountRegion & { readonly way: EventPath; readonly since: string; readonly now: Date },
): Promise<boolean> => {
  const names = DEAF[way]
  return tryWrite(ledger, {
    key: buildHearingKey(where),
    set: { hearsAgain: now.toISOString() },
    remove: [names.since, names.claimant],
    condition: { expression: `#${names.since} = :since`, values: { ':since': since } },
  })
}
