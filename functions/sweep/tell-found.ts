import { sweepAlert, sweepLaunch } from '../../shared/alert/sweep-alert.ts'
import { messageOf } from '../../shared/alert/tell.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { asSwept } from '../../shared/engine/swept.ts'
import type { Claimed } from '../../shared/ledger/row.ts'
import { withDeliveries } from '../../shared/routing/deliveries.ts'
import { countByRule } from '../count-by-rule.ts'
import type { Where, Work } from './ports.ts'

/** As many resources as an alert can name; what is gathered is claimed and told before there are more. */
export const MOST_GATHERED = 4_000

/** Gathers what a sweep finds, so that a region is told in one alert. */
export type Found = {
  /** `back`: of what was dealt with and came up again, as its event says. */
  readonly add: (findings: readonly Finding[], how?: 'back') => Promise<void>
  /** Claims what was gathered, and tells what nobody has told. */
  readonly tell: () => Promise<void>
}

/** One for each message: the claims are the message's own, whenever it is delivered. */
export const gathering = (where: Where, { delivery, ports }: Work): Found => {
  const { messageId: claimant } = delivery
  let seen: Finding[] = []
  let back: Finding[] = []
  let tellings = 0
  const tell = async (): Promise<void> => {
    const [these, those] = [seen, back]
    if (these.length + those.length === 0) return
    seen = []
    back = []
    const claim = { claimant, launchId: sweepLaunch(claimant, tellings), now: ports.now() }
    tellings += 1
    const ours: Claimed[] = [...(await ports.ledger.claim(these, { ...claim, sweep: true }))]
    if (those.length > 0) ours.push(...(await ports.ledger.claim(those, claim)))
    for (const alert of sweepAlert(ours, { ...where, ...claim }))
      await ports.publish(messageOf(withDeliveries(alert, ports.policy, ports.now())))
    countByRule(ours, ports.countFindings)
    if (ours.length > 0) ports.log('info', 'told what was found', { ...where, findings: ours.length })
  }
  return {
    add: async (findings, how) => {
      const into = how === 'back' ? back : seen
      for (const finding of findings) into.push(asSwept(finding, ports.policy))
      if (seen.length + back.length >= MOST_GATHERED) await tell()
    },
    tell,
  }
}
