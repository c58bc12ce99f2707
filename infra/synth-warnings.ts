import { Annotations, type Stack } from 'aws-cdk-lib'
import type { Settings } from './settings/context.ts'
import { describeNetwork } from './settings/endpoints.ts'
import { listWarnings } from './settings/warnings.ts'

/**
 * Makes the synthesis warn of settings that deploy and are hardly intended. `--strict` makes errors of the warnings. What a
 * VPC needs is only said.
 */
export const warnAtSynth = (stack: Stack, settings: Settings): void => {
  for (const { id, text } of listWarnings(settings)) Annotations.of(stack).addWarningV2(`virtguard:${id}`, text)
  const network = describeNetwork(settings)
  if (network !== undefined) Annotations.of(stack).addInfo(network)
}
