import type { AccountRegion } from '../facts/account-region.ts'
import type { Policy } from '../policy/policy.ts'
import { resolvePolicy } from './account-policy.ts'

type Rules = Policy['rules']

/** By policy, then by account and region: each is asked for many times. */
const known = new WeakMap<Policy, Map<string, Rules>>()

/**
 * The rules of a policy as they count in an account and region. Where no directory of accounts was read, a match by OU, name or tag is
 * undecided.
 */
export const findRules = (policy: Policy, { accountId, region }: AccountRegion): Rules => {
  if (policy.organization === undefined && policy.overrides === undefined) return policy.rules
  const places = known.get(policy) ?? new Map<string, Rules>()
  known.set(policy, places)
  const key = `${accountId}/${region}`
  const rules = places.get(key) ?? resolvePolicy(policy, { accountId, region }, undefined).policy.rules
  places.set(key, rules)
  return rules
}
