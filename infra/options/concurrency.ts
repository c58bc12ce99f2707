import type { Stack } from 'aws-cdk-lib'
import { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import { CONCURRENCY } from '../../shared/settings/forms.ts'
import { GuardFunction } from '../constructs/guard-function.ts'
import type { Options } from '../settings/settings-file.ts'
import { listConstructs } from './walk.ts'

/** Reserves copies for functions. Each channel has a copy of Notify of its own, with the same number. */
export const applyConcurrency = (stack: Stack, { reservedConcurrency = {} }: Options): void => {
  const names = Object.keys(CONCURRENCY)
  for (const fn of listConstructs(stack, GuardFunction)) {
    const name = names.find(
      one => fn.node.id.toLowerCase() === one || (one === 'notify' && fn.node.id.startsWith('Notify')),
    )
    const copies = name === undefined ? undefined : reservedConcurrency[name]
    const resource = fn.node.defaultChild
    if (copies !== undefined && resource instanceof CfnFunction) resource.reservedConcurrentExecutions = copies
  }
}
