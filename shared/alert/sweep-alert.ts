import { SWEPT } from '../ledger/claim.ts'
import { reasonOr } from '../reasons/reason.ts'
import { hashText } from '../text/hash-text.ts'
import { limited } from '../text/limited.ts'
import {
  type Alert,
  alertsOf,
  type EndingExemption,
  inAlerts,
  type Occasion,
  type Teller,
  type ToldFinding,
} from './alert.ts'
import type { EndedFinding } from './outcome.ts'

/** One telling of a sweep: each has a name of its own in its message, so that no two alerts have one id. */
export type Telling = Teller & { readonly accountId: string; readonly region: string; readonly launchId: string }

/** What a sweep's findings are claimed under: by the message, and by how often that has told already. */
export const sweepLaunch = (messageId: string, telling: number): string =>
  `${SWEPT}${messageId}${telling === 0 ? '' : `-${telling + 1}`}`

export const isOfSweep = ({ launchId }: Pick<Alert, 'launchId'>): boolean => launchId.startsWith(SWEPT)

const occasionOf = ({ accountId, region, launchId, now }: Telling): Occasion => ({
  accountId,
  region,
  launchId,
  event: { id: launchId, name: 'DescribeInstances', time: now.toISOString() },
  actor: {},
})

const idOf = ({ accountId, region, launchId }: Telling, what: string): string =>
  `${accountId}/${region}/${launchId}/${what}`

/** What a sweep found and nobody had told, in one alert; in several only where it does not fit. */
export const sweepAlert = (findings: readonly ToldFinding[], telling: Telling): readonly Alert[] =>
  alertsOf(occasionOf(telling), findings, telling)

/** A finding that needs nothing any more, as a sweep found: nobody decides about it. */
export const resolved = (finding: EndedFinding): EndedFinding => {
  const { state: _state, at: _at, why: reason, ...because } = finding.outcome
  return { ...finding, action: { type: 'alert', decision: 'alert-only', reason, ...reasonOr(because) } }
}

/** What a sweep found to be gone or fixed, and outcomes that nobody had told. */
export const sweepOutcomeAlert = (findings: readonly EndedFinding[], telling: Telling): readonly Alert[] =>
  inAlerts(
    { kind: 'outcome', id: idOf(telling, 'resolved'), occasion: occasionOf(telling) },
    findings.map(resolved),
    telling,
  )

// DynamoDB takes 1,024 bytes.
const KEY_LENGTH = 300

/** The row of the ledger that says that the end of an exemption was announced, in words. */
export const noticeKey = ({ expires, owner, reason }: Omit<EndingExemption, 'key' | 'resources'>): string => {
  const words = `${expires} ${owner} ${reason}`
  if (words.length <= KEY_LENGTH) return words
  // Never half a character; and two that begin alike are two.
  return `${words.slice(0, KEY_LENGTH).replace(/[\ud800-\udbff]$/, '')} ${hashText(words)}`
}

// A person wrote them, as long as they liked.
const REASON_SHOWN = 500
const OWNER_SHOWN = 200

const shortened = (exemption: EndingExemption): EndingExemption => ({
  ...exemption,
  reason: limited(exemption.reason, REASON_SHOWN),
  owner: limited(exemption.owner, OWNER_SHOWN),
})

// A quarter of what SNS takes: the rest is for the resources that they cover.
const EXEMPTIONS_BYTES = 60_000
/** An exemption stands in the alert, as JSON within JSON, and in the mail, broken into lines. */
const bytesOf = (exemption: EndingExemption): number =>
  2 * new TextEncoder().encode(JSON.stringify(JSON.stringify(exemption))).length

/** In the order of their keys, so that whoever tells them again makes the same parts. */
const inGroups = (exemptions: readonly EndingExemption[]): readonly (readonly EndingExemption[])[] => {
  const groups: EndingExemption[][] = []
  let left = 0
  for (const exemption of exemptions.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(shortened)) {
    const group = groups.at(-1)
    const size = bytesOf(exemption)
    if (group !== undefined && size <= left) group.push(exemption)
    else groups.push([exemption])
    left = (group !== undefined && size <= left ? left : EXEMPTIONS_BYTES) - size
  }
  return groups.length === 0 ? [[]] : groups
}

/**
 * Exemptions that end within days, with what they cover: in one alert, and in several, each with an id of its own, where that
 * would be too large for SNS.
 */
export const exemptionNotice = (
  exemptions: readonly EndingExemption[],
  findings: readonly ToldFinding[],
  telling: Telling,
): readonly Alert[] => {
  const groups = inGroups(exemptions)
  const groupOf = new Map(groups.flatMap((group, index) => group.map(({ key }) => [key, index] as const)))
  const groupFor = ({ exemption }: ToldFinding): number =>
    exemption === undefined ? 0 : (groupOf.get(noticeKey(exemption)) ?? 0)
  return groups.flatMap((group, index) =>
    inAlerts(
      {
        kind: 'notice',
        id: idOf(telling, `exemptions${index === 0 ? '' : `-${index + 1}`}`),
        occasion: occasionOf(telling),
        exemptions: group,
      },
      findings.filter(finding => groupFor(finding) === index),
      telling,
    ),
  )
}
