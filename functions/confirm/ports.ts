import type { Alert } from '../../shared/alert/alert.ts'
import type { RowKey } from '../../shared/ledger/row.ts'
import type { StopMessage } from '../../shared/ledger/stop-message.ts'

/** What the function that confirms needs of the world. */
export type ConfirmPorts = {
  /** With `stopAt` the row waits for its stop (DEFERRED), else it is done (ALERTED). */
  readonly mark: (key: RowKey, by: { readonly claimant: string; readonly stopAt?: string }) => Promise<void>
  /** The outcome of a row has been told. */
  readonly markTold: (key: RowKey, claimant: string) => Promise<void>
  readonly schedule: (appointment: {
    readonly name: string
    readonly at: Date
    readonly message: StopMessage
  }) => Promise<void>
  readonly log: (level: 'info' | 'error', message: string, context: Readonly<Record<string, unknown>>) => void
}

/** `confirmAlert` in confirm-alert.ts: marks the rows of one alert, then makes its schedules. Returns how many rows. */
export type ConfirmAlert = (alert: Alert, ports: ConfirmPorts) => Promise<number>
