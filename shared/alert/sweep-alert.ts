import { SWEPT } from '../ledger/claim.ts'
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
export const resolved = (finding: EndedFinding): EndedFinding => ({
  ...finding,
  action: { type: 'alert', decision: 'alert-only', reason: finding.outcome.why },
})

/** What a sweep found to be gone or fixed, and outcomes that nobody had told. */
export const sweepOutcomeAlert = (findings: readonly EndedFinding[], telling: Telling): readonly Alert[] =>
  inAlerts(
    { kind: 'outcome', id: idOf(telling, 'resolved'), occasion: occasionOf(telling) },
    findings.map(resolved),
    telling,
  )

/** The row of the ledger that says that the end of an exemption was announced, in words. */
export const noticeKey = ({ expires, owner, reason }: Omit<EndingExemption, 'key' | 'resources'>): string =>
  // DynamoDB takes 1,024 bytes; never half a character.
  `${expires} ${owner} ${reason}`.slice(0, 300).replace(/[\ud800-\udbff]$/, '')

/** Exemptions that end within days, with what they cover. */
export const exemptionNotice = (
  exemptions: readonly EndingExemption[],
  findings: readonly ToldFinding[],
  telling: Telling,
): readonly Alert[] =>
  inAlerts(
    { kind: 'notice', id: idOf(telling, 'exemptions'), occasion: occasionOf(telling), exemptions },
    findings,
    telling,
  )
