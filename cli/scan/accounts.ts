import type { EC2Client, EC2ClientConfig } from '@aws-sdk/client-ec2'
import { createFleetClient, listEnabledRegions } from '../../shared/aws/fleet/account-regions.ts'
import { UserError } from '../../shared/errors.ts'
import { getPartition } from '../../shared/facts/partitions.ts'
import { classifyReadFailure } from '../../shared/fleet/read-failure.ts'
import { type Coverage, NO_COUNTS } from '../../shared/ledger/coverage.ts'
import type { Directory } from '../../shared/organization/directory.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { useProfile } from '../aws/account.ts'
import { askAws } from '../aws/asking.ts'
import { chooseAccounts, readOrganization, SESSION_POLICY } from './organization.ts'
import type { OrganizationScope } from './organization-scope.ts'

/** One region of one account, and how to read it. */
export type ScanTarget = { readonly accountId: string; readonly region: string; readonly client: EC2Client }

/** The regions to read, and those that cannot be read. */
export type ScanTargets = { readonly places: readonly ScanTarget[]; readonly notCovered: readonly Coverage[] }

export type Scope = {
  /** The regions by name, or all that are enabled; none: that of the profile. */
  readonly regions: readonly string[] | 'all'
  readonly profile?: string
  /** The roles to assume, one for each account. None: the caller's own credentials. */
  readonly roles: readonly string[]
}

/** An account to read. Its regions are found when it is opened, and it holds nothing until then. */
export type ScanAccount = { readonly open: () => Promise<ScanTargets> }

/** What a scan of an organization reads. */
export type OrganizationPlan = {
  readonly accounts: readonly ScanAccount[]
  readonly directory: Directory
  /** Sentences about the accounts that are not read. */
  readonly leftOut: readonly string[]
}

// If no region is known, this one knows all others.
const FALLBACK = 'us-east-1'

type Access = {
  readonly credentials: NonNullable<EC2ClientConfig['credentials']>
  readonly region: string
  /** The connections, which all clients share: an endpoint is the same for all accounts. */
  readonly requestHandler: NonNullable<EC2ClientConfig['requestHandler']>
}

const buildSettings = (): EC2ClientConfig => {
  const attempts = Number(process.env['AWS_MAX_ATTEMPTS'])
  return Number.isInteger(attempts) && attempts > 0 ? { maxAttempts: attempts } : {}
}

const createClientIn = (region: string, { credentials, requestHandler }: Access): EC2Client =>
  createFleetClient({ ...buildSettings(), region, credentials, requestHandler })

/** The credentials of the surroundings, which all clients share, and the region to ask first. */
const readOwnAccess = async ({ regions }: Scope): Promise<Access> => {
  const first = regions === 'all' ? undefined : regions[0]
  const client = createFleetClient({ ...buildSettings(), ...(first !== undefined && { region: first }) })
  const region = await askAws('ec2:DescribeInstances', client.config.region()).catch(error => {
    if (regions !== 'all') throw error
    return FALLBACK
  })
  return { credentials: client.config.credentials, region, requestHandler: client.config.requestHandler }
}

const readAccountId = async ({ credentials, region }: Access): Promise<string> => {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts')
  const client = new STSClient({ region, credentials })
  const { Account } = await askAws('sts:GetCallerIdentity', client.send(new GetCallerIdentityCommand({})))
  if (Account === undefined) throw new UserError('sts:GetCallerIdentity: AWS does not say whose credentials these are')
  return Account
}

const listPlaces = async (accountId: string, { regions }: Scope, access: Access): Promise<readonly ScanTarget[]> => {
  const names =
    regions !== 'all'
      ? regions.length > 0
        ? [...new Set(regions)]
        : [access.region]
      : await listEnabledRegions(createClientIn(access.region, access))
  return names.map(region => ({ accountId, region, client: createClientIn(region, access) }))
}

/** arn:aws:iam::123456789012:role/name */
const parseRoleAccount = (role: string): string => role.split(':')[4] ?? ''

const describeNotCovered = (accountId: string, scope: Scope, error: unknown): readonly Coverage[] => {
  const failure = classifyReadFailure(error, 'ec2:DescribeRegions')
  if (failure === undefined) throw error
  const { why, missingPermission } = failure
  const names = scope.regions === 'all' || scope.regions.length === 0 ? ['all regions'] : scope.regions
  return names.map(region => ({
    ...NO_COUNTS,
    accountId,
    region,
    covered: false,
    why,
    ...(missingPermission !== undefined && { missingPermission }),
  }))
}

