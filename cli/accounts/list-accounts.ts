import { listSpokes } from '../../shared/aws/ledger/spokes.ts'
import { UserError } from '../../shared/errors.ts'
import type { Account } from '../../shared/organization/directory.ts'
import { askAws } from '../aws/asking.ts'
import type { LocatedLedger } from '../aws/locate-ledger.ts'
import { formatCount } from '../output/counted.ts'
import type { Format } from '../output/formats.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { createWriter } from '../output/writer.ts'
import { readOrganization } from '../scan/organization.ts'
import { ACCOUNT_LAYOUT, type AccountRow, buildAccountRow } from './account-row.ts'

export type Listing = {
  readonly format: Format
  /** Only these accounts. None: all. */
  readonly accounts: readonly string[]
  /** Only these OUs, and those below them. None: all. */
  readonly ous: readonly string[]
}

/** By id. Without a right to read Organizations the rest is shown: undefined. An OU cannot be chosen then. Throws UserError. */
const readDirectory = async (
  io: Io,
  { ledger: { client } }: LocatedLedger,
  ous: readonly string[],
): Promise<ReadonlyMap<string, Account> | undefined> => {
  const access = { credentials: client.config.credentials, region: await client.config.region() }
  try {
    return (await readOrganization({ ous }, access, io.now())).accounts
  } catch (error) {
    if (!(error instanceof UserError) || ous.length > 0) throw error
    printLine(io.err, `only accounts from which an event has come, without name, state and OU: ${error.message}`)
    return undefined
  }
}

const listRows = async (io: Io, place: LocatedLedger, { accounts, ous }: Listing): Promise<readonly AccountRow[]> => {
  const directory = await readDirectory(io, place, ous)
  const spokes = new Map(
    (await askAws('dynamodb:Query', listSpokes(place.ledger))).map(spoke => [spoke.accountId, spoke]),
  )
  const inScope = ous.length > 0 ? [] : spokes.keys()
  const known = [...new Set([...(directory?.keys() ?? []), ...inScope])].toSorted()
  const missing = accounts.find(id => !known.includes(id))
  if (missing !== undefined) throw new UserError(`--account ${missing}: there is no such account; check its 12 digits`)
  return known
    .filter(id => accounts.length === 0 || accounts.includes(id))
    .map(id => buildAccountRow(id, { account: directory?.get(id), spoke: spokes.get(id), now: io.now() }))
}

/** Writes the accounts of the organization and what the hub knows of each. Returns 0; throws UserError. */
export const listAccounts = async (io: Io, place: LocatedLedger, listing: Listing): Promise<number> => {
  const rows = await listRows(io, place, listing)
  const writer = createWriter(listing.format, ACCOUNT_LAYOUT)
  io.out.write(writer.begin)
  for (const row of rows) io.out.write(writer.row(row))
  io.out.write(writer.end())
  const count = (role: AccountRow['stopRole']): number => rows.filter(({ stopRole }) => stopRole === role).length
  printLine(
    io.err,
    `${formatCount(rows.length, 'account')}; the role for stops: ${count('usable')} usable, ${count('not usable')} not usable, ${count('not tried')} not tried`,
  )
  return 0
}
