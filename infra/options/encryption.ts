import type { Stack } from 'aws-cdk-lib'
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs'
import { CfnQueue } from 'aws-cdk-lib/aws-sqs'
import { GuardFunction } from '../constructs/guard-function.ts'
import { HOOK_INVOKER } from '../constructs/names.ts'
import type { Options } from '../settings/settings-file.ts'
import { listConstructs } from './walk.ts'

/** To write to an encrypted queue or topic, and to read from it. */
const MESSAGES = ['kms:Decrypt', 'kms:GenerateDataKey']

/** DynamoDB uses a key on behalf of whoever reads and writes the table (its guide, "customer managed keys"). */
const ROWS = [
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
]

const encryptAll = (stack: Stack, kmsKey: string): void => {
  for (const queue of listConstructs(stack, CfnQueue)) {
    queue.sqsManagedSseEnabled = undefined
    queue.kmsMasterKeyId = kmsKey
  }
  for (const table of listConstructs(stack, CfnTable))
    table.sseSpecification = { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: kmsKey }
  for (const log of listConstructs(stack, CfnLogGroup)) log.kmsKeyId = kmsKey
  for (const fn of listConstructs(stack, CfnFunction)) fn.kmsKeyArn = kmsKey
}

/** Encrypts queues, table, logs and environments with the company's key, and lets each role use it. Topics have it already. */
export const applyKey = (stack: Stack, { kmsKey }: Options): void => {
  if (kmsKey === undefined) return
  encryptAll(stack, kmsKey)
  const functions = listConstructs(stack, GuardFunction)
  for (const fn of functions) fn.may([...MESSAGES, ...ROWS].sort(), kmsKey)
  const ofFunctions = functions.map(fn => fn.executionRole)
  // Those of EventBridge Scheduler, which writes to queues.
  for (const role of listConstructs(stack, Role))
    if (!ofFunctions.includes(role) && role.node.id !== HOOK_INVOKER)
      role.addToPolicy(new PolicyStatement({ actions: MESSAGES, resources: [kmsKey] }))
}
