import type { AccountMatch } from '../policy/account-match.ts'
import { matchesPattern } from '../text/wildcard.ts'
import type { Account } from './directory.ts'

/** `unknown`: what decides it could not be read. */
export type Answer = 'yes' | 'no' | 'unknown'

const decide = (isMatch: boolean): Answer => (isMatch ? 'yes' : 'no')

// What declares a launch does not say in which account.
const matchId = (pattern: string, id: string): Answer =>
  /^\d{12}$/.test(id) ? decide(matchesPattern(pattern, id)) : 'unknown'

const matchTag = (tags: Account['tags'], key: string, pattern: string): Answer => {
  if (tags === undefined) return 'unknown'
  const value = Object.hasOwn(tags, key) ? tags[key] : undefined
  return decide(value !== undefined && matchesPattern(pattern, value))
}

/** All of them, in the logic of three values: one `no` decides, whatever is unknown. */
const joinAll = (answers: readonly Answer[]): Answer => {
  if (answers.includes('no')) return 'no'
  return answers.includes('unknown') ? 'unknown' : 'yes'
}

/** Whether the match is about the account, of which only the id is certain to be known. */
export const matchesAccount = ({ accountId, ou, name, tags = {} }: AccountMatch, account: Account): Answer =>
  joinAll([
    ...(accountId === undefined ? [] : [matchId(accountId, account.id)]),
    ...(ou === undefined ? [] : [account.path === undefined ? 'unknown' : decide(account.path.includes(ou))]),
    ...(name === undefined
      ? []
      : [account.name === undefined ? 'unknown' : decide(matchesPattern(name, account.name))]),
    ...Object.entries(tags).map(([key, pattern]) => matchTag(account.tags, key, pattern)),
  ])

/** Whether one of them is. */
export const matchesAny = (matches: readonly AccountMatch[], account: Account): Answer => {
  const answers = matches.map(match => matchesAccount(match, account))
  if (answers.includes('yes')) return 'yes'
  return answers.includes('unknown') ? 'unknown' : 'no'
}
