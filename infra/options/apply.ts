import { type Stack, Tags } from 'aws-cdk-lib'
import type { Options } from '../settings/settings-file.ts'
import { applyConcurrency } from './concurrency.ts'
import { applyKey } from './encryption.ts'
import { applyToFunctions } from './functions.ts'
import { applyToLedger } from './ledger.ts'
import { applyToLogs } from './logs.ts'
import { applyNames } from './names.ts'
import { applyNetwork } from './network.ts'
import { applyToRoles } from './roles.ts'

/** Makes the finished stack fit the rules of a company. Without options it stays as it is. */
export const applyOptions = (stack: Stack, options: Options): void => {
  for (const [key, value] of Object.entries(options.tags ?? {})) Tags.of(stack).add(key, value)
  applyToRoles(stack, options)
  applyToLogs(stack, options)
  applyToLedger(stack, options)
  applyToFunctions(stack, options)
  applyKey(stack, options)
  applyNetwork(stack, options)
  applyConcurrency(stack, options)
  applyNames(stack, options)
}
