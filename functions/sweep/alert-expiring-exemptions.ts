import type { ExpiringExemption } from '../../shared/alert/alert.ts'
import { renderSnsMessage } from '../../shared/alert/render-alert.ts'
import { buildExemptionNotice, noticeKey, sweepLaunch } from '../../shared/alert/sweep-alert.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { addDeliveries } from '../../shared/routing/deliveries.ts'
import { requestRedelivery } from '../runtime/request-redelivery.ts'
import type { Work } from './ports.ts'

const DAY_MS = 86_400_000
/** So many days before it ends an exemption is announced to end. */
const DAYS_BEFORE = 7

const doesEndSoon = (expires: string, now: Date): boolean =>
  Date.parse(expires) + DAY_MS - now.getTime() <= DAYS_BEFORE * DAY_MS

type ExpiringCoverage = Required<Pick<Finding, 'exemption'>>['exemption'] & { readonly findings: Finding[] }

/** Gathers the findings covered by exemptions that are about to end. */
export type ExpiryCollector = { readonly add: (finding: Finding) => void; readonly alert: () => Promise<void> }

/**
 * An exemption that covers something here and ends within a week is announced once in each region; another end of it is
 * another announcement.
 */
export const createExpiryCollector = (where: AccountRegion, { delivery, ports }: Work): ExpiryCollector => {
  const outcomes = new Map<string, ExpiringCoverage>()
  const { claimant, messageId } = delivery
  return {
    add: finding => {
      const { exemption } = finding
      if (exemption === undefined || !doesEndSoon(exemption.expires, ports.now())) return
      const { reason, owner, expires } = exemption
      const key = noticeKey(exemption)
      // The writer of the matched facts differs between findings: each finding says it.
      const ending = outcomes.get(key) ?? { reason, owner, expires, findings: [] }
      ending.findings.push(finding)
      outcomes.set(key, ending)
    },
    alert: async () => {
      let isElsewhere = false
      const ours: (ExpiringExemption & Pick<ExpiringCoverage, 'findings'>)[] = []
      for (const [key, { findings, ...exemption }] of outcomes) {
        const resolved = await ports.ledger.claimNotice({
          ...where,
          claimant,
          now: ports.now(),
          key,
          expires: exemption.expires,
        })
        const resources = new Set(findings.map(({ resource }) => resource.id)).size
        isElsewhere ||= resolved === 'sibling'
        if (resolved === 'ours') ours.push({ key, ...exemption, resources, findings })
      }
      outcomes.clear()
      const teller = { ...where, claimant, now: ports.now(), launchId: sweepLaunch(messageId, 0) }
      const exemptions = ours.map(({ findings: _findings, ...exemption }) => exemption)
      const covered = ours.flatMap(({ findings }) => findings)
      for (const alert of buildExemptionNotice(exemptions, covered, teller))
        await ports.publish(renderSnsMessage(addDeliveries(alert, ports.policy, ports.now())))
      if (isElsewhere) requestRedelivery()
    },
  }
}
