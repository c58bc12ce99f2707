import { readFileSync } from 'node:fs'
import { UserError } from '../shared/errors.ts'
import { DEFAULT_POLICY, parsePolicy } from '../shared/policy/load.ts'
import type { Policy } from '../shared/policy/policy.ts'

/** What the user says with `-c`: which policy to deploy, and whom to tell. */
export type Settings = { readonly policy: Policy; readonly emails: readonly string[] }

const KEYS = ['policy', 'email']

/** Reads the app's context strictly. Throws UserError: an unknown key, an unreadable or wrong policy, a wrong address. */
export const settingsFrom = (context: Readonly<Record<string, unknown>>): Settings => {
  // CDK's own keys have a colon or a slash in their names.
  const unknownKey = Object.keys(context).find(key => !KEYS.includes(key) && !/[:/@]/.test(key))
  if (unknownKey !== undefined) {
    throw new UserError(
      `context: unknown key "${unknownKey}"; virtguard takes -c policy=FILE and -c email=ADDRESS[,ADDRESS]`,
    )
  }
  return { policy: policyFrom(context['policy']), emails: emailsFrom(context['email']) }
}

const policyFrom = (file: unknown): Policy => {
  if (file === undefined) return DEFAULT_POLICY
  if (typeof file !== 'string' || file === '') throw new UserError('context policy: needs a file, -c policy=FILE')
  return parsePolicy(textOf(file), file)
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : error
    throw new UserError(`context policy: ${file} cannot be read (${code}); give a policy file, -c policy=FILE`)
  }
}

const emailsFrom = (list: unknown): readonly string[] => {
  if (list === undefined) return []
  const addresses = String(list)
    .split(',')
    .map(address => address.trim())
  for (const address of addresses) {
    // SNS confirms each address by a mail to it, so only slips are looked for here.
    if (!/^[^\s@,]+@[^\s@,]+\.[^\s@,.]+$/.test(address)) {
      throw new UserError(`context email: "${address}" is not an e-mail address; give -c email=ADDRESS[,ADDRESS]`)
    }
  }
  return [...new Set(addresses)]
}
