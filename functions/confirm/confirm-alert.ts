import type { Alert } from '../../shared/alert/alert.ts'
import type { Mark } from '../../shared/aws/ledger/confirm.ts'
import { ROWS_PER_TRANSACTION } from '../../shared/ledger/claim.ts'
import { noticeRow } from '../../shared/ledger/notice.ts'
import { buildRowKey, type RowKey } from '../../shared/ledger/row.ts'
import { scheduleName } from '../../shared/ledger/schedule-name.ts'
import { mapConcurrent } from '../runtime/map-concurrent.ts'
import { type ConfirmAlert, type ConfirmPorts, OutOfTime } from './ports.ts'

type Group = { readonly rules: readonly string[]; readonly resources: readonly string[] }

const listRowKeys = ({ accountId, region }: Alert, groups: readonly Group[]): readonly RowKey[] =>
  groups.flatMap(({ rules, resources }) =>
    resources.flatMap(resourceId => rules.map(rule => buildRowKey({ accountId, region, resourceId, rule }))),
  )

const nameOf = ({ pk, sk }: RowKey): string => `${pk} ${sk}`

/** When the row's stop is due, by the row. */
const promisesOf = (alert: Alert): ReadonlyMap<string, string> =>
  new Map(
    (alert.stops ?? []).flatMap(({ at, ...group }) =>
      listRowKeys(alert, [group]).map(key => [nameOf(key), at] as const),
    ),
  )

/** The end of the claim, which distinguishes alerts of one instance, because the names of schedules are short. */
const getClaimTag = ({ claim }: Alert): string => claim.slice(-12)

const checkTime = ({ hasTime }: ConfirmPorts): void => {
  if (!hasTime()) throw new OutOfTime('this invocation has no time left; what is marked stays marked')
}

/**
 * Each alert has a schedule of its own. With a common name, the schedule of another alert that has just fired would
 * count as this one, and the rows that were marked since would never be stopped.
 */
const scheduleStops = async (alert: Alert, ports: ConfirmPorts): Promise<void> => {
  const { accountId, region } = alert
  const stops = (alert.stops ?? []).flatMap(({ at, resources }) => resources.map(instanceId => ({ instanceId, at })))
  await mapConcurrent(stops, ({ instanceId, at }) => {
    checkTime(ports)
    const due = new Date(at)
    const message = {
      kind: 'stop',
      accountId,
      region,
      instanceId,
      due: at,
      attempt: 1,
      alert: getClaimTag(alert),
    } as const
    return ports.schedule({ name: scheduleName(message, due), at: due, message })
  })
}

/** Every row of an alert, once. */
const listMarks = (alert: Alert): readonly Mark[] => {
  // A notice is about exemptions: the findings that they cover stay as they are.
  if (alert.kind === 'notice') return (alert.exemptions ?? []).map(({ key }) => ({ key: noticeRow(alert, key) }))
  const promises = promisesOf(alert)
  const byName = new Map(listRowKeys(alert, alert.told).map(key => [nameOf(key), key] as const))
  return [...byName].map(([name, key]) => {
    const stopAt = promises.get(name)
    return { key, ...(stopAt !== undefined && { stopAt }) }
  })
}

const chunkByHundred = (marks: readonly Mark[]): readonly (readonly Mark[])[] =>
  Array.from({ length: Math.ceil(marks.length / ROWS_PER_TRANSACTION) }, (_, index) =>
    marks.slice(index * ROWS_PER_TRANSACTION, (index + 1) * ROWS_PER_TRANSACTION),
  )

/**
 * Marks the rows of an alert: an outcome, a digest or a notice as alerted, a finding as ALERTED, or as DEFERRED if the
 * alert promised a stop. Then makes the schedules of these stops. Only a marked row can be stopped, and only an alert
 * that SNS delivered marks it. Continues the work of an earlier delivery. Throws what DynamoDB or EventBridge Scheduler
 * throws, and OutOfTime. You may call it again.
 */
export const confirmAlert: ConfirmAlert = async (alert, { isFirst }, ports) => {
  const { claim: claimant, kind = 'finding' } = alert
  const marks = listMarks(alert)
  for (const hundred of chunkByHundred(marks)) {
    checkTime(ports)
    // A row that is marked already costs a read, which is cheap, and no write.
    const open = isFirst ? hundred : await ports.unmarkedOf(hundred, claimant)
    if (kind === 'finding') await ports.markAlerted(open, claimant)
    else await ports.markOutcomesAlerted(open, claimant)
  }
  if (kind === 'finding') await scheduleStops(alert, ports)
  return marks.length
}
