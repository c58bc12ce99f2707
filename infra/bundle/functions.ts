import type { Policy } from '../../shared/policy/policy.ts'
import type { Settings } from '../settings/context.ts'
import { hasEnforcingRule } from '../settings/derived.ts'

/** Makes the bundle of a function, with the policy beside it if it reads one. */
type Make<T> = (name: string, policy?: Policy) => Promise<T>

/** The bundles of the functions that a stack with these settings has. */
export const makeBundles = async <T>({ policy, hook }: Pick<Settings, 'policy' | 'hook'>, make: Make<T>) => {
  const evaluate = await make('evaluate', policy)
  const confirm = await make('confirm')
  const sweep = await make('sweep', policy)
  const enforce = hasEnforcingRule(policy) ? await make('enforce', policy) : undefined
  const notify = policy.channels === undefined ? undefined : await make('notify', policy)
  const asked = hook === undefined ? undefined : await make('hook', policy)
  return {
    evaluate,
    confirm,
    sweep,
    ...(enforce !== undefined && { enforce }),
    ...(notify !== undefined && { notify }),
    ...(asked !== undefined && { hook: asked }),
  }
}
