import type { EC2ClientConfig } from '@aws-sdk/client-ec2'
import { createOrganizationsClient, readAccounts } from '../../shared/aws/organization/read-accounts.ts'
import type { World } from '../../shared/engine/evaluate.ts'
import { UserError } from '../../shared/errors.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { resolveAccountPolicy, resolvePolicy } from '../../shared/organization/account-policy.ts'
import type { Account, AccountState, Directory } from '../../shared/organization/directory.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { explainError } from '../aws/asking.ts'
import type { OrganizationScope } from './organization-scope.ts'

/** More than a scan does with a role is not allowed to its session, whatever the role may. */
export const SESSION_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['ec2:Describe*', 'autoscaling:Describe*', 'ssm:GetParameters'], Resource: '*' },
  ],
})

/** An account that is on its way out is still read: its instances run until it is closed. */
const READ: readonly AccountState[] = ['ACTIVE', 'PENDING_CLOSURE']

const WHO = 'call it with credentials of the management account, or of a delegated administrator'

type Access = { readonly credentials: NonNullable<EC2ClientConfig['credentials']>; readonly region: string }

/** The accounts of the organization of these credentials. Throws UserError. */
export const readOrganization = async (
  { ous }: Pick<OrganizationScope, 'ous'>,
  access: Access,
  now: Date,
): Promise<Directory> => {
  const call = ous.length === 0 ? 'organizations:ListAccounts' : 'organizations:ListAccountsForParent'
  const client = createOrganizationsClient(access)
  try {
    return await readAccounts(client, { ous, readAt: now })
  } catch (error) {
    const name = error instanceof Error ? error.name : ''
    if (name === 'AWSOrganizationsNotInUseException')
      throw new UserError(`${call}: the account of these credentials is in no organization; use those of one that is`)
    if (name === 'ParentNotFoundException')
      throw new UserError(`${call}: the organization has no OU ${ous.join(' or ')}; copy the id from the console`)
    if (error instanceof UserError)
      throw new UserError(`${call}: there is no account in ${ous.join(', ') || 'the answer'}`)
    throw explainError(call, error, WHO)
  } finally {
    client.destroy()
  }
}

export type Chosen = {
  readonly accounts: readonly Account[]
  /** Sentences about the accounts that are not read, one for each cause. */
  readonly leftOut: readonly string[]
}

const listIds = (accounts: readonly Account[]): string => accounts.map(({ id }) => id).join(', ')

/** The accounts of a directory that are read: those that are in use, and that the policy does not exclude. */
export const chooseAccounts = (directory: Directory, policy: Policy): Chosen => {
  const all = [...directory.accounts.values()].toSorted((a, b) => a.id.localeCompare(b.id))
  const used = all.filter(({ state }) => state === undefined || READ.includes(state))
  const unused = all.filter(account => !used.includes(account))
  const isExcluded = ({ id }: Account) => resolveAccountPolicy(policy, id, directory).guarding === 'excluded'
  const excluded = used.filter(isExcluded)
  return {
    accounts: used.filter(account => !excluded.includes(account)),
    leftOut: [
      ...(unused.length > 0
        ? [`left out, because they are not active: ${unused.map(({ id, state }) => `${id} ${state}`).join(', ')}`]
        : []),
      ...(excluded.length > 0 ? [`left out, because the policy excludes them: ${listIds(excluded)}`] : []),
    ],
  }
}

/** The world as it is in an account and region. Undefined where the policy excludes the region. */
export type WorldOf = (place: AccountRegion) => World | undefined

/** By what Organizations says of the accounts: overrides and names are decided, and names stand beside ids. */
export const createWorldOf = (world: World, directory: Directory): WorldOf => {
  const names = [...directory.accounts.values()].flatMap(({ id, name }) => (name === undefined ? [] : [[id, name]]))
  const accountNames = { ...Object.fromEntries(names), ...world.policy.accountNames }
  return place => {
    const { guarding, policy } = resolvePolicy(world.policy, place, directory)
    return guarding === 'excluded' ? undefined : { ...world, policy: { ...policy, accountNames } }
  }
}
