import { readFile } from 'node:fs/promises'
import { UserError } from '../../shared/errors.ts'
import { DEFAULT_POLICY, type LoadedPolicy, loadPolicy } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { findNearest } from '../../shared/text/nearest-word.ts'
import { describeFileError } from '../input/file-error.ts'

/** The policy in a file; the default one without a file. Throws UserError, one line for each problem. */
export const readPolicy = async (file: string | undefined): Promise<Policy> =>
  file === undefined ? DEFAULT_POLICY : (await readPolicyFile(file)).policy

/** The policy in a file, with warnings for its author. Throws as `readPolicy` does. */
export const readPolicyFile = async (file: string): Promise<LoadedPolicy> => {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const words = describeFileError(error)
    if (words === undefined) throw error
    throw new UserError(`${file}: ${words}`)
  }
  return loadPolicy(text, file)
}

/** Throws UserError for a name that is no rule's, with the one that is probably meant. */
export const checkRuleId = (id: string): void => {
  const ids = RULES.map(rule => rule.id)
  if (ids.includes(id)) return
  const meant = findNearest(id, ids)
  throw new UserError(
    `there is no rule ${id}; ${meant === undefined ? `the rules are ${ids.join(', ')}` : `did you mean ${meant}?`}`,
  )
}

/** The policy with only the named rules on, of those that are on. All of them if none is named. */
export const selectRules = (policy: Policy, ids: readonly string[]): Policy => {
  if (ids.length === 0) return policy
  const rules = Object.fromEntries(Object.entries(policy.rules).filter(([id]) => ids.includes(id)))
  return { ...policy, rules }
}
