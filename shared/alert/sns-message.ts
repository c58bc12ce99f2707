import type { Alert } from './alert.ts'
import type { AlertContent } from './alert-content.ts'
import { renderEmail } from './email.ts'
import { buildSubject } from './subject.ts'

/** The fields of an SNS Publish call. */
export type SnsMessage = {
  readonly Subject: string
  readonly MessageStructure: 'json'
  readonly Message: string
  readonly MessageAttributes: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>
}

/** SNS refuses more than 262,144 bytes, attributes included (SNS API reference, Publish); the rest is for these. */
const MESSAGE_BYTES = 258_000

const countBytes = (text: string): number => new TextEncoder().encode(text).length

/** The size of a finding inside the message: JSON within JSON, so that every quote is escaped. */
const countJsonBytes = (value: unknown): number => countBytes(JSON.stringify(JSON.stringify(value))) - 1

const createTextAttribute = (StringValue: string) => ({ DataType: 'String', StringValue })
const list = (values: readonly string[]) => ({ DataType: 'String.Array', StringValue: JSON.stringify(values) })

/** The states in which a promised stop has ended. */
const listStates = ({ findings }: Alert): readonly string[] => [
  ...new Set(findings.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome.state]))),
]

/**
 * The attribute by which each channel takes its messages out of the topic: `ops` for messages to send now, `ops:later`
 * for scheduled ones.
 */
const listChannels = ({ deliver = [] }: Alert): readonly string[] =>
  deliver.map(({ channel, at }) => (at === undefined ? channel : `${channel}:later`))

const buildAttributes = (alert: Alert): SnsMessage['MessageAttributes'] => {
  const states = listStates(alert)
  const channels = listChannels(alert)
  return {
    rule: list(alert.rules),
    severity: createTextAttribute(alert.severity),
    account: createTextAttribute(alert.accountId),
    region: createTextAttribute(alert.region),
    decision: createTextAttribute(alert.decision),
    kind: createTextAttribute(alert.kind ?? 'finding'),
    ...(states.length > 0 && { state: list(states) }),
    ...(channels.length > 0 && { channels: list(channels) }),
  }
}

/** Leaves out the last findings if not all of them fit, and says how many. `told` keeps every resource. */
const fitIntoLimit = (alert: Alert, email: string): Alert => {
  let left =
    MESSAGE_BYTES -
    countBytes(JSON.stringify({ default: JSON.stringify({ ...alert, findings: [], omitted: 100_000 }), email }))
  const kept: Alert['findings'][number][] = []
  for (const finding of alert.findings) {
    left -= countJsonBytes(finding)
    if (left < 0) break
    kept.push(finding)
  }
  return kept.length === alert.findings.length
    ? alert
    : { ...alert, findings: kept, omitted: alert.findings.length - kept.length }
}

/**
 * One publish for every protocol: the text for email, the whole alert as JSON for queues, functions and everything
 * else, and attributes for filter policies. Within SNS's limits for any number of findings.
 */
export const buildSnsMessage = (alert: Alert, content: AlertContent): SnsMessage => {
  const email = renderEmail(content)
  return {
    Subject: buildSubject(content, alert),
    MessageStructure: 'json',
    Message: JSON.stringify({ default: JSON.stringify(fitIntoLimit(alert, email)), email }),
    MessageAttributes: buildAttributes(alert),
  }
}
