import type { Alert } from '../../shared/alert/alert.ts'
import { type RowKey, rowKey } from '../../shared/ledger/row.ts'
import type { ConfirmAlert, ConfirmPorts } from './ports.ts'

// DynamoDB takes far more; a launch of a thousand instances is marked within a few seconds.
const AT_ONCE = 25

const inTurns = async <T>(things: readonly T[], work: (thing: T) => Promise<void>): Promise<void> => {
  for (let start = 0; start < things.length; start += AT_ONCE)
    await Promise.all(things.slice(start, start + AT_ONCE).map(work))
}

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

const scheduleStops = async (alert: Alert, { schedule }: ConfirmPorts): Promise<void> => {
  const { accountId, region } = alert
  const stops = (alert.stops ?? []).flatMap(({ at, resources }) => resources.map(instanceId => ({ instanceId, at })))
  await inTurns(stops, ({ instanceId, at }) => {
    const due = new Date(at)
    // One instance, one promise, one schedule: made again it is the same, so that a message may come as often as it will.
    const name = `stop-${instanceId}-${due.getTime() / 1000}`
    return schedule({ name, at: due, message: { kind: 'stop', accountId, region, instanceId, due: at, attempt: 1 } })
  })
}

/**
 * Marks the rows that an alert tells of: an outcome or a digest as told, a finding as ALERTED or, where the alert promised
 * a stop, as DEFERRED; then makes the schedules of these stops. Only a row that is marked can be stopped, and it is marked
 * only by an alert that SNS took. Throws what DynamoDB or EventBridge Scheduler throws; to do it again is harmless.
 */
export const confirmAlert: ConfirmAlert = async (alert, ports) => {
  const { claim: claimant, kind = 'finding' } = alert
  const keys = keysOf(alert, alert.told)
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
