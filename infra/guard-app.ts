import { type App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { completeStack } from './complete-stack.ts'
import type { GuardStackProps } from './guard-stack.ts'
import { warnAtSynth } from './synth-warnings.ts'

/**
 * Puts the stack into the app, and runs cdk-nag on it: a finding without an acknowledgement fails the synthesis.
 */
export const guardApp = (app: App, props: GuardStackProps): App => {
  warnAtSynth(completeStack(app, props), props)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return app
}
