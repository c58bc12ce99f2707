import type { Alert } from '../alert/alert.ts'
import { getMessageId } from '../ledger/claimant.ts'
import { type RowKey, toEpochSeconds } from '../ledger/row.ts'
import { hashText } from '../text/hash-text.ts'

/*
 * The rows of a channel are in the ledger's table, in a partition of its own for each channel: `sent#<alert>` one for
 * each alert; `pace` the time of the next message; `thread#<resource>` the message of a resource;
 * `open#<resource>#<time>#<alert>` a follow-up that was not sent yet; `held#<time>#<alert>` an alert that waits for the
 * end of quiet hours; `flush` the claim of the release.
 */

/** open: claimed, or tried again. held: scheduled. parked: in the dead-letter queue, with the reason. */
export const SENT_STATES = ['open', 'sent', 'held', 'parked'] as const
export type SentState = (typeof SENT_STATES)[number]

/** The state of one alert for a channel. Times are milliseconds since 1970, for conditions; `leaseUntil` is seconds. */
export type SentRow = RowKey & {
  readonly state: SentState
  /** The delivery of a message that sends it, or sent it last (claimant.ts). */
  readonly claimant: string
  readonly leaseUntil: number
  /** When it was first tried. */
  readonly since: number
  /** How often sending has failed, and how often it had to wait for something else. */
  readonly failures: number
  readonly waits: number
  /** Its rate limit slot, if it waits for one. */
  readonly slot?: number
  /** It was refused in one message with others, so that it is sent in one of its own. */
  readonly alone?: 1
}

export const getChannelPk = (channel: string): string => `channel#${channel}`

// Whether a stop is announced, and not for when: whoever alerts once more after a crash names a later time.
const listAnnounced = ({ stops = [] }: Alert): readonly string[] =>
  [
    ...new Set(stops.flatMap(({ rules, resources }) => rules.flatMap(rule => resources.map(id => `${id} ${rule}`)))),
  ].sort()

const fingerprintFindings = (alert: Alert): string => {
  const { told: alerted, findings } = alert
  const announced = listAnnounced(alert)
  return JSON.stringify([
    alerted,
    findings.map(({ resource, rule, status, outcome }) => [resource.id, rule, status, outcome?.state]).sort(),
    // An alert without stops keeps the name that it had in earlier versions.
    ...(announced.length > 0 ? [announced] : []),
  ])
}

/**
 * Names an alert, or a part of one, in the rows of a channel. By its id and by its content: a function that died may
 * have sent a part of it, and the rest of the same launch, stop or digest has the same id. So has an alert that
 * announces a stop of what an earlier alert only reported.
 */
export const getSentSk = (alert: Alert): string =>
  `sent#${alert.id}#${alert.part.number}#${hashText(fingerprintFindings(alert))}#${alert.kind ?? 'finding'}`

/** The beginning of the row names of the alerts about the launch that an alert follows. */
export const launchSk = ({ accountId, region, launchId }: Alert): string => `sent#${accountId}/${region}/${launchId}`

/** Whether a row's key, which begins with `launchSk`, is that of a finding of this very launch. */
export const isOfLaunch = (sk: string, alert: Alert): boolean => {
  const rest = sk.slice(launchSk(alert).length)
  return (rest.startsWith('#') || rest.startsWith('/')) && rest.endsWith('#finding')
}

/** DynamoDB deletes rows of this age: longer than a message can lie in a queue and then in its dead-letter queue. */
const KEPT_DAYS = 90
export const getExpiry = (now: Date): number => toEpochSeconds(now) + KEPT_DAYS * 86_400

/**
 * Whether a delivery may claim an alert that was claimed before. It may if the alert waits, its claimant died, or it
 * was dead-lettered and the message came back from there. Another delivery of the message that has it must wait like
 * any other.
 */
export const mayTake = (row: SentRow, by: { readonly claimant: string; readonly now: Date }): boolean => {
  if (row.state === 'parked') return getMessageId(row.claimant) !== getMessageId(by.claimant)
  return row.state === 'open' && (row.claimant === by.claimant || row.leaseUntil < toEpochSeconds(by.now))
}
