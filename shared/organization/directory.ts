import { checkList, checkObject, listAt } from '../policy/check-values.ts'

/** The states of an account (AWS Organizations API reference, Account, State). */
export type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED'

/** What is known of an account. What is absent could not be read. */
export type Account = {
  readonly id: string
  readonly name?: string
  readonly state?: AccountState
  /** The root and the OUs above the account, from the root down. */
  readonly path?: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
}

/** The accounts of the organization, as they were read last. */
export type Directory = {
  /** ISO 8601. */
  readonly readAt: string
  readonly accounts: ReadonlyMap<string, Account>
}

const STATES: readonly AccountState[] = ['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED']

const ACCOUNT_ID = /^\d{12}$/

/** `o-…/r-…/ou-…/123456789012/`: an account has one path for each organization that it is in. */
const readPath = (paths: unknown): readonly string[] | undefined => {
  const [path] = Array.isArray(paths) ? paths : []
  if (typeof path !== 'string') return undefined
  const [, ...below] = path.split('/').filter(part => part !== '')
  return below.filter(part => !ACCOUNT_ID.test(part))
}

const readTags = (tags: unknown): Account['tags'] => {
  if (!Array.isArray(tags)) return undefined
  return Object.fromEntries(
    tags.map(tag => [String(Reflect.get(Object(tag), 'Key')), String(Reflect.get(Object(tag), 'Value') ?? '')]),
  )
}

/** An entry without an id says nothing of any account. */
const readAccount = (entry: unknown, path: string): Account | undefined => {
  const { Id, Name, State, Status, Paths, Tags } = checkObject(entry, path)
  if (typeof Id !== 'string' || !ACCOUNT_ID.test(Id)) return undefined
  // Answers of before 2026-09 say Status.
  const state = STATES.find(known => known === (State ?? Status))
  const [ous, tags] = [readPath(Paths), readTags(Tags)]
  return {
    id: Id,
    ...(typeof Name === 'string' && { name: Name }),
    ...(state !== undefined && { state }),
    ...(ous !== undefined && { path: ous }),
    ...(tags !== undefined && { tags }),
  }
}

/**
 * The directory in an answer of `organizations:ListAccounts`, whose accounts may have `Tags` as well. Throws UserError for
 * anything else, and for an answer without an account: a good directory is not replaced by it.
 */
export const readDirectory = (answer: unknown, readAt: string): Directory => {
  const list = listAt(checkObject(answer, 'accounts')['Accounts'], 'Accounts')
  const accounts = checkList(list, 'Accounts', readAccount).flatMap(account => (account === undefined ? [] : [account]))
  return { readAt, accounts: new Map(accounts.map(account => [account.id, account])) }
}

const DAY_MS = 86_400_000
const OLD_DAYS = 7

/**
 * How many whole days old it is, if that is a week or more. One that seems to come from the future is as old as a
 * clock that is off: that is said, too.
 */
export const describeAge = ({ readAt }: Directory, now: Date): string | undefined => {
  const days = Math.floor((now.getTime() - Date.parse(readAt)) / DAY_MS)
  if (!(days >= -1)) return `the directory of accounts was read at ${readAt}, which is to come: a clock is off`
  return days < OLD_DAYS ? undefined : `the directory of accounts is ${days} days old; read it again`
}
