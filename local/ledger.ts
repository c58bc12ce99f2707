import { type AttributeValue, paginateScan } from '@aws-sdk/client-dynamodb'
import type { Cloud } from './cloud.ts'

export type LedgerRow = { readonly resource: string; readonly rule: string; readonly state: string }

/** The rows of the deployed ledger. */
export async function ledgerRows({ clients, stack }: Pick<Cloud, 'clients' | 'stack'>): Promise<readonly LedgerRow[]> {
  const rows: LedgerRow[] = []
  const pages = paginateScan({ client: clients.dynamo }, { TableName: stack.outputs['LedgerTable'] })
  for await (const { Items } of pages) rows.push(...(Items ?? []).map(rowOf))
  return rows
}

const rowOf = (item: Readonly<Record<string, AttributeValue>>): LedgerRow => ({
  resource: item['pk']?.S?.split('#')[2] ?? '',
  rule: item['sk']?.S ?? '',
  state: item['state']?.S ?? '',
})
