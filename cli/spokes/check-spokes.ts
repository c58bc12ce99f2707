import type { IAMClientConfig } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { SPOKE_ROLES } from '../../infra/spokes/names.ts'
import { listSpokeRoles, type SpokeRole } from '../../infra/spokes/roles.ts'
import type { Hub } from '../../infra/spokes/template.ts'
import { assumeRole, createStsClient, isDenied } from '../../shared/aws/role-sessions.ts'
import { UserError } from '../../shared/errors.ts'
import { getPartition } from '../../shared/facts/partitions.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { useProfile } from '../aws/account.ts'
import { askAws } from '../aws/asking.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { chooseAccounts, readOrganization } from '../scan/organization.ts'
import { compareRole, type Deployed } from './compare-roles.ts'
import { buildSessionPolicy, createIamClient, readRole } from './read-roles.ts'

type Checking = {
  readonly hub: Hub
  readonly policy: Policy
  /** None: every account of the organization that is in use. */
  readonly accounts: readonly string[]
  /** The role of each account to read with. */
  readonly roleName: string
  readonly profile?: string
}

/** What is wrong in an account, or why that is not known. */
type Checked = { readonly problems: readonly string[] } | { readonly unknown: string }

type Credentials = NonNullable<IAMClientConfig['credentials']>

type Open = (accountId: string) => Promise<Credentials>

/** How each account is opened: the own one without a role. Throws UserError if there are no credentials. */
const prepareAccess = async ({ hub, roleName }: Checking, partition: string) => {
  const sts = createStsClient(hub.region)
  const { Account: ownId } = await askAws('sts:GetCallerIdentity', sts.send(new GetCallerIdentityCommand({})))
  const own = sts.config.credentials
  const open: Open = async accountId => {
    if (accountId === ownId) return own
    const roleArn = `arn:${partition}:iam::${accountId}:role/${roleName}`
    const session = { roleArn, sessionName: 'virtguard-spokes-check', policy: buildSessionPolicy(partition) }
    return assumeRole(sts, session).catch(error => {
      if (!isDenied(error)) return askAws('sts:AssumeRole', Promise.reject(error))
      throw new UserError(
        `the role ${roleName} is missing there, or does not trust you; who administers the account can make it or change its trust`,
      )
    })
  }
  return { own, open }
}

const checkRoles = async (
  credentials: Credentials,
  roles: readonly SpokeRole[],
  where: Deployed & { readonly region: string },
): Promise<readonly string[]> => {
  const client = createIamClient({ credentials, region: where.region })
  const problems: string[] = []
  try {
    for (const name of Object.values(SPOKE_ROLES)) {
      const role = roles.find(each => each.name === name)
      const found = await readRole(client, name)
      if (role === undefined) problems.push(...(found === undefined ? [] : [`${name} is there, and no rule enforces`]))
      else problems.push(...(found === undefined ? [`${name} is missing`] : compareRole(role, found, where)))
    }
    return problems
  } finally {
    client.destroy()
  }
}

/** How many accounts are read at once. IAM's limits are low. */
const AT_ONCE = 8

const listAccounts = async (checking: Checking, credentials: Credentials, io: Io): Promise<readonly string[]> => {
  const { accounts, hub, policy } = checking
  if (accounts.length > 0) return accounts
  const directory = await readOrganization({ ous: [] }, { credentials, region: hub.region }, io.now())
  const chosen = chooseAccounts(directory, policy)
  for (const line of chosen.leftOut) printLine(io.err, line)
  return chosen.accounts.map(({ id }) => id)
}

const describe = (checked: Checked): string => {
  if ('unknown' in checked) return `could not be read: ${checked.unknown}`
  return checked.problems.length === 0 ? 'as in the template' : checked.problems.join('; ')
}

/**
 * Compares the roles of virtguard in accounts with those that the template makes. Returns 0 if all are alike, 1 if one is not, 2 if
 * an account could not be read. Throws UserError if none can be read at all.
 */
export const checkSpokes = async (io: Io, checking: Checking): Promise<number> => {
  const { hub, policy, profile } = checking
  useProfile(profile)
  const partition = getPartition(hub.region)
  const { own, open } = await prepareAccess(checking, partition)
  const roles = listSpokeRoles(hub, policy)
  const checkOne = async (accountId: string): Promise<Checked> => {
    try {
      return { problems: await checkRoles(await open(accountId), roles, { partition, accountId, region: hub.region }) }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return { unknown: error.message }
    }
  }
  const ids = await listAccounts(checking, own, io)
  const counts = { wrong: 0, unknown: 0 }
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE)
    for (const [index, checked] of (await Promise.all(some.map(checkOne))).entries()) {
      io.out.write(`${some[index]}  ${describe(checked)}\n`)
      if ('unknown' in checked) counts.unknown++
      else if (checked.problems.length > 0) counts.wrong++
    }
  }
  if (counts.wrong > 0)
    printLine(
      io.err,
      'who deploys the spokes writes the templates again with this policy, and deploys spoke-roles.json where a role differs',
    )
  if (counts.unknown > 0) return 2
  return counts.wrong > 0 ? 1 : 0
}
