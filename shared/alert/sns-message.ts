import type { Alert } from './alert.ts'
import type { AlertStory } from './alert-story.ts'
import { emailOf } from './email.ts'
import { subjectFor } from './subject.ts'

/** The fields of an SNS Publish call. */
export type SnsMessage = {
  readonly Subject: string
  readonly MessageStructure: 'json'
  readonly Message: string
  readonly MessageAttributes: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>
}

/** SNS refuses more than 262,144 bytes, attributes included (SNS API reference, Publish); the rest is for these. */
const MESSAGE_BYTES = 258_000

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** The size of a finding inside the message: JSON within JSON, so that every quote is escaped. */
const bytesWithin = (value: unknown): number => bytesOf(JSON.stringify(JSON.stringify(value))) - 1

const text = (StringValue: string) => ({ DataType: 'String', StringValue })
const list = (values: readonly string[]) => ({ DataType: 'String.Array', StringValue: JSON.stringify(values) })

/** Where a promised stop has ended: the states in which it did. */
const statesOf = ({ findings }: Alert): readonly string[] => [
  ...new Set(findings.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome.state]))),
]

/** By these each channel takes its own out of the topic: `ops` what is for now, `ops:later` what is held for it. */
const channelsOf = ({ deliver = [] }: Alert): readonly string[] =>
  deliver.map(({ channel, at }) => (at === undefined ? channel : `${channel}:later`))

const attributesOf = (alert: Alert): SnsMessage['MessageAttributes'] => {
  const states = statesOf(alert)
  const channels = channelsOf(alert)
  return {
    rule: list(alert.rules),
    severity: text(alert.severity),
    account: text(alert.accountId),
    region: text(alert.region),
    decision: text(alert.decision),
    kind: text(alert.kind ?? 'finding'),
    ...(states.length > 0 && { state: list(states) }),
    ...(channels.length > 0 && { channels: list(channels) }),
  }
}

/** Leaves out the last findings where all of them would not fit, and says how many; `told` keeps every resource. */
const withinLimit = (alert: Alert, email: string): Alert => {
  let left =
    MESSAGE_BYTES -
    bytesOf(JSON.stringify({ default: JSON.stringify({ ...alert, findings: [], omitted: 100_000 }), email }))
  const kept: Alert['findings'][number][] = []
  for (const finding of alert.findings) {
    left -= bytesWithin(finding)
    if (left < 0) break
    kept.push(finding)
  }
  return kept.length === alert.findings.length
    ? alert
    : { ...alert, findings: kept, omitted: alert.findings.length - kept.length }
}

/**
 * One publish for every protocol: the text for email, the whole alert as JSON for queues, functions and everything else,
 * and attributes for filter policies. Within SNS's limits whatever the number of findings.
 */
export const snsMessage = (alert: Alert, story: AlertStory): SnsMessage => {
  const email = emailOf(story)
  return {
    Subject: subjectFor(story, alert),
    MessageStructure: 'json',
    Message: JSON.stringify({ default: JSON.stringify(withinLimit(alert, email)), email }),
    MessageAttributes: attributesOf(alert),
  }
}
