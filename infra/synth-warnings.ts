import { Annotations, type Stack } from 'aws-cdk-lib'
import type { Settings } from './context.ts'

/** Has the synthesis say what deploys and is hardly meant so; `--strict` makes errors of it. */
export const warnAtSynth = (stack: Stack, { warnings = [] }: Settings): void => {
  for (const [index, warning] of warnings.entries())
    Annotations.of(stack).addWarningV2(`virtguard:Policy${index + 1}`, warning)
}
