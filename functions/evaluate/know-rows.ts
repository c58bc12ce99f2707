import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { addKnownOwner } from '../../shared/ledger/owned.ts'
import type { Claimed, Claiming, Row } from '../../shared/ledger/row.ts'
import { mapConcurrent } from '../runtime/map-concurrent.ts'
import type { Ports } from './ports.ts'

/** What the ledger knows of resources of one account and region. */
export type KnownRows = {
  readonly of: (resourceId: string) => Promise<readonly Row[]>
}

/** Reads the rows of each resource once, when they are first needed. */
export const createKnownRows = (place: AccountRegion, { rowsOf }: Pick<Ports, 'rowsOf'>): KnownRows => {
  const known = new Map<string, Promise<readonly Row[]>>()
  return {
    of: resourceId => {
      const { accountId, region } = place
      const rows = known.get(resourceId) ?? rowsOf({ accountId, region, resourceId })
      known.set(resourceId, rows)
      return rows
    },
  }
}

// EC2's notification of the stop may still be on its way, so that a requested stop counts.
const wasStopped = ({ state, stopRequestedAt }: Row): boolean =>
  state === 'STOPPED' || (state === 'DEFERRED' && stopRequestedAt !== undefined)

/** Says whether virtguard stopped one of these resources, according to the ledger. Throws what DynamoDB throws. */
export const hadStopped = async (resourceIds: readonly string[], rows: KnownRows): Promise<boolean> => {
  for (const id of resourceIds) if ((await rows.of(id)).some(wasStopped)) return true
  return false
}

const isPromise = ({ action }: Claimed): boolean => action.decision === 'defer'

type Owners = {
  readonly rows: KnownRows
  readonly claimAgain: (findings: readonly Claimed[]) => Promise<Claiming>
}

/**
 * The claimed findings, without a promise that Enforce would refuse: the row of another rule may name the service that
 * launched the instance. Such a finding is claimed once more, with the refusal. Throws what DynamoDB throws.
 */
export const refuseOwned = async (
  ours: readonly Claimed[],
  { rows, claimAgain }: Owners,
): Promise<readonly Claimed[]> => {
  const ids = [...new Set(ours.filter(isPromise).map(({ resource }) => resource.id))]
  const read = new Map(await mapConcurrent(ids, async id => [id, await rows.of(id)] as const))
  const known = ours.map(finding =>
    isPromise(finding) ? addKnownOwner(finding, read.get(finding.resource.id) ?? []) : finding,
  )
  const owned = known.filter((finding, index) => finding !== ours[index])
  if (owned.length === 0) return ours
  const again = new Map((await claimAgain(owned)).ours.map(finding => [finding.id, finding]))
  return known.flatMap((finding, index) => (finding === ours[index] ? finding : (again.get(finding.id) ?? [])))
}
