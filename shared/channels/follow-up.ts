import type { Alert, AlertedFinding } from '../alert/alert.ts'
import { listResourceIds } from '../alert/content.ts'
import { isOfSweep } from '../alert/sweep-alert.ts'

// What was exempt may never have been told: its story begins when the exemption has ended.
const isBack = ({ previous }: AlertedFinding): boolean => previous !== undefined && previous.state !== 'SUPPRESSED'

/** A sweep may end many stories at once: below the message of one of them the others would not be seen. */
const isOfMany = (alert: Alert): boolean => isOfSweep(alert) && listResourceIds(alert).length > 1

/**
 * Whether an alert goes on with a story that an earlier one began: what became of a stop, or that something is back. It is
 * told where the earlier one is, and not before it.
 */
export const isFollowUp = (alert: Alert): boolean =>
  !isOfMany(alert) && (alert.kind === 'outcome' || alert.findings.some(isBack))

/** Whether an alert begins a story, so that many of them can be told in one message. */
export const isOpening = (alert: Alert): boolean => (alert.kind ?? 'finding') === 'finding' && !isFollowUp(alert)
