import type { Stack } from 'aws-cdk-lib'
import { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import { GuardFunction } from '../constructs/guard-function.ts'
import type { Options } from '../settings/settings-file.ts'
import { listConstructs } from './walk.ts'

/** Runs every function as the company wants. */
export const applyToFunctions = (stack: Stack, { xray, fips, codeSigningConfig }: Options): void => {
  for (const fn of listConstructs(stack, GuardFunction)) {
    if (xray === true)
      fn.mayOnAll(
        ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
        'The actions of X-Ray do not support resource-level permissions (Service Authorization Reference).',
      )
    if (fips === true) fn.addEnvironment('AWS_USE_FIPS_ENDPOINT', 'true')
  }
  for (const fn of listConstructs(stack, CfnFunction)) {
    if (xray === true) fn.tracingConfig = { mode: 'Active' }
    if (codeSigningConfig !== undefined) fn.codeSigningConfigArn = codeSigningConfig
  }
}
