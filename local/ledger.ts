import { type AttributeValue, paginateScan } from '@aws-sdk/client-dynamodb'
import type { Cloud } from './cloud.ts'

export type LedgerRow = {
  readonly resource: string
  readonly rule: string
  readonly state: string
  /** The pending outcome. */
  readonly untold?: string
  /** The states it was in, with the reasons. */
  readonly history: readonly { readonly state: string; readonly why: string }[]
}

/** The rows of the deployed ledger. */
export async function readLedgerRows({
  clients,
  stack,
}: Pick<Cloud, 'clients' | 'stack'>): Promise<readonly LedgerRow[]> {
  const rows: LedgerRow[] = []
  const pages = paginateScan({ client: clients.dynamo }, { TableName: stack.outputs['LedgerTable'] })
  for await (const { Items } of pages) rows.push(...(Items ?? []).filter(isFinding).map(createRow))
  return rows
}

type Item = Readonly<Record<string, AttributeValue>>

// The live policy, the budget and refusals that wait for a digest are in the same table.
const isFinding = (item: Item): boolean => item['accountId'] !== undefined

const createRow = (item: Item): LedgerRow => ({
  resource: item['pk']?.S?.split('#')[2] ?? '',
  rule: item['sk']?.S ?? '',
  state: item['state']?.S ?? '',
  ...(item['untold']?.S !== undefined && { untold: item['untold'].S }),
  history: (item['history']?.L ?? []).map(({ M }) => ({ state: M?.['state']?.S ?? '', why: M?.['why']?.S ?? '' })),
})
