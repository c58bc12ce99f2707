/** What all functions have in common here: ports that say nothing, and the real Confirm on the ledger. */
import { confirmBatch } from '../../../functions/confirm/confirm-batch.ts'
import type { ConfirmPorts } from '../../../functions/confirm/ports.ts'
import { listUnmarked, markAlerted, markOutcomesAlerted } from '../../../shared/aws/ledger/confirm.ts'
import type { Ledger } from '../../../shared/aws/ledger/ledger.ts'
import { loadCatalogue } from '../../../shared/catalogue/catalogue.ts'
import type { Source } from './clock.ts'
import type { Sqs } from './sqs.ts'

export const SILENT = { log: () => undefined, count: () => undefined, countFindings: () => undefined }
export const TYPES = { known: loadCatalogue, learn: () => undefined }

type Confirming = { readonly ledger: Ledger; readonly now: () => Date; readonly schedule: ConfirmPorts['schedule'] }

export const confirmPorts = ({ ledger, now, schedule }: Confirming): ConfirmPorts => ({
  ...SILENT,
  markAlerted: (marks, claimant) => markAlerted(ledger, marks, { claimant, at: now() }),
  markOutcomesAlerted: (marks, claimant) => markOutcomesAlerted(ledger, marks, { claimant, at: now() }),
  unmarkedOf: (marks, claimant) => listUnmarked(ledger, marks, claimant),
  hasTime: () => true,
  schedule,
})

/** Confirm on its queue, where it meets no faults: if it cannot do something, the test fails. */
export const confirmFrom = <Q extends string>(sqs: Sqs<Q | 'alerted'>, confirming: Confirming): Source => {
  const log: ConfirmPorts['log'] = (level, message) => {
    if (level === 'error') throw new Error(message)
  }
  const ports = { ...confirmPorts(confirming), log }
  return {
    next: () => sqs.next('alerted'),
    go: async () => {
      for (const message of sqs.visible('alerted')) {
        await confirmBatch({ Records: [sqs.receive(message)] }, ports)
        sqs.remove(message)
      }
    },
  }
}
