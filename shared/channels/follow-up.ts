import type { Alert, AlertedFinding } from '../alert/alert.ts'
import { listResourceIds } from '../alert/content.ts'
import { isOfSweep } from '../alert/sweep-alert.ts'

// An exempt finding may never have been alerted: its first alert comes when the exemption has ended.
const isBack = ({ previous }: AlertedFinding): boolean => previous !== undefined && previous.state !== 'SUPPRESSED'

/**
 * A sweep may resolve many findings at once: as a reply to the message of one of them, the others would not be seen.
 */
const isOfMany = (alert: Alert): boolean => isOfSweep(alert) && listResourceIds(alert).length > 1

/**
 * Whether an alert follows an earlier one: an outcome of a stop, or a finding that recurred. It is sent as a reply to
 * the earlier one, and not before it.
 */
export const isFollowUp = (alert: Alert): boolean =>
  !isOfMany(alert) && (alert.kind === 'outcome' || alert.findings.some(isBack))

/** Whether an alert is a first one, so that many of them can share one message. */
export const isOpening = (alert: Alert): boolean => (alert.kind ?? 'finding') === 'finding' && !isFollowUp(alert)
