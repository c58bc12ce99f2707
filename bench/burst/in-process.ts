import { performance } from 'node:perf_hooks'
import { processBatch } from '../../functions/evaluate/process-batch.ts'
import type { Alert } from '../../shared/alert/alert.ts'
import { somePorts } from '../../test/support/ports.ts'
import { type Burst, countKinds } from './burst.ts'
import { createBatches, createBurst } from './reports.ts'

/**
 * A burst through Evaluate's code, in this process and without AWS: the ledger is the model with which the tests
 * compare the real one, and an alert counts as sent once it is published.
 */
export async function runBurstInProcess(launches: number): Promise<Burst> {
  const batches = createBatches(createBurst(launches), 10)
  const tally = countKinds(() => performance.now())
  const { ports, ledger } = somePorts({
    now: () => new Date(),
    publish: async ({ Message }) => {
      const alert: Alert = JSON.parse(JSON.parse(Message).default)
      tally.take(alert)
      for (const finding of alert.findings) ledger.confirm(finding, alert.claim)
    },
    log: () => {},
  })
  for (const batch of batches) {
    const { batchItemFailures } = await processBatch(batch, ports)
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} messages of the burst failed`)
  }
  return { where: 'in process, ledger in memory', launches, reports: launches * 2, ...tally.result() }
}
