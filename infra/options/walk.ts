import type { Stack } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/** Every construct of that class in the stack. */
export const listConstructs = <T extends IConstruct>(
  stack: Stack,
  type: abstract new (...args: never[]) => T,
): readonly T[] => stack.node.findAll().filter((one): one is T => one instanceof type)
