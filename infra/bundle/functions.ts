import type { Policy } from '../../shared/policy/policy.ts'
import { hasEnforcingRule } from '../settings/derived.ts'

/** Makes the bundle of a function, with the policy beside it if it reads one. */
type Make<T> = (name: string, policy?: Policy) => Promise<T>

/** The bundles of the functions that a stack with this policy has. */
export const makeBundles = async <T>(policy: Policy, make: Make<T>) => {
  const evaluate = await make('evaluate', policy)
  const confirm = await make('confirm')
  const sweep = await make('sweep', policy)
  const enforce = hasEnforcingRule(policy) ? await make('enforce', policy) : undefined
  const notify = policy.channels === undefined ? undefined : await make('notify', policy)
  return {
    evaluate,
    confirm,
    sweep,
    ...(enforce !== undefined && { enforce }),
    ...(notify !== undefined && { notify }),
  }
}
