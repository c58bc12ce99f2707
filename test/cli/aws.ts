/** AWS for commands that are run in this process: SDK clients that answer only what a test expects. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SQSClient } from '@aws-sdk/client-sqs'
import { jest } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import type { inMemoryDynamo } from '../support/dynamodb.ts'

process.env['AWS_REGION'] = 'us-east-1'
delete process.env['VIRTGUARD_TABLE']

const unexpected = () => {
  throw new Error('a call that the test does not expect')
}

export const stacks = mockClient(CloudFormationClient)
export const tables = mockClient(DynamoDBClient)
export const queues = mockClient(SQSClient)
export const functions = mockClient(LambdaClient)

/** From here on every call is unexpected. */
export const expectNoCalls = (): void => {
  jest.restoreAllMocks()
  stacks.reset().onAnyCommand().callsFake(unexpected)
  tables.reset().onAnyCommand().callsFake(unexpected)
  queues.reset().onAnyCommand().callsFake(unexpected)
  functions.reset().onAnyCommand().callsFake(unexpected)
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

/** Every table is this one, in memory, which reads the expressions that are sent. */
export const tableInMemory = (dynamo: ReturnType<typeof inMemoryDynamo>): void => {
  const client = dynamo.client()
  jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation((command: unknown) => client.send(command as never))
}

/** A failed call as the SDK throws it. */
export const failure = (name: string, message = 'it is refused', more: object = { $metadata: {} }): Error =>
  Object.assign(new Error(message), { name, ...more })

/** Failures with the words that are expected of each, and a title for each. */
export const titled = (cases: readonly (readonly [Error, string])[]): readonly (readonly [string, Error, string])[] =>
  cases.map(([error, words]) => [`${error.name}: ${words}`, error, words])
