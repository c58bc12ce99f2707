/** What all functions have in common here: ports that say nothing, and the real Confirm on the ledger. */
import { confirmBatch } from '../../../functions/confirm/confirm-batch.ts'
import type { ConfirmPorts } from '../../../functions/confirm/ports.ts'
import { createPassedInstances } from '../../../functions/evaluate/passed.ts'
import type { Ports as EvaluatePorts } from '../../../functions/evaluate/ports.ts'
import type { SweepPorts } from '../../../functions/sweep/ports.ts'
import { listUnmarked, markAlerted, markOutcomesAlerted } from '../../../shared/aws/ledger/confirm.ts'
import { claimFindings, type Ledger } from '../../../shared/aws/ledger/ledger.ts'
import { admitRefusedCall } from '../../../shared/aws/ledger/refused-calls.ts'
import { queryRows } from '../../../shared/aws/ledger/rows.ts'
import { transactWith } from '../../../shared/aws/ledger/transact.ts'
import { loadCatalogue } from '../../../shared/catalogue/catalogue.ts'
import { PLACE } from '../findings.ts'
import { NO_CHANNELS } from '../no-channels.ts'
import type { Source } from './clock.ts'
import type { Sqs } from './sqs.ts'

export const SILENT = { log: () => undefined, count: () => undefined, countFindings: () => undefined }
export const TYPES = { known: loadCatalogue, learn: () => undefined }

/** A sweep of one region, in a stack whose alerts are read and that has no channels. */
export const SWEEP_PORTS = {
  ...SILENT,
  accountId: PLACE.accountId,
  listens: { region: PLACE.region, ways: [] },
  regions: async () => [PLACE.region],
  types: TYPES,
  subscriptions: { own: [], list: async () => [{ endpoint: 'user@example.com', confirmed: true }] },
  channels: NO_CHANNELS,
} satisfies Partial<SweepPorts>

/** Evaluate in its own region, on a ledger. */
export const evaluatePorts = (ledger: Ledger) =>
  ({
    ...SILENT,
    types: TYPES,
    passed: createPassedInstances(),
    hear: async () => undefined,
    claim: (findings, claim) => claimFindings(findings, ledger, claim),
    admit: call => admitRefusedCall({ table: ledger.table, transact: transactWith(ledger.client) }, call),
    rowsOf: resource => queryRows(ledger, resource),
    handOver: async () => true,
  }) satisfies Partial<EvaluatePorts>

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
