import type { Stack } from 'aws-cdk-lib'
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs'
import type { Options } from '../settings/settings-file.ts'
import { listConstructs } from './walk.ts'

/** Keeps every log as long as the company wants. */
export const applyToLogs = (stack: Stack, { logRetention }: Options): void => {
  if (logRetention === undefined) return
  for (const log of listConstructs(stack, CfnLogGroup))
    log.retentionInDays = logRetention === 'forever' ? undefined : logRetention
}
