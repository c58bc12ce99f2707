import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import type { Condition } from './guard-function.ts'

/** The index by which findings are listed. */
export const BY_ACCOUNT = 'byAccount'

/**
 * The ledger: one row for each rule and resource. It outlives the stack, because it is the record of what was found,
 * but not a failed first deployment. Encrypted with DynamoDB's own key: a customer key that somebody disables would
 * silence the guard.
 */
export const createLedgerTable = (scope: Construct): Table => {
  const table = new Table(scope, 'Ledger', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: 'expiresAt',
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  })
  // For people who list findings, and for sweeps. What is no finding has no accountId, and so is not in it.
  table.addGlobalSecondaryIndex({
    indexName: BY_ACCOUNT,
    partitionKey: { name: 'accountId', type: AttributeType.STRING },
    sortKey: { name: 'writtenAt', type: AttributeType.STRING },
  })
  return table
}

/**
 * What a function may write. The live policy and the switch lie in the same table under a key without `#`: what strangers
 * write into events can make no function change them.
 */
export const ROWS_ONLY: Condition = {
  operator: 'ForAllValues:StringLike',
  key: 'dynamodb:LeadingKeys',
  value: '*#*',
}

/** The live policy, the emergency stop switch, and their history. */
export const POLICY_ONLY: Condition = { ...ROWS_ONLY, value: 'policy' }

/** The rows of findings: account, region and resource. */
export const FINDINGS_ONLY: Condition = { ...ROWS_ONLY, value: '*#*#*' }

/** The rows in which it is kept what a channel has been told, and no other. */
export const allowRowsOf = (channel: string): Condition => ({ ...ROWS_ONLY, value: `channel#${channel}` })

/** The rows of every channel, and which channels there have been. */
export const ROWS_OF_CHANNELS: Condition = { ...ROWS_ONLY, value: 'channel#*' }
