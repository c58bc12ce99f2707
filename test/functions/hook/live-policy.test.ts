import { createHash } from 'node:crypto'
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb'
import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { DEFAULT_POLICY, parsePolicy } from '../../../shared/policy/load.ts'
import { ofStack } from '../../hook/requests.ts'
import { aContext } from '../../support/lambda-context.ts'
import { logLines } from '../../support/log-lines.ts'

jest.mock('node:fs', () => {
  const fs = jest.requireActual<typeof import('node:fs')>('node:fs')
  const readFileSync = (path: string, ...rest: [BufferEncoding]) =>
    String(path).endsWith('hook/policy.json') ? JSON.stringify(DEFAULT_POLICY) : fs.readFileSync(path, ...rest)
  return { ...fs, readFileSync }
})

Object.assign(process.env, { AWS_REGION: 'us-east-1', LIVE_POLICY: 'on', LEDGER_TABLE: 'ledger' })

const dynamo = mockClient(DynamoDBClient)
const ec2 = mockClient(EC2Client)
const ARM = 'ami-0aaaaaaaaaaaaaaa2'

beforeEach(() => {
  logLines()
  dynamo.reset()
  dynamo.onAnyCommand().rejects(new Error('unexpected call'))
  ec2.reset()
  ec2.onAnyCommand().rejects(new Error('unexpected call'))
  ec2.on(DescribeImagesCommand).resolves({
    Images: [
      {
        ...{ ImageId: ARM, VirtualizationType: 'hvm', Architecture: 'arm64', EnaSupport: true, RootDeviceType: 'ebs' },
        BootMode: 'uefi',
      },
    ],
  })
})
afterEach(() => {
  jest.restoreAllMocks()
  jest.useRealTimers()
})

const ask = async () => {
  const { handler } = await import('../../../functions/hook/handler.ts')
  const properties = { ImageId: ARM, InstanceType: 'm7i.large' }
  return handler(ofStack({ type: 'AWS::EC2::Instance', properties, id: 'LegacyWeb' }), aContext('hook'))
}

const EXEMPTING = parsePolicy(
  'version: 1\nexemptions: [{ rule: incompatible-launch, match: { address: "Legacy*" }, reason: moves, owner: ops, expires: 2099-01-31 }]',
  'policy.yaml',
)

/** The rows of a policy that an operator has applied. */
const apply = (policy: typeof EXEMPTING): void => {
  const text = JSON.stringify(policy)
  const sha256 = createHash('sha256').update(text).digest('hex')
  dynamo.on(QueryCommand).resolves({
    Items: [
      { pk: { S: 'policy' }, sk: { S: 'current' }, version: { N: '1' }, policy: { S: text }, sha256: { S: sha256 } },
    ],
  })
}

// One function, as it lives: it cannot read the policy at first, then it can, and then an operator applies another.
test('the hook reads the live policy: without one it lets everything through and says so, and an exemption counts within a minute', async () => {
  jest.useFakeTimers({
    now: new Date('2026-11-24T08:00:00Z'),
    doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'],
  })
  dynamo.on(QueryCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }))
  expect(await ask()).toMatchObject({
    hookStatus: 'SUCCESS',
    message: expect.stringContaining('The policy in force could not be read.'),
  })
  dynamo.on(QueryCommand).resolves({ Items: [] })
  expect(await ask()).toMatchObject({ errorCode: 'NonCompliant' })
  apply(EXEMPTING)
  expect(await ask()).toMatchObject({ errorCode: 'NonCompliant' })
  jest.setSystemTime(new Date('2026-11-24T08:00:46Z'))
  expect(await ask()).toMatchObject({ hookStatus: 'SUCCESS', annotations: [{ status: 'SKIPPED' }] })
  expect(dynamo.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({ TableName: 'ledger' })
})
