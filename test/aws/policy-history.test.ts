import { describe, expect, test } from '@jest/globals'
import { readHistory } from '../../shared/aws/ledger/policy-history.ts'
import { clearPolicy, writePolicy, writeStops } from '../../shared/aws/ledger/policy-store.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { aStore, ENFORCING, TABLE, writer } from './policy-rows.ts'

describe('the history of changes', () => {
  test('has each change, the latest first, for more than a year', async () => {
    const { client, items } = aStore()
    await writePolicy(client, TABLE, { policy: ENFORCING, ...writer, changes: ['paravirtual-instance: enforce'] })
    await writeStops(client, TABLE, { value: 'off', why: 'migration', by: 'b', at: new Date('2026-11-24T09:00:00Z') })
    expect(await readHistory(client, TABLE, 50)).toEqual([
      { what: 'stops off', at: '2026-11-24T09:00:00.000Z', by: 'b', why: 'migration' },
      {
        what: 'applied',
        at: '2026-11-24T08:00:00.000Z',
        by: 'user@example.com',
        version: 1,
        changes: ['paravirtual-instance: enforce'],
      },
    ])
    expect(await readHistory(client, TABLE, 1)).toHaveLength(1)
    const expiries = [...items].filter(([key]) => key.includes('was#')).map(([, { expiresAt }]) => Number(expiresAt?.N))
    expect(expiries.map(seconds => seconds - writer.at.getTime() / 1000)).toEqual([400 * 86_400, 400 * 86_400 + 3600])
  })

  test('says who made each change, as AWS names them, and what kind of change it was', async () => {
    const { client } = aStore()
    const caller = 'arn:aws:iam::123456789012:user/x'
    const hour = (count: number) => ({ by: 'b', caller, at: new Date(`2026-11-24T0${count}:00:00Z`) })
    await writePolicy(client, TABLE, { policy: ENFORCING, ...hour(1) })
    await clearPolicy(client, TABLE, hour(2))
    await writeStops(client, TABLE, { value: 'off', why: 'w', ...hour(3) })
    await writeStops(client, TABLE, { value: 'on', why: 'w', ...hour(4) })
    const history = await readHistory(client, TABLE, 50)
    expect(history.map(({ what }) => what)).toEqual(['stops on', 'stops off', 'reset', 'applied'])
    expect(history.map(one => one.caller)).toEqual([caller, caller, caller, caller])
    expect(history.at(-1)).toStrictEqual({
      what: 'applied',
      at: '2026-11-24T01:00:00.000Z',
      by: 'b',
      caller,
      version: 1,
    })
  })

  test('has every change, also if several are of one moment', async () => {
    const { client } = aStore()
    await writePolicy(client, TABLE, { policy: ENFORCING, ...writer })
    await writePolicy(client, TABLE, { policy: DEFAULT_POLICY, ...writer })
    await writeStops(client, TABLE, { value: 'off', why: 'w', ...writer })
    await writeStops(client, TABLE, { value: 'on', why: 'w', ...writer })
    expect(await readHistory(client, TABLE, 50)).toHaveLength(4)
  })

  test('is bounded in what it keeps of one change', async () => {
    const { client } = aStore()
    const changes = Array.from({ length: 5000 }, () => 'x'.repeat(10_000))
    await writePolicy(client, TABLE, { policy: ENFORCING, ...writer, changes })
    const [entry] = await readHistory(client, TABLE, 50)
    expect(entry?.changes).toEqual(Array(50).fill('x'.repeat(500)))
    expect(JSON.stringify(entry).length).toBeLessThan(30_000)
  })

  test('is not read with the policy, and skips rows of others', async () => {
    const { client, items, read } = aStore()
    items.set('policy | was#x', { pk: { S: 'policy' }, sk: { S: 'was#x' }, what: { S: 'enforced' } })
    expect(await read()).toEqual({ stops: 'on' })
    expect(await readHistory(client, TABLE, 50)).toEqual([])
    items.set('policy | was#x', { pk: { S: 'policy' }, sk: { S: 'was#x' } })
    expect(await readHistory(client, TABLE, 50)).toEqual([])
    items.set('policy | was#x', { pk: { S: 'policy' }, sk: { S: 'was#x' }, what: { S: 'reset' } })
    expect(await readHistory(client, TABLE, 50)).toStrictEqual([{ what: 'reset', at: '', by: '' }])
    const changes = { L: [{ N: '1' }, { S: 'a line' }] }
    items.set('policy | was#x', { pk: { S: 'policy' }, sk: { S: 'was#x' }, what: { S: 'reset' }, changes })
    expect(await readHistory(client, TABLE, 50)).toMatchObject([{ changes: ['a line'] }])
  })
})
