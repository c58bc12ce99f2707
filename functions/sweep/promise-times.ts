import type { Finding } from '../../shared/engine/finding.ts'
import { refuseWithoutRoom } from '../../shared/engine/swept.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { addKnownOwner } from '../../shared/ledger/owned.ts'
import { isExisting, spreadOver } from '../../shared/ledger/promising.ts'
import { buildRowKey, type Row, type RowKey, type RowLocation } from '../../shared/ledger/row.ts'
import { mapConcurrent } from '../runtime/map-concurrent.ts'
import type { Work } from './ports.ts'

const nameOf = ({ pk, sk }: RowKey): string => `${pk} ${sk}`

const placeOfFinding = ({ resource, rule }: Finding): RowLocation => {
  const { accountId, region, id } = resource
  return { accountId, region, resourceId: id, rule }
}

export const isPromise = ({ action }: Finding): boolean => action.decision === 'defer'

/** As far as is known when it is read, a sweep may claim it. An alert that said UNKNOWN refused no stop for good. */
const mayBeClaimed = (row: Row | undefined): boolean =>
  row === undefined || row.state === 'NEW' || row.state === 'SUPPRESSED' || row.status === 'UNKNOWN' || isExisting(row)

/** A row may be promised a stop only as long as it is unchanged since it was read. */
export const isAsRead = (rows: readonly Row[]): ((seen: Row) => boolean) => {
  const read = new Map(rows.map(row => [nameOf(row), row]))
  return seen => {
    const row = read.get(nameOf(seen))
    return row !== undefined && row.state === seen.state && row.changedAt === seen.changedAt
  }
}

/** Gives times to the promised stops of one message. A stop for which the budget has no room within a day gets none. */
export const promiseTimes = (where: AccountRegion, { ports }: Work) => {
  const { policy } = ports
  let places = 0
  const computeSpread = (findings: readonly Finding[]) => {
    const given = spreadOver(findings.filter(isPromise), { stop: policy.stop, now: ports.now(), places })
    places = given.places
    const count = given.later.length
    const why = 'the budget has no room within a day: no stop is scheduled'
    if (count > 0) ports.log('warn', why, { ...where, findings: count })
    return given
  }
  return {
    /**
     * Decides again with the launcher that the rows of all rules name. So no stop is promised that Enforce would refuse
     * because of them.
     */
    known: async (findings: readonly Finding[]): Promise<readonly Finding[]> => {
      const ids = [...new Set(findings.filter(isPromise).map(({ resource }) => resource.id))]
      const rows = new Map(
        await mapConcurrent(ids, async id => [id, await ports.ledger.rowsOf({ ...where, resourceId: id })] as const),
      )
      return findings.map(finding =>
        isPromise(finding) ? addKnownOwner(finding, rows.get(finding.resource.id) ?? []) : finding,
      )
    },
    /** Of the instances that were left running, only those that are promised a stop now. */
    chosen: (findings: readonly Finding[]): readonly Finding[] => computeSpread(findings).promised,
    /** Of the findings, the others are only alerted. */
    found: (findings: readonly Finding[]): readonly Finding[] => {
      const { promised, later } = computeSpread(findings)
      const others = findings.filter(finding => !isPromise(finding))
      return [...others, ...promised, ...later.map(finding => refuseWithoutRoom(finding, policy))]
    },
    /** Without findings that were alerted, so that they get no time. */
    claimable: async (findings: readonly Finding[]): Promise<readonly Finding[]> => {
      const promises = findings.filter(isPromise)
      if (promises.length === 0) return findings
      const rows = await ports.ledger.rowsAt(promises.map(placeOfFinding))
      const known = new Map(rows.map(row => [nameOf(row), row]))
      const createRow = (finding: Finding): Row | undefined => known.get(nameOf(buildRowKey(placeOfFinding(finding))))
      return findings.filter(finding => !isPromise(finding) || mayBeClaimed(createRow(finding)))
    },
  }
}
