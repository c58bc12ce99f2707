import { type App, Tags, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { GuardStack, type GuardStackProps } from './guard-stack.ts'
import { applyOptions } from './options/apply.ts'
import { warnAtSynth } from './synth-warnings.ts'

/**
 * Puts the stack into the app, tagged, and runs cdk-nag on it: a finding without an acknowledgement fails the
 * synthesis.
 */
export const guardApp = (app: App, props: GuardStackProps): App => {
  const stack = new GuardStack(app, 'Virtguard', props)
  warnAtSynth(stack, props)
  Tags.of(stack).add('application', 'virtguard')
  applyOptions(stack, props.options ?? {})
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return app
}
