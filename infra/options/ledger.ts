import { type Stack, Validations } from 'aws-cdk-lib'
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb'
import type { Options } from '../settings/settings-file.ts'
import { listConstructs } from './walk.ts'

/** Protects the table of findings as the company wants. */
export const applyToLedger = (stack: Stack, { deletionProtection, pointInTimeRecovery }: Options): void => {
  for (const table of listConstructs(stack, CfnTable)) {
    if (deletionProtection === true) table.deletionProtectionEnabled = true
    if (pointInTimeRecovery !== false) continue
    table.pointInTimeRecoverySpecification = { pointInTimeRecoveryEnabled: false }
    Validations.of(table).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'The settings of the deployment turn point-in-time recovery off.',
    })
  }
}
