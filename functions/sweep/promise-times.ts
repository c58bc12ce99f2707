import type { Finding } from '../../shared/engine/finding.ts'
import { refuseWithoutRoom } from '../../shared/engine/swept.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { readFinding } from '../../shared/ledger/finding-in.ts'
import { addKnownOwner } from '../../shared/ledger/owned.ts'
import { computeSoonest } from '../../shared/ledger/promised-times.ts'
import { isExisting, promiseAt } from '../../shared/ledger/promising.ts'
import { isOurs } from '../../shared/ledger/resolve-open.ts'
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

type Spread = {
  readonly promised: readonly Finding[]
  /** No room within a day, or none at all. */
  readonly later: readonly Finding[]
}

/** The time that an earlier delivery of our message gave to the stop. */
const readOurTime = (row: Row, claimant: string): number => {
  const { at } = isOurs(row, claimant) ? readFinding(row).action : {}
  return at === undefined ? Number.NaN : Date.parse(at) / 1000
}

/**
 * Gives times to the promised stops, for which the budget of the account has room over all messages. An instance has one
 * time, also for several rules, and in another delivery of the message as long as the grace allows it.
 */
const createTimes = ({ accountId }: AccountRegion, { delivery: { claimant }, ports }: Work) => {
  const times = new Map<string, number>()
  const { stop } = ports.policy
  return {
    keep: (id: string, rows: readonly Row[]): void => {
      for (const time of rows.map(row => readOurTime(row, claimant))) if (!Number.isNaN(time)) times.set(id, time)
    },
    give: async (findings: readonly Finding[]): Promise<Spread> => {
      const now = ports.now()
      const soonest = computeSoonest(stop, now)
      for (const [id, time] of times) if (time < soonest) times.delete(id)
      const ids = [...new Set(findings.map(({ resource }) => resource.id))].filter(id => !times.has(id))
      const request = { accountId, claimant, count: ids.length, stop, now }
      const reserved = ids.length === 0 ? [] : await ports.ledger.reserveTimes(request)
      for (const [index, id] of ids.entries()) {
        const time = reserved[index]
        if (time !== undefined) times.set(id, time)
      }
      const promised = findings.flatMap(finding => {
        const time = times.get(finding.resource.id)
        return time === undefined ? [] : [promiseAt(finding, time)]
      })
      return { promised, later: findings.filter(({ resource }) => !times.has(resource.id)) }
    },
  }
}

/** Gives times to the promised stops of one message. A stop for which the budget has no room within a day gets none. */
export const promiseTimes = (where: AccountRegion, work: Work) => {
  const { ports } = work
  const { policy } = ports
  const times = createTimes(where, work)
  const computeSpread = async (findings: readonly Finding[]): Promise<Spread> => {
    const given = await times.give(findings.filter(isPromise))
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
      for (const [id, known] of rows) times.keep(id, known)
      return findings.map(finding =>
        isPromise(finding) ? addKnownOwner(finding, rows.get(finding.resource.id) ?? []) : finding,
      )
    },
    /** Of the instances that were left running, only those that are promised a stop now. */
    chosen: async (findings: readonly Finding[]): Promise<readonly Finding[]> =>
      (await computeSpread(findings)).promised,
    /** Of the findings, the others are only alerted. */
    found: async (findings: readonly Finding[]): Promise<readonly Finding[]> => {
      const { promised, later } = await computeSpread(findings)
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
