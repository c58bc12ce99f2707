/** AWS for commands that are run in this process: SDK clients that answer only what a test expects. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { jest } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import type { inMemoryDynamo } from '../support/cloud/dynamodb.ts'

process.env['AWS_REGION'] = 'us-east-1'
delete process.env['VIRTGUARD_TABLE']

const unexpected = () => {
  throw new Error('a call that the test does not expect')
}

export const stacks = mockClient(CloudFormationClient)
export const tables = mockClient(DynamoDBClient)
export const queues = mockClient(SQSClient)
export const functions = mockClient(LambdaClient)
export const topics = mockClient(SNSClient)
const identities = mockClient(STSClient)

/** Who runs the commands, as AWS says. */
export const CALLER = 'arn:aws:sts::123456789012:assumed-role/Operators/user'

/** What is said where a table is named, so that the stack and its topics are not known. */
export const UNTOLD =
  'virtguard: operations got no message, because their topic is not known here: a table names no stack; give --stack instead'

/** Has AWS say who the caller is, or that it does not. */
export const identified = (error?: Error): void => {
  const asked = identities.reset().on(GetCallerIdentityCommand)
  if (error === undefined) asked.resolves({ Arn: CALLER, Account: '123456789012', UserId: 'AROA:user' })
  else asked.rejects(error)
}

/** From here on every call is unexpected. */
export const expectNoCalls = (): void => {
  jest.restoreAllMocks()
  stacks.reset().onAnyCommand().callsFake(unexpected)
  tables.reset().onAnyCommand().callsFake(unexpected)
  queues.reset().onAnyCommand().callsFake(unexpected)
  functions.reset().onAnyCommand().callsFake(unexpected)
  topics.reset().onAnyCommand().callsFake(unexpected)
  identities.reset().onAnyCommand().callsFake(unexpected)
}

/** The deployed stack, with outputs as the template has them. */
export const deployed = (outputs: Readonly<Record<string, string>>, name = 'Virtguard'): void => {
  stacks.on(DescribeStacksCommand, { StackName: name }).resolves({
    Stacks: [
      {
        StackName: name,
        StackId: `arn:aws:cloudformation:us-east-1:123456789012:stack/${name}/0123`,
        CreationTime: new Date(),
        StackStatus: 'CREATE_COMPLETE',
        Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
      },
    ],
  })
}

/** Every table is this one, in memory, and AWS says who the caller is. The table reads the expressions that are sent. */
export const tableInMemory = (dynamo: ReturnType<typeof inMemoryDynamo>): void => {
  const client = dynamo.client()
  identified()
  jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation((command: unknown) => client.send(command as never))
}

/** A failed call as the SDK throws it. */
export const failure = (name: string, message = 'it is refused', more: object = { $metadata: {} }): Error =>
  Object.assign(new Error(message), { name, ...more })

/** Failures with the words that are expected of each, and a title for each. */
export const titled = (cases: readonly (readonly [Error, string])[]): readonly (readonly [string, Error, string])[] =>
  cases.map(([error, words]) => [`${error.name}: ${words}`, error, words])
