import type { Alert } from '../alert/alert.ts'
import { getMessageId } from '../ledger/claimant.ts'
import { type RowKey, toEpochSeconds } from '../ledger/row.ts'
import { hashText } from '../text/hash-text.ts'

/*
 * What a channel has been told lies in the ledger's table, in a partition of its own for each channel:
 * `sent#<alert>` one for each alert; `pace` when the next message may go; `thread#<resource>` which message a resource was
 * told in; `open#<resource>#<time>#<alert>` what goes on with the story of a resource and is not out yet;
 * `held#<time>#<alert>` what waits for the end of quiet hours; `flush` who is telling that.
 */

/** open: being told, or tried again. held: told with others, later. parked: in the dead-letter queue, with the reason. */
export const SENT_STATES = ['open', 'sent', 'held', 'parked'] as const
export type SentState = (typeof SENT_STATES)[number]

/** What is known of the telling of one alert. Times are milliseconds since 1970, for conditions; `leaseUntil` is seconds. */
export type SentRow = RowKey & {
  readonly state: SentState
  /** The delivery of a message that tells it, or told it last (claimant.ts). */
  readonly claimant: string
  readonly leaseUntil: number
  /** When it was first tried. */
  readonly since: number
  /** How often sending has failed, and how often it had to wait for something else. */
  readonly failures: number
  readonly waits: number
  /** When it is its turn, where it waits for that. */
  readonly slot?: number
  /** It was refused in one message with others, so that it is told in one of its own. */
  readonly alone?: 1
}

export const getChannelPk = (channel: string): string => `channel#${channel}`

const fingerprintFindings = ({ told: alerted, findings }: Alert): string =>
  JSON.stringify([
    alerted,
    findings.map(({ resource, rule, status, outcome }) => [resource.id, rule, status, outcome?.state]).sort(),
  ])

/**
 * Names an alert, or a part of one, among all that a channel is told. By its id and by what it tells: who died may have told
 * a part of it, and the rest of the same launch, stop or digest is told under the same id.
 */
export const getSentSk = (alert: Alert): string =>
  `sent#${alert.id}#${alert.part.number}#${hashText(fingerprintFindings(alert))}#${alert.kind ?? 'finding'}`

/** What the rows of the alerts begin with that told of the launch which an alert goes on with. */
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
 * Whether a delivery may take over an alert that was taken before: it waits, or its holder died; or it was parked, and the
 * message is the one that came back from there. Another delivery of the message that holds it has to wait as any other.
 */
export const mayTake = (row: SentRow, by: { readonly claimant: string; readonly now: Date }): boolean => {
  if (row.state === 'parked') return getMessageId(row.claimant) !== getMessageId(by.claimant)
  return row.state === 'open' && (row.claimant === by.claimant || row.leaseUntil < toEpochSeconds(by.now))
}
