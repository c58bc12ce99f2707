import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SNSClient } from '@aws-sdk/client-sns'
import type { SnsMessage } from '../../shared/alert/sns-message.ts'
import { type LivePolicy, readLive } from '../../shared/aws/ledger/policy-store.ts'
import { releaseClaim } from '../../shared/aws/ledger/release.ts'
import { queryRows } from '../../shared/aws/ledger/rows.ts'
import { listSpokes, noteSpoke } from '../../shared/aws/ledger/spokes.ts'
import { transactWith } from '../../shared/aws/ledger/transact.ts'
import { publishTo, requestSweep } from '../../shared/aws/topic.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import type { Row, RowKey } from '../../shared/ledger/row.ts'
import type { Spoke } from '../../shared/ledger/spokes.ts'
import type { StartMessage } from '../../shared/ledger/sweep-message.ts'

export type SdkTargets = { readonly table: string; readonly topicArn: string; readonly requestsArn: string }

/** Every call of this function but those of EC2, made by the SDK's clients. */
export const createSdkCalls = ({ table, topicArn, requestsArn }: SdkTargets) => {
  const ledger = { client: new DynamoDBClient({ maxAttempts: 3 }), table }
  const topic = { client: new SNSClient({ maxAttempts: 3 }), arn: topicArn }
  return {
    transact: transactWith(ledger.client),
    release: (keys: readonly RowKey[], claimant: string): Promise<void> => releaseClaim(ledger, keys, claimant),
    publish: (message: SnsMessage): Promise<void> => publishTo(topic, message),
    rowsOf: (resource: AccountRegion & { readonly resourceId: string }): Promise<readonly Row[]> =>
      queryRows(ledger, resource),
    requestSweep: (message: StartMessage): Promise<void> =>
      requestSweep({ client: topic.client, arn: requestsArn }, message),
    readLive: (): Promise<LivePolicy> => readLive(ledger.client, table),
    listSpokes: (): Promise<readonly Spoke[]> => listSpokes(ledger),
    noteSpoke: (accountId: string, now: Date): Promise<void> => noteSpoke(ledger, accountId, now),
  }
}
