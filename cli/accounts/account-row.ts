import { isStopRoleKnown, type Spoke } from '../../shared/ledger/spokes.ts'
import type { Account, AccountState } from '../../shared/organization/directory.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { pad, truncate } from '../output/width.ts'
import type { Layout } from '../output/writer.ts'

/** `not tried`: no event has come from the account yet, or the hub's next try is still to come. */
type StopRole = 'usable' | 'not usable' | 'not tried'

/** An account, as Organizations and the hub know it. What is absent is not known. */
export type AccountRow = {
  readonly accountId: string
  readonly name?: string
  readonly state?: AccountState
  /** The root and the OUs above the account, from the root down. */
  readonly path?: readonly string[]
  /** Whether the hub can use the role for stops there, so that it promises stops. */
  readonly stopRole: StopRole
  /** When the hub last tried it, and when it last could use it. ISO 8601, UTC. */
  readonly triedAt?: string
  readonly assumedAt?: string
}

const findStopRole = (spoke: Spoke | undefined, now: Date): StopRole => {
  if (spoke?.triedAt === undefined) return 'not tried'
  return isStopRoleKnown(spoke, now) ? 'usable' : 'not usable'
}

/** An account as one row. */
export const buildAccountRow = (
  accountId: string,
  {
    account,
    spoke,
    now,
  }: { readonly account?: Account | undefined; readonly spoke?: Spoke | undefined; readonly now: Date },
): AccountRow => ({
  accountId,
  ...(account?.name !== undefined && { name: account.name }),
  ...(account?.state !== undefined && { state: account.state }),
  ...(account?.path !== undefined && { path: account.path }),
  stopRole: findStopRole(spoke, now),
  ...(spoke?.triedAt !== undefined && { triedAt: spoke.triedAt }),
  ...(spoke?.assumedAt !== undefined && { assumedAt: spoke.assumedAt }),
})

const formatTime = (time: string | undefined): string => time?.slice(0, 16).replace('T', ' ') ?? ''

const NAME = 20
const STATE = 18

const formatRow = (name: string, [id, state, role, tried, unit]: readonly [string, string, string, string, string]) =>
  `${`${id}  ${pad(truncate(name, NAME), NAME)}  ${pad(state, STATE)}  ${pad(role, 10)}  ${pad(tried, 16)}  ${unit}`.trimEnd()}\n`

export const ACCOUNT_LAYOUT: Layout<AccountRow> = {
  columns: {
    accountId: ({ accountId }) => accountId,
    name: ({ name }) => name,
    state: ({ state }) => state,
    path: ({ path }) => path?.join('/'),
    stopRole: ({ stopRole }) => stopRole,
    triedAt: ({ triedAt }) => triedAt,
    assumedAt: ({ assumedAt }) => assumedAt,
  },
  table: {
    head: formatRow('NAME', ['ACCOUNT     ', 'STATE', 'STOP ROLE', 'TRIED (UTC)', 'OU']),
    row: ({ accountId, name = '', state = '', stopRole, triedAt, path }) =>
      formatRow(toPlainText(name), [accountId, state, stopRole, formatTime(triedAt), path?.at(-1) ?? '']),
  },
}