type Assumed = { readonly role: string; readonly sessionPolicy?: string }

const openAsRole = async ({ role, sessionPolicy }: Assumed, own: Access, scope: Scope): Promise<ScanTargets> => {
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers')
  const assumed = fromTemporaryCredentials({
    masterCredentials: own.credentials,
    params: {
      RoleArn: role,
      RoleSessionName: 'virtguard-scan',
      ...(sessionPolicy !== undefined && { Policy: sessionPolicy }),
    },
    clientConfig: { region: own.region },
  })
  // A client keeps its credentials until they expire: the others share it.
  const { credentials } = createClientIn(own.region, { ...own, credentials: assumed }).config
  const accountId = parseRoleAccount(role)
  try {
    await credentials()
    return { places: await listPlaces(accountId, scope, { ...own, credentials }), notCovered: [] }
  } catch (error) {
    return { places: [], notCovered: describeNotCovered(accountId, scope, error) }
  }
}

const openAsSelf = async (accountId: string, own: Access, scope: Scope): Promise<ScanTargets> => {
  try {
    return { places: await listPlaces(accountId, scope, own), notCovered: [] }
  } catch (error) {
    return { places: [], notCovered: describeNotCovered(accountId, scope, error) }
  }
}

/** STS says the same of a role that is missing and of one that trusts somebody else. */
const explainRole = (targets: ScanTargets, roleName: string): ScanTargets => ({
  ...targets,
  notCovered: targets.notCovered.map(one =>
    one.missingPermission === 'sts:AssumeRole'
      ? {
          ...one,
          region: 'all regions',
          why: `the role ${roleName} is missing there, or does not trust you; who administers the account can make it or change its trust`,
        }
      : one,
  ),
})

type Asked = { readonly policy: Policy; readonly now: Date }

/**
 * Every account of an organization to be read. A role that may not be assumed is not covered. Throws UserError if the organization
 * cannot be read.
 */
export const planOrganization = async (
  scope: Scope,
  organization: OrganizationScope,
  { policy, now }: Asked,
): Promise<OrganizationPlan> => {
  useProfile(scope.profile)
  const own = await readOwnAccess(scope)
  const [ownId, directory] = [await readAccountId(own), await readOrganization(organization, own, now)]
  const { accounts, leftOut } = chooseAccounts(directory, policy)
  const { roleName } = organization
  const open = async (id: string): Promise<ScanTargets> => {
    // The management account has no such role, and needs none to read itself.
    if (id === ownId) return openAsSelf(id, own, scope)
    const role = `arn:${getPartition(own.region)}:iam::${id}:role/${roleName}`
    return explainRole(await openAsRole({ role, sessionPolicy: SESSION_POLICY }, own, scope), roleName)
  }
  return { accounts: accounts.map(({ id }) => ({ open: () => open(id) })), directory, leftOut }
}

/**
 * The account of the credentials, or those of the roles. A role that may not be assumed, and regions that may not be listed, are not
 * covered. Throws UserError if there are no credentials at all.
 */
export const planAccounts = async (scope: Scope): Promise<readonly ScanAccount[]> => {
  useProfile(scope.profile)
  const own = await readOwnAccess(scope)
  if (scope.roles.length > 0)
    return [...new Set(scope.roles)].map(role => ({ open: () => openAsRole({ role }, own, scope) }))
  const accountId = await readAccountId(own)
  return [{ open: () => openAsSelf(accountId, own, scope) }]
}

/** So many accounts are opened before their turn: each takes two calls, one after the other. */
const AHEAD = 8

/** What each account has to read, account by account. */
export async function* openAccounts(accounts: readonly ScanAccount[]): AsyncGenerator<ScanTargets> {
  const waiting = accounts.values()
  const opened: Promise<ScanTargets>[] = []
  const openNext = (): void => {
    const { value: account } = waiting.next()
    if (account === undefined) return
    const opening = account.open()
    // It is thrown where its turn comes.
    opening.catch(() => {})
    opened.push(opening)
  }
  for (let ahead = 0; ahead < AHEAD; ahead++) openNext()
  for (let first = opened.shift(); first !== undefined; first = opened.shift()) {
    const targets = await first
    openNext()
    yield targets
  }
}
