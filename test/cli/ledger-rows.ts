/** Rows of the ledger as DynamoDB has them, and the command that lists them. */
import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { type Item, toItem } from '../../shared/aws/ledger/items.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Row } from '../../shared/ledger/row.ts'
import { T0 } from '../support/stories.ts'
import { tables } from './aws.ts'
import { virtguard } from './run-cli.ts'

/** A row as DynamoDB has it. */
export const item = (finding: Finding, row: Partial<Row> = {}): Item => {
  const { resource, rule, status, severity, action } = finding
  return toItem({
    pk: `${resource.accountId}#${resource.region}#${resource.id}`,
    sk: rule,
    state: 'ALERTED',
    status,
    severity,
    decision: action.decision,
    accountId: resource.accountId,
    claimant: 'message-1',
    launchId: 'r-1',
    leaseUntil: 0,
    writtenAt: T0.toISOString(),
    changedAt: 0,
    expiresAt: 0,
    finding: JSON.stringify(finding),
    history: [{ state: 'ALERTED', at: T0.toISOString(), why: 'SNS has taken the alert' }],
    ...row,
  })
}

export const answer = (...pages: readonly (readonly Item[])[]): void => {
  for (const [index, Items] of pages.entries())
    tables.on(QueryCommand, index === 0 ? {} : { ExclusiveStartKey: { pk: { S: String(index) } } }).resolves({
      Items: [...Items],
      ...(index < pages.length - 1 && { LastEvaluatedKey: { pk: { S: String(index + 1) } } }),
    })
}

export const list = (...args: string[]) =>
  virtguard(['findings', '--table', 'ledger', '--account', '123456789012', ...args])
export const lines = (ndjson: string) => ndjson.split('\n').flatMap(line => (line === '' ? [] : JSON.parse(line)))
