import type { EC2Client, EC2ClientConfig } from '@aws-sdk/client-ec2'
import { enabledRegions, fleetClient } from '../../shared/aws/fleet/places.ts'
import { UserError } from '../../shared/errors.ts'
import { type Coverage, NO_COUNTS } from '../../shared/fleet/coverage.ts'
import { troubleOf } from '../../shared/fleet/trouble.ts'
import { useProfile } from '../aws/account.ts'
import { asking } from '../aws/asking.ts'

/** One region of one account, and how to read it. */
export type ScanPlace = { readonly accountId: string; readonly region: string; readonly client: EC2Client }

/** What is to be read, and what already cannot be. */
export type Places = { readonly places: readonly ScanPlace[]; readonly notCovered: readonly Coverage[] }

export type Scope = {
  /** The regions by name, or all that are enabled; none: that of the profile. */
  readonly regions: readonly string[] | 'all'
  readonly profile?: string
  /** The roles to read as, one for each account; none: as whoever runs it. */
  readonly roles: readonly string[]
}

// Where no region is known, this one knows of all others.
const FALLBACK = 'us-east-1'

type Access = { readonly credentials: NonNullable<EC2ClientConfig['credentials']>; readonly region: string }

const settings = (): EC2ClientConfig => {
  const attempts = Number(process.env['AWS_MAX_ATTEMPTS'])
  return Number.isInteger(attempts) && attempts > 0 ? { maxAttempts: attempts } : {}
}

const clientIn = (region: string, { credentials }: Access): EC2Client =>
  fleetClient({ ...settings(), region, credentials })

/** The credentials of the surroundings, which all clients share, and the region to ask first. */
const ownAccess = async ({ regions }: Scope): Promise<Access> => {
  const first = regions === 'all' ? undefined : regions[0]
  const client = fleetClient({ ...settings(), ...(first !== undefined && { region: first }) })
  const region = await asking('ec2:DescribeInstances', client.config.region()).catch(error => {
    if (regions !== 'all') throw error
    return FALLBACK
  })
  return { credentials: client.config.credentials, region }
}

const accountOf = async ({ credentials, region }: Access): Promise<string> => {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts')
  const client = new STSClient({ region, credentials })
  const { Account } = await asking('sts:GetCallerIdentity', client.send(new GetCallerIdentityCommand({})))
  if (Account === undefined) throw new UserError('sts:GetCallerIdentity: AWS does not say whose credentials these are')
  return Account
}

const placesIn = async (accountId: string, { regions }: Scope, access: Access): Promise<readonly ScanPlace[]> => {
  const names =
    regions !== 'all'
      ? regions.length > 0
        ? [...new Set(regions)]
        : [access.region]
      : await enabledRegions(clientIn(access.region, access))
  return names.map(region => ({ accountId, region, client: clientIn(region, access) }))
}

/** arn:aws:iam::123456789012:role/name */
const accountOfRole = (role: string): string => role.split(':')[4] ?? ''

const notCovered = (accountId: string, scope: Scope, error: unknown): readonly Coverage[] => {
  const trouble = troubleOf(error, 'ec2:DescribeRegions')
  if (trouble === undefined) throw error
  const { why, missingPermission } = trouble
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

const asRole = async (role: string, own: Access, scope: Scope): Promise<Places> => {
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers')
  const assumed = fromTemporaryCredentials({
    masterCredentials: own.credentials,
    params: { RoleArn: role, RoleSessionName: 'virtguard-scan' },
    clientConfig: { region: own.region },
  })
  // A client keeps what it got until it runs out: the others share it.
  const { credentials } = clientIn(own.region, { ...own, credentials: assumed }).config
  const accountId = accountOfRole(role)
  try {
    await credentials()
    return { places: await placesIn(accountId, scope, { ...own, credentials }), notCovered: [] }
  } catch (error) {
    return { places: [], notCovered: notCovered(accountId, scope, error) }
  }
}

const asOneself = async (own: Access, scope: Scope): Promise<Places> => {
  const accountId = await accountOf(own)
  try {
    return { places: await placesIn(accountId, scope, own), notCovered: [] }
  } catch (error) {
    return { places: [], notCovered: notCovered(accountId, scope, error) }
  }
}

/**
 * Every region of every account to be read. A role that may not be assumed, and regions that may not be listed, are not
 * covered; throws UserError where there are no credentials at all.
 */
export const findPlaces = async (scope: Scope): Promise<Places> => {
  useProfile(scope.profile)
  const own = await ownAccess(scope)
  const accounts =
    scope.roles.length === 0
      ? [await asOneself(own, scope)]
      : await Promise.all([...new Set(scope.roles)].map(role => asRole(role, own, scope)))
  return {
    places: accounts.flatMap(({ places }) => places),
    notCovered: accounts.flatMap(account => account.notCovered),
  }
}
