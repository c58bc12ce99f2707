import { SWEPT } from '../ledger/claim.ts'
import { getReasonOr } from '../reasons/reason.ts'
import { hashText } from '../text/hash-text.ts'
import { limitText } from '../text/limited.ts'
import {
  type Alert,
  type AlertedFinding,
  buildAlerts,
  buildFindingAlerts,
  type Claimant,
  type ExpiringExemption,
  type Source,
} from './alert.ts'
import type { EndedFinding } from './outcome.ts'

/** One alert of a sweep. Each has a number of its own in its message, so that no two alerts have one id. */
export type SweepClaimant = Claimant & {
  readonly accountId: string
  readonly region: string
  readonly launchId: string
}

/** The claimant of a sweep's findings: the message, and the number of its alerts so far. */
export const sweepLaunch = (messageId: string, alertNumber: number): string =>
  `${SWEPT}${messageId}${alertNumber === 0 ? '' : `-${alertNumber + 1}`}`

export const isOfSweep = ({ launchId }: Pick<Alert, 'launchId'>): boolean => launchId.startsWith(SWEPT)

const createSweepSource = ({ accountId, region, launchId, now }: SweepClaimant): Source => ({
  accountId,
  region,
  launchId,
  event: { id: launchId, name: 'DescribeInstances', time: now.toISOString() },
  actor: {},
})

const buildAlertId = ({ accountId, region, launchId }: SweepClaimant, what: string): string =>
  `${accountId}/${region}/${launchId}/${what}`

/** The findings of a sweep that nobody had alerted, in one alert, or in several if they do not fit. */
export const sweepAlert = (findings: readonly AlertedFinding[], claimant: SweepClaimant): readonly Alert[] =>
  buildFindingAlerts(createSweepSource(claimant), findings, claimant)

/** A finding that a sweep resolved: it has no decision. */
export const markResolved = (finding: EndedFinding): EndedFinding => {
  const { state: _state, at: _at, why: reason, ...because } = finding.outcome
  return { ...finding, action: { type: 'alert', decision: 'alert-only', reason, ...getReasonOr(because) } }
}

/** The alert of findings that a sweep resolved, and of pending outcomes. */
export const sweepOutcomeAlert = (findings: readonly EndedFinding[], claimant: SweepClaimant): readonly Alert[] =>
  buildAlerts(
    { kind: 'outcome', id: buildAlertId(claimant, 'resolved'), source: createSweepSource(claimant) },
    findings.map(markResolved),
    claimant,
  )

// DynamoDB takes 1,024 bytes.
const KEY_LENGTH = 300

/** The row of the ledger that says that the end of an exemption was announced, in words. */
export const noticeKey = ({ expires, owner, reason }: Omit<ExpiringExemption, 'key' | 'resources'>): string => {
  const words = `${expires} ${owner} ${reason}`
  if (words.length <= KEY_LENGTH) return words
  // Never half a character; and two that begin alike are two.
  return `${words.slice(0, KEY_LENGTH).replace(/[\ud800-\udbff]$/, '')} ${hashText(words)}`
}

// A person wrote them, as long as they liked.
const REASON_SHOWN = 500
const OWNER_SHOWN = 200

const shortenText = (exemption: ExpiringExemption): ExpiringExemption => ({
  ...exemption,
  reason: limitText(exemption.reason, REASON_SHOWN),
  owner: limitText(exemption.owner, OWNER_SHOWN),
})

// A quarter of the limit of SNS. The rest is for the resources that they cover.
const EXEMPTIONS_BYTES = 60_000
/** An exemption stands in the alert, as JSON within JSON, and in the mail, broken into lines. */
const countBytes = (exemption: ExpiringExemption): number =>
  2 * new TextEncoder().encode(JSON.stringify(JSON.stringify(exemption))).length

/** In the order of their keys, so that a second delivery makes the same parts. */
const chunkBySize = (exemptions: readonly ExpiringExemption[]): readonly (readonly ExpiringExemption[])[] => {
  const groups: ExpiringExemption[][] = []
  let left = 0
  for (const exemption of exemptions.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(shortenText)) {
    const group = groups.at(-1)
    const size = countBytes(exemption)
    if (group !== undefined && size <= left) group.push(exemption)
    else groups.push([exemption])
    left = (group !== undefined && size <= left ? left : EXEMPTIONS_BYTES) - size
  }
  return groups.length === 0 ? [[]] : groups
}

/**
 * Exemptions that end within days, with the findings that they cover: in one alert, or in several, each with an id of
 * its own, if one would be too large for SNS.
 */
export const buildExemptionNotice = (
  exemptions: readonly ExpiringExemption[],
  findings: readonly AlertedFinding[],
  claimant: SweepClaimant,
): readonly Alert[] => {
  const groups = chunkBySize(exemptions)
  const groupOf = new Map(groups.flatMap((group, index) => group.map(({ key }) => [key, index] as const)))
  const groupFor = ({ exemption }: AlertedFinding): number =>
    exemption === undefined ? 0 : (groupOf.get(noticeKey(exemption)) ?? 0)
  return groups.flatMap((group, index) =>
    buildAlerts(
      {
        kind: 'notice',
        id: buildAlertId(claimant, `exemptions${index === 0 ? '' : `-${index + 1}`}`),
        source: createSweepSource(claimant),
        exemptions: group,
      },
      findings.filter(finding => groupFor(finding) === index),
      claimant,
    ),
  )
}
