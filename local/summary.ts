import type { Cloud } from './cloud.ts'
import { type LedgerRow, readLedgerRows } from './ledger.ts'
import type { DemoResult } from './play.ts'
import { countMessages, listQueues } from './queues.ts'

export type Summary = {
  readonly lines: readonly string[]
  /** The deviations. Empty if all is well. */
  readonly problems: readonly string[]
}

const OPEN = ['NEW', 'DEFERRED']

/** The events, and whether they are the expected ones. */
export async function summarize(played: readonly DemoResult[], cloud: Cloud): Promise<Summary> {
  const rows = await readLedgerRows(cloud)
  const deadLettered = await Promise.all(listQueues(cloud).parked.map(url => countMessages(url, cloud.clients)))
  const lost = sum(deadLettered)
  const alerts = sum(played.map(scene => scene.alerts))
  const reported = played.filter(scene => scene.reports > 0)
  const reports = sum(reported.map(scene => scene.reports))
  const open = rows.filter(row => row.untold !== undefined || OPEN.includes(row.state))
  const problems = [
    ...played.filter(one => one.alerts !== one.scene.alerts).map(findWrongAlerts),
    ...(open.length > 0 ? [`${open.length} findings of the ledger are not resolved, or not known to be alerted`] : []),
    ...(lost > 0 ? [`${lost} messages are in the dead letter queues`] : []),
  ]
  const lines = [
    `${reported.length} things happened, and were reported ${reports} times: ${reports - reported.length} were repetitions.`,
    `${alerts} alerts came of it, and ${sum(played.map(({ scene }) => scene.alerts))} is what it had to be.`,
    `The ledger has ${rows.length} findings: ${listStates(rows)}.`,
    `The dead letter queues hold ${lost} messages.`,
  ]
  return { lines, problems }
}

/** How many are in each state, in words. */
function listStates(rows: readonly LedgerRow[]): string {
  const states = [...new Set(rows.map(({ state }) => state))].sort()
  return states.map(state => `${rows.filter(row => row.state === state).length} ${state}`).join(', ')
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

const findWrongAlerts = ({ scene, alerts }: DemoResult) => `${alerts} alerts instead of ${scene.alerts}: ${scene.title}`
