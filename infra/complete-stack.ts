import { type App, Tags } from 'aws-cdk-lib'
import { GuardStack, type GuardStackProps } from './guard-stack.ts'
import { applyOptions } from './options/apply.ts'

/** Puts the stack into the app, tagged, as the company wants it. */
export const completeStack = (app: App, props: GuardStackProps): GuardStack => {
  const stack = new GuardStack(app, 'Virtguard', props)
  Tags.of(stack).add('application', 'virtguard')
  applyOptions(stack, props.options ?? {})
  return stack
}
