import type { EC2Client, EC2ClientConfig } from '@aws-sdk/client-ec2'
import { createFleetClient, listEnabledRegions } from '../../shared/aws/fleet/account-regions.ts'
import { UserError } from '../../shared/errors.ts'
import { classifyReadFailure } from '../../shared/fleet/read-failure.ts'
import { type Coverage, NO_COUNTS } from '../../shared/ledger/coverage.ts'
import { useProfile } from '../aws/account.ts'
import { askAws } from '../aws/asking.ts'

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

// If no region is known, this one knows all others.
const FALLBACK = 'us-east-1'

type Access = { readonly credentials: NonNullable<EC2ClientConfig['credentials']>; readonly region: string }

const buildSettings = (): EC2ClientConfig => {
  const attempts = Number(process.env['AWS_MAX_ATTEMPTS'])
  return Number.isInteger(attempts) && attempts > 0 ? { maxAttempts: attempts } : {}
}

const createClientIn = (region: string, { credentials }: Access): EC2Client =>
  createFleetClient({ ...buildSettings(), region, credentials })

/** The credentials of the surroundings, which all clients share, and the region to ask first. */
const readOwnAccess = async ({ regions }: Scope): Promise<Access> => {
  const first = regions === 'all' ? undefined : regions[0]
  const client = createFleetClient({ ...buildSettings(), ...(first !== undefined && { region: first }) })
  const region = await askAws('ec2:DescribeInstances', client.config.region()).catch(error => {
    if (regions !== 'all') throw error
    return FALLBACK
  })
  return { credentials: client.config.credentials, region }
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

const scanAsRole = async (role: string, own: Access, scope: Scope): Promise<ScanTargets> => {
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers')
  const assumed = fromTemporaryCredentials({
    masterCredentials: own.credentials,
    params: { RoleArn: role, RoleSessionName: 'virtguard-scan' },
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

const scanAsSelf = async (own: Access, scope: Scope): Promise<ScanTargets> => {
  const accountId = await readAccountId(own)
  try {
    return { places: await listPlaces(accountId, scope, own), notCovered: [] }
  } catch (error) {
    return { places: [], notCovered: describeNotCovered(accountId, scope, error) }
  }
}

/**
 * Every region of every account to be read. A role that may not be assumed, and regions that may not be listed, are not
 * covered. Throws UserError if there are no credentials at all.
 */
export const findPlaces = async (scope: Scope): Promise<ScanTargets> => {
  useProfile(scope.profile)
  const own = await readOwnAccess(scope)
  const accounts =
    scope.roles.length === 0
      ? [await scanAsSelf(own, scope)]
      : await Promise.all([...new Set(scope.roles)].map(role => scanAsRole(role, own, scope)))
  return {
    places: accounts.flatMap(({ places }) => places),
    notCovered: accounts.flatMap(account => account.notCovered),
  }
}
