import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub'
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { inMemoryDynamo } from '../../support/cloud/dynamodb.ts'
import { aFinding, PLACE } from '../../support/findings.ts'
import { aContext } from '../../support/lambda-context.ts'
import { aBatch } from '../../support/sqs.ts'
import { loadHandler } from './deployed.ts'
import { finding } from './world.ts'

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
  CHANNEL: 'hub',
  LEDGER_TABLE: 'ledger',
  QUEUE_URL: `https://sqs.us-east-1.amazonaws.com/${PLACE.accountId}/hub`,
  UNDELIVERED_QUEUE_URL: `https://sqs.us-east-1.amazonaws.com/${PLACE.accountId}/undelivered-hub`,
})

const dynamo = mockClient(DynamoDBClient)
const hub = mockClient(SecurityHubClient)

let handler: Awaited<ReturnType<typeof loadHandler>>
beforeAll(async () => {
  handler = await loadHandler({ hub: { type: 'security-hub' } })
})
beforeEach(() => {
  const inMemory = inMemoryDynamo().client()
  dynamo.reset()
  dynamo.send.callsFake(command => inMemory.send(command))
  hub.reset()
  hub.on(BatchImportFindingsCommand).resolves({ SuccessCount: 1, FailedCount: 0, FailedFindings: [] })
})

const imported = () => hub.commandCalls(BatchImportFindingsCommand).flatMap(({ args }) => args[0].input.Findings ?? [])
const tell = (alert: object) => handler(aBatch([JSON.stringify(alert)]), aContext('notify'))

describe('the function that notifies Security Hub', () => {
  test('imports the findings of the account that it runs in, which it knows by its queue', async () => {
    expect(await tell(finding(1))).toEqual({ batchItemFailures: [] })
    expect(imported().map(({ AwsAccountId }) => AwsAccountId)).toEqual([PLACE.accountId])
  })

  test('reads from the ledger what an alert had no room for', async () => {
    const alerted = [{ rules: [aFinding().rule, 'xen-hypervisor'], resources: [aFinding().resource.id] }]
    await tell({ ...finding(1), omitted: 1, told: alerted })
    const [read] = dynamo.commandCalls(BatchGetItemCommand).map(({ args }) => args[0].input)
    expect(Object.keys(read?.RequestItems ?? {})).toEqual(['ledger'])
  })

  test('is tested with a finding of its own account and region', async () => {
    expect(await handler({ kind: 'test' }, aContext('notify'))).toMatchObject({ channel: 'hub', arrived: true })
    expect(imported()).toMatchObject([{ AwsAccountId: PLACE.accountId, Region: 'us-east-1', RecordState: 'ARCHIVED' }])
  })
})
