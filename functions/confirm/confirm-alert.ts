import type { Alert } from '../../shared/alert/alert.ts'
import { noticeRow } from '../../shared/ledger/notice.ts'
import { type RowKey, rowKey } from '../../shared/ledger/row.ts'
import { scheduleName } from '../../shared/ledger/schedule-name.ts'
import { inTurns } from '../in-turns.ts'
import type { ConfirmAlert, ConfirmPorts } from './ports.ts'

type Group = { readonly rules: readonly string[]; readonly resources: readonly string[] }

const keysOf = ({ accountId, region }: Alert, groups: readonly Group[]): readonly RowKey[] =>
  groups.flatMap(({ rules, resources }) =>
    resources.flatMap(resourceId => rules.map(rule => rowKey({ accountId, region, resourceId, rule }))),
  )

const nameOf = ({ pk, sk }: RowKey): string => `${pk} ${sk}`

/** When the row's stop is due, by the row. */
const promisesOf = (alert: Alert): ReadonlyMap<string, string> =>
  new Map(
    (alert.stops ?? []).flatMap(({ at, ...group }) => keysOf(alert, [group]).map(key => [nameOf(key), at] as const)),
  )

/** What tells alerts of one instance apart: the end of the claim, as the names of schedules are short. */
const tagOf = ({ claim }: Alert): string => claim.slice(-12)

/**
 * A schedule of its own for each alert: one of the same name that has just gone off, for rules of another alert, would be
 * taken for this one, and nobody would come for the rows that were marked since.
 */
const scheduleStops = async (alert: Alert, { schedule }: ConfirmPorts): Promise<void> => {
  const { accountId, region } = alert
  const stops = (alert.stops ?? []).flatMap(({ at, resources }) => resources.map(instanceId => ({ instanceId, at })))
  await inTurns(stops, ({ instanceId, at }) => {
    const due = new Date(at)
    const message = { kind: 'stop', accountId, region, instanceId, due: at, attempt: 1, alert: tagOf(alert) } as const
    return schedule({ name: scheduleName(message, due), at: due, message })
  })
}

/**
 * Marks the rows that an alert tells of: an outcome, a digest or a notice as told, a finding as ALERTED or, where the alert promised
 * a stop, as DEFERRED; then makes the schedules of these stops. Only a row that is marked can be stopped, and it is marked
 * only by an alert that SNS took. Throws what DynamoDB or EventBridge Scheduler throws; to do it again is harmless.
 */
export const confirmAlert: ConfirmAlert = async (alert, ports) => {
  const { claim: claimant, kind = 'finding' } = alert
  // A notice tells of exemptions: what they cover stays as it is.
  const keys =
    kind === 'notice' ? (alert.exemptions ?? []).map(({ key }) => noticeRow(alert, key)) : keysOf(alert, alert.told)
  if (kind === 'finding') {
    const promises = promisesOf(alert)
    await inTurns(keys, key => {
      const stopAt = promises.get(nameOf(key))
      return ports.mark(key, { claimant, ...(stopAt !== undefined && { stopAt }) })
    })
    await scheduleStops(alert, ports)
  } else await inTurns(keys, key => ports.markTold(key, claimant))
  return keys.length
}
