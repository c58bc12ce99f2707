import {
  type Account,
  OrganizationsClient,
  paginateListAccounts,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
} from '@aws-sdk/client-organizations'
import { type Directory, readDirectory } from '../../organization/directory.ts'

/** Organizations has one endpoint a partition, which the SDK finds by the region. Its limits are low, and shared by all. */
export const createOrganizationsClient = (
  config: ConstructorParameters<typeof OrganizationsClient>[0],
): OrganizationsClient => new OrganizationsClient({ retryMode: 'adaptive', maxAttempts: 10, ...config })

const listAll = async (client: OrganizationsClient): Promise<readonly Account[]> => {
  const accounts: Account[] = []
  // A page may be empty, and be followed by others (Organizations API reference, ListAccounts).
  for await (const page of paginateListAccounts({ client }, {})) accounts.push(...(page.Accounts ?? []))
  return accounts
}

/** The accounts of an OU and of every OU below it. */
const listBelow = async (client: OrganizationsClient, ParentId: string): Promise<readonly Account[]> => {
  const accounts: Account[] = []
  for await (const page of paginateListAccountsForParent({ client }, { ParentId }))
    accounts.push(...(page.Accounts ?? []))
  for await (const page of paginateListOrganizationalUnitsForParent({ client }, { ParentId }))
    for (const { Id } of page.OrganizationalUnits ?? [])
      if (Id !== undefined) accounts.push(...(await listBelow(client, Id)))
  return accounts
}

/**
 * The accounts of the organization, or of these OUs and the OUs below them. Throws what Organizations throws, and UserError for an
 * answer without an account.
 */
export const readAccounts = async (
  client: OrganizationsClient,
  { ous, readAt }: { readonly ous: readonly string[]; readonly readAt: Date },
): Promise<Directory> => {
  const lists = ous.length === 0 ? [await listAll(client)] : await Promise.all(ous.map(ou => listBelow(client, ou)))
  return readDirectory({ Accounts: lists.flat() }, readAt.toISOString())
}
