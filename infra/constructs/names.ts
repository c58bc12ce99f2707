import { Lazy, type Stack } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

const CONTEXT = 'virtguard:namePrefix'

/** The role with which CloudFormation invokes the hook. It touches nothing that is encrypted. */
export const HOOK_INVOKER = 'HookInvoker'

/** Makes every name in the stack begin so. Before the stack has anything in it. */
export const setNamePrefix = (stack: Stack, prefix: string | undefined): void => {
  if (prefix !== undefined) stack.node.setContext(CONTEXT, prefix)
}

/** What the names of the stack begin with. Undefined if with nothing of their own. */
export const readNamePrefix = (scope: IConstruct): string | undefined => {
  const prefix: unknown = scope.node.tryGetContext(CONTEXT)
  return typeof prefix === 'string' ? prefix : undefined
}

/** A name that would be taken if a second stack in the region had it too. */
export const prefixName = (scope: IConstruct, name: string): string => {
  const prefix = readNamePrefix(scope)
  return prefix === undefined ? name : `${prefix}-${name}`
}

/** The same for what does not know its stack before it is synthesized. */
export const prefixLater = (name: string): string =>
  Lazy.uncachedString({ produce: ({ scope }) => prefixName(scope, name) })
