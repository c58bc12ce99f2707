import { Annotations, type Stack } from 'aws-cdk-lib'
import type { Settings } from './settings/context.ts'

const NOBODY =
  'this deployment subscribes nobody to the operations topic, so nobody gets alarms and changes of the policy; give -c email=ADDRESS, or subscribe to its output OperationsTopicArn'

/**
 * Makes the synthesis warn of settings that deploy and are hardly intended. `--strict` makes errors of the warnings.
 */
export const warnAtSynth = (stack: Stack, { warnings = [], emails }: Settings): void => {
  if (emails.length === 0) Annotations.of(stack).addWarningV2('virtguard:NobodyOperates', NOBODY)
  for (const [index, warning] of warnings.entries())
    Annotations.of(stack).addWarningV2(`virtguard:Policy${index + 1}`, warning)
}
