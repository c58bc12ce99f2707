import type { Alert } from '../alert/alert.ts'

/**
 * Whether an alert goes on with a story that an earlier one began: what became of a stop, or that something is back. It is
 * told where the earlier one is, and not before it.
 */
export const isFollowUp = ({ kind, findings }: Alert): boolean =>
  kind === 'outcome' || findings.some(({ previous }) => previous !== undefined)

/** Whether an alert begins a story, so that many of them can be told in one message. */
export const isOpening = (alert: Alert): boolean => (alert.kind ?? 'finding') === 'finding' && !isFollowUp(alert)
