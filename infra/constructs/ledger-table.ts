import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import type { Condition } from './guard-function.ts'

/** The index by which findings are listed. */
export const BY_ACCOUNT = 'byAccount'

/**
 * The ledger: one row for each rule and resource. It outlives the stack, because it is the record of what was found,
 * but not a failed first deployment. Encrypted with DynamoDB's own key: if somebody disabled a customer key, the guard
 * would be silent.
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
  // For people who list findings, and for sweeps. Other rows have no accountId, and so are not in it.
  table.addGlobalSecondaryIndex({
    indexName: BY_ACCOUNT,
    partitionKey: { name: 'accountId', type: AttributeType.STRING },
    sortKey: { name: 'writtenAt', type: AttributeType.STRING },
  })
  return table
}

/**
 * The rows that a function may write. The live policy and the switch are in the same table under a key without `#`: no
 * text that strangers write into events can make a function change them.
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

/** The rows that record what was sent to a channel, and no others. */
export const allowRowsOf = (channel: string): Condition => ({ ...ROWS_ONLY, value: `channel#${channel}` })

/** Which channels there have been: the partition of no channel. */
export const KNOWN_CHANNELS: Condition = allowRowsOf('')

/** The rows of every channel, and which channels there have been. */
export const ROWS_OF_CHANNELS: Condition = { ...ROWS_ONLY, value: 'channel#*' }
