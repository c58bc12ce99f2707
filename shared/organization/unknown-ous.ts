import { listAccountMatches } from '../policy/organization-problems.ts'
import type { Policy } from '../policy/policy.ts'
import type { RouteProblem } from '../policy/route-problems.ts'
import type { Directory } from './directory.ts'

/**
 * OUs that no account of the directory is in. An OU without an account is not in it, so that it is a warning. None if some account
 * has no path.
 */
export const findUnknownOus = (policy: Policy, { accounts }: Directory): readonly RouteProblem[] => {
  const all = [...accounts.values()]
  if (all.some(({ path }) => path === undefined)) return []
  const known = new Set(all.flatMap(({ path = [] }) => path))
  return listAccountMatches(policy).flatMap(({ match: { ou }, path }) =>
    ou === undefined || known.has(ou)
      ? []
      : [{ path: [...path, 'ou'], text: 'has no account in the directory; check the id, or remove it' }],
  )
}
