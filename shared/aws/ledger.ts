import {
  type AttributeValue,
  type CancellationReason,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Finding } from '../engine/finding.ts'
import { type Claim, inTransactions, mayWrite, type Row, type RowKey, rowOf } from '../ledger/row.ts'

export type Ledger = { readonly client: DynamoDBClient; readonly table: string }

const attribute = (value: string | number): AttributeValue =>
  typeof value === 'number' ? { N: String(value) } : { S: value }

const attributes = (values: Readonly<Record<string, string | number>>): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, attribute(value)]))

const transactionOf = (rows: readonly Row[], { table }: Ledger, claim: Claim): TransactWriteItemsCommand =>
  new TransactWriteItemsCommand({
    TransactItems: rows.map(row => {
      const { expression, values } = mayWrite(row, claim)
      const names = {
        ...(expression.includes('#state') && { '#state': 'state' }),
        ...(expression.includes('#status') && { '#status': 'status' }),
      }
      return {
        Put: {
          TableName: table,
          Item: attributes(row),
          ConditionExpression: expression,
          ...(Object.keys(names).length > 0 && {
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: attributes(values),
          }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      }
    }),
  })

type Outcome = { readonly written: readonly Row[]; readonly others: readonly CancellationReason[] }

const CONFLICT_ATTEMPTS = 4

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

/** Writes what may be written and leaves the rest; all of it or nothing in each try. */
const writeRows = async (rows: readonly Row[], ledger: Ledger, claim: Claim): Promise<Outcome> => {
  let open = rows
  const others: CancellationReason[] = []
  for (let attempt = 1; open.length > 0; ) {
    try {
      await ledger.client.send(transactionOf(open, ledger, claim))
      return { written: open, others }
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const reasons = error.CancellationReasons ?? []
      const told = reasons.filter(({ Code }) => Code === 'ConditionalCheckFailed')
      if (told.length === 0) {
        // Somebody writes the same rows at this moment, or the table is throttled.
        if (attempt >= CONFLICT_ATTEMPTS) throw error
        await pause(Math.random() * 50 * 2 ** attempt)
        attempt += 1
      }
      others.push(...told)
      open = open.filter((_, index) => reasons[index]?.Code !== 'ConditionalCheckFailed')
    }
  }
  return { written: [], others }
}

// Our own rows that are marked already are no sign of somebody else: of a launch in several parts, the others may be missing.
const toldBySomebodyElse = ({ written, others }: Outcome, { launchId, claimant }: Claim): boolean =>
  written.length === 0 &&
  others.every(({ Item }) => Item?.['launchId']?.S === launchId && Item['claimant']?.S !== claimant)

/**
 * Claims findings for telling and returns those that are ours to tell: a finding that somebody else told, or is telling,
 * is not among them; a suppressed one is only recorded. Throws what DynamoDB throws; nothing is told then.
 */
export const claimFindings = async (
  findings: readonly Finding[],
  ledger: Ledger,
  claim: Claim,
): Promise<readonly Finding[]> => {
  const rows = findings.map(finding => rowOf(finding, claim))
  const ours = new Set<string>()
  for (const [index, transaction] of inTransactions(rows).entries()) {
    const outcome = await writeRows(transaction, ledger, claim)
    // Whoever wrote the first rows of this launch writes the others too: to go on would tell the launch in two halves.
    if (index === 0 && toldBySomebodyElse(outcome, claim)) return []
    for (const { pk, sk } of outcome.written) ours.add(`${pk} ${sk}`)
  }
  return findings.filter(
    (finding, index) => finding.workflow === 'NEW' && ours.has(`${rows[index]?.pk} ${rows[index]?.sk}`),
  )
}

/** Marks a claimed row as told. A row that is gone, marked already or claimed anew by somebody else is left as it is. */
export const markAlerted = async (
  key: RowKey,
  { client, table }: Ledger,
  by: { claimant: string; at: Date },
): Promise<void> => {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: attributes(key),
        UpdateExpression: 'SET #state = :alerted, alertedAt = :at',
        ConditionExpression: '#state = :new AND claimant = :claimant',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: attributes({
          ':alerted': 'ALERTED',
          ':at': by.at.toISOString(),
          ':new': 'NEW',
          ':claimant': by.claimant,
        }),
      }),
    )
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
