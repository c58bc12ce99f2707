import type { Alert } from '../../shared/alert/alert.ts'
import type { Mark } from '../../shared/aws/ledger/confirm.ts'
import type { StopMessage } from '../../shared/ledger/stop-message.ts'

/** What Confirm needs from outside. The calls for rows take up to 100 of them. */
export type ConfirmPorts = {
  /** A row with `stopAt` waits for its stop (DEFERRED), the others are done (ALERTED). */
  readonly markAlerted: (marks: readonly Mark[], claimant: string) => Promise<void>
  /** The outcomes of rows have been alerted. */
  readonly markOutcomesAlerted: (marks: readonly Mark[], claimant: string) => Promise<void>
  /** Those of them that have not been marked. */
  readonly unmarkedOf: (marks: readonly Mark[], claimant: string) => Promise<readonly Mark[]>
  readonly schedule: (appointment: {
    readonly name: string
    readonly at: Date
    readonly message: StopMessage
  }) => Promise<void>
  /** Whether there is time left to begin another call. */
  readonly hasTime: () => boolean
  readonly log: (level: 'info' | 'error', message: string, context: Readonly<Record<string, unknown>>) => void
}

/** Nothing went wrong: the rest is for the next delivery. */
export class OutOfTime extends Error {}

/** `confirmAlert` in confirm-alert.ts: marks the rows of one alert, then makes its schedules. Returns how many rows. */
export type ConfirmAlert = (
  alert: Alert,
  delivery: { readonly isFirst: boolean },
  ports: ConfirmPorts,
) => Promise<number>
