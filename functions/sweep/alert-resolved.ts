import type { EndedFinding } from '../../shared/alert/outcome.ts'
import { renderSnsMessage } from '../../shared/alert/render-alert.ts'
import { sweepLaunch, sweepOutcomeAlert } from '../../shared/alert/sweep-alert.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { createPast } from '../../shared/ledger/claim.ts'
import { readFinding } from '../../shared/ledger/finding-in.ts'
import type { Past, Row } from '../../shared/ledger/row.ts'
import { addDeliveries } from '../../shared/routing/deliveries.ts'
import { mapConcurrent } from '../runtime/map-concurrent.ts'
import type { InspectedRow } from './inspect-rows.ts'
import type { Work } from './ports.ts'

const toEndedFindings = (row: Row, outcome: Past | undefined): readonly EndedFinding[] => {
  if (outcome === undefined) return []
  return [{ ...readFinding(row), outcome }]
}

/** The outcome of a row that this delivery alerts. `sibling`: another delivery of the same message is alerting it. */
type Ended = readonly EndedFinding[] | 'sibling'

/** Writes the outcome of one row. A row that changed meanwhile is left to whoever changed it. */
const resolveOne = async ({ row, action }: InspectedRow, { delivery, ports }: Work): Promise<Ended> => {
  const { ledger } = ports
  const by = { claimant: delivery.claimant, now: ports.now() }
  switch (action.kind) {
    case 'resolve': {
      const resolved = await ledger.resolve(row, { ...by, ...action })
      if (resolved === 'sibling') return resolved
      const outcome = createPast(action.to ?? 'RESOLVED', by.now, action.because)
      return resolved === 'ours' && !action.quiet ? toEndedFindings(row, outcome) : []
    }
    case 'tell': {
      const claimed = await ledger.claimPending(row, by)
      if (claimed.kind === 'sibling') return claimed.kind
      return claimed.kind === 'mine' ? toEndedFindings(claimed.row, claimed.outcome) : []
    }
    case 'exempt':
      await ledger.exempt(row, { ...by, finding: action.finding })
      return []
    case 'renew':
      await ledger.renew(row, by.now)
      return []
    case 'wait':
      return 'sibling'
    case 'leave':
    case 'claim':
    case 'back':
    case 'promise':
      return []
    default:
      return action satisfies never
  }
}

/**
 * Resolves rows and alerts their outcomes, in one alert. `telling` counts those of one message. True if another
 * delivery of the message is alerting some: this one has to come again.
 */
export const resolveAndAlert = async (
  inspected: readonly InspectedRow[],
  { where, owner, work }: { readonly where: AccountRegion; readonly owner: number; readonly work: Work },
): Promise<boolean> => {
  const { delivery, ports } = work
  const resolved = await mapConcurrent(inspected, one => resolveOne(one, work))
  const ended = resolved.flatMap(one => (one === 'sibling' ? [] : one))
  const { claimant, messageId } = delivery
  const teller = { ...where, claimant, now: ports.now(), launchId: sweepLaunch(messageId, owner) }
  for (const alert of sweepOutcomeAlert(ended, teller))
    await ports.publish(renderSnsMessage(addDeliveries(alert, ports.policy, ports.now())))
  // As Enforce counts them: one for each instance.
  const failed = new Set(ended.flatMap(({ outcome, resource }) => (outcome.state === 'FAILED' ? resource.id : [])))
  if (failed.size > 0) ports.count('StopsFailed', failed.size)
  if (ended.length > 0) ports.log('info', 'alerted what has ended', { ...where, findings: ended.length })
  return resolved.includes('sibling')
}
