// The rows of the policy, in a table in memory.
import { readLive } from '../../shared/aws/ledger/policy-store.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'

export const TABLE = 'ledger'
export const writer = { by: 'user@example.com', at: new Date('2026-11-24T08:00:00Z') }
export const ENFORCING = parsePolicy('version: 1\nrules: { paravirtual-instance: { mode: enforce } }', 'policy.yaml')

export const aStore = () => {
  const dynamo = inMemoryDynamo()
  const client = dynamo.client()
  const damage = (sk: string, attribute: string, value: string): void => {
    const row = dynamo.items.get(`policy | ${sk}`)
    dynamo.items.set(`policy | ${sk}`, { ...row, pk: { S: 'policy' }, sk: { S: sk }, [attribute]: { S: value } })
  }
  return { ...dynamo, client, damage, read: () => readLive(client, TABLE) }
}
