import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Alert } from '../../shared/alert/alert.ts'
import { type RowKey, rowKey } from '../../shared/ledger/row.ts'

export type ConfirmPorts = {
  readonly mark: (key: RowKey, claimant: string) => Promise<void>
  readonly log: (level: 'info' | 'error', message: string, context: Readonly<Record<string, unknown>>) => void
}

// DynamoDB takes far more; a launch of a thousand instances is marked within a few seconds.
const AT_ONCE = 25

const keysOf = ({ accountId, region, told }: Alert): readonly RowKey[] =>
  told.flatMap(({ rules, resources }) =>
    resources.flatMap(resourceId => rules.map(rule => rowKey({ accountId, region, resourceId, rule }))),
  )

const confirm = async (alert: Alert, { mark }: ConfirmPorts): Promise<number> => {
  const keys = keysOf(alert)
  for (let start = 0; start < keys.length; start += AT_ONCE)
    await Promise.all(keys.slice(start, start + AT_ONCE).map(key => mark(key, alert.claim)))
  return keys.length
}

/**
 * An alert that comes out of SNS is one that SNS took: its rows become ALERTED. This is how the ledger learns it, so that
 * the function that publishes need not wait for a third call, nor be believed if it dies in between.
 */
export const confirmBatch = async (batch: SQSEvent, ports: ConfirmPorts): Promise<SQSBatchResponse> => {
  const failed: string[] = []
  await Promise.all(
    batch.Records.map(async ({ messageId, body }) => {
      try {
        const alert: Alert = JSON.parse(body)
        const rows = await confirm(alert, ports)
        ports.log('info', 'confirmed', { messageId, alert: alert.id, rows })
      } catch (error) {
        const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
        ports.log('error', `not confirmed, will be tried again: ${why}`, { messageId })
        failed.push(messageId)
      }
    }),
  )
  return { batchItemFailures: failed.map(itemIdentifier => ({ itemIdentifier })) }
}
