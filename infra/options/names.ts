import type { Stack } from 'aws-cdk-lib'
import { GuardFunction } from '../constructs/guard-function.ts'
import { METRICS_NAMESPACE } from '../constructs/metrics.ts'
import { prefixName } from '../constructs/names.ts'
import type { Options } from '../settings/settings-file.ts'
import { listConstructs } from './walk.ts'

/** Makes the functions count where the alarms of their stack look. */
export const applyNames = (stack: Stack, { namePrefix }: Options): void => {
  if (namePrefix === undefined) return
  for (const fn of listConstructs(stack, GuardFunction))
    fn.addEnvironment('METRICS_NAMESPACE', prefixName(stack, METRICS_NAMESPACE))
}
