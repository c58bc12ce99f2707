import type { EndingExemption } from '../../shared/alert/alert.ts'
import { exemptionNotice, noticeKey, sweepLaunch } from '../../shared/alert/sweep-alert.ts'
import { messageOf } from '../../shared/alert/tell.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { withDeliveries } from '../../shared/routing/deliveries.ts'
import { comeAgain } from '../come-again.ts'
import type { Where, Work } from './ports.ts'

const DAY_MS = 86_400_000
/** So many days before it ends an exemption is announced to end. */
const DAYS_BEFORE = 7

const endsSoon = (expires: string, now: Date): boolean =>
  Date.parse(expires) + DAY_MS - now.getTime() <= DAYS_BEFORE * DAY_MS

type Ending = Required<Pick<Finding, 'exemption'>>['exemption'] & { readonly findings: Finding[] }

/** Gathers what is covered by exemptions that are about to end. */
export type Endings = { readonly add: (finding: Finding) => void; readonly tell: () => Promise<void> }

/**
 * An exemption that covers something here and ends within a week is announced once in each region; another end of it is
 * another announcement.
 */
export const endingsOf = (where: Where, { delivery, ports }: Work): Endings => {
  const endings = new Map<string, Ending>()
  const { claimant, messageId } = delivery
  return {
    add: finding => {
      const { exemption } = finding
      if (exemption === undefined || !endsSoon(exemption.expires, ports.now())) return
      const { reason, owner, expires } = exemption
      const key = noticeKey(exemption)
      // Who wrote what it matches differs from finding to finding: each finding says it.
      const ending = endings.get(key) ?? { reason, owner, expires, findings: [] }
      ending.findings.push(finding)
      endings.set(key, ending)
    },
    tell: async () => {
      let isElsewhere = false
      const ours: (EndingExemption & Pick<Ending, 'findings'>)[] = []
      for (const [key, { findings, ...exemption }] of endings) {
        const settled = await ports.ledger.claimNotice({
          ...where,
          claimant,
          now: ports.now(),
          key,
          expires: exemption.expires,
        })
        const resources = new Set(findings.map(({ resource }) => resource.id)).size
        isElsewhere ||= settled === 'sibling'
        if (settled === 'ours') ours.push({ key, ...exemption, resources, findings })
      }
      endings.clear()
      const teller = { ...where, claimant, now: ports.now(), launchId: sweepLaunch(messageId, 0) }
      const exemptions = ours.map(({ findings: _findings, ...exemption }) => exemption)
      const covered = ours.flatMap(({ findings }) => findings)
      for (const alert of exemptionNotice(exemptions, covered, teller))
        await ports.publish(messageOf(withDeliveries(alert, ports.policy, ports.now())))
      if (isElsewhere) comeAgain()
    },
  }
}
