import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { readHistory } from '../../shared/aws/ledger/policy-history.ts'
import {
  clearPolicy,
  markPolicyAnnounced,
  markStopsAnnounced,
  readLive,
  writePolicy,
  writeStops,
} from '../../shared/aws/ledger/policy-store.ts'
import { UserError } from '../../shared/errors.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'
import { aStore, ENFORCING, TABLE, writer } from './policy-rows.ts'

describe('the live policy', () => {
  test('is absent if nothing was applied, and stops are on', async () => {
    expect(await aStore().read()).toStrictEqual({ stops: 'on' })
  })

  test('is the one that was applied last, with who and when, in one call', async () => {
    const { client, read, calls } = aStore()
    await writePolicy(client, TABLE, { policy: DEFAULT_POLICY, ...writer })
    expect(await writePolicy(client, TABLE, { policy: ENFORCING, ...writer })).toBe(2)
    const before = calls()
    expect(await read()).toEqual({
      policy: ENFORCING,
      version: 2,
      by: 'user@example.com',
      at: '2026-11-24T08:00:00.000Z',
      stops: 'on',
    })
    expect(calls() - before).toBe(1)
  })

  test('is read consistently with its history, so that an exemption of a second ago prevents a stop', async () => {
    const reads: unknown[] = []
    const { client } = inMemoryDynamo()
    const send = async (command: { readonly input: { readonly ConsistentRead?: boolean } }) => {
      reads.push(command.input.ConsistentRead)
      return {}
    }
    const spy = Object.assign(client(), { send })
    await readLive(spy, TABLE)
    await readHistory(spy, TABLE, 50)
    expect(reads).toEqual([true, true])
  })

  test('says who applied it, as AWS names them', async () => {
    const { client, read } = aStore()
    const caller = 'arn:aws:iam::123456789012:user/x'
    await writePolicy(client, TABLE, { policy: ENFORCING, ...writer, caller })
    expect(await read()).toMatchObject({ by: 'user@example.com', caller })
  })

  test('without a number counts as never applied, and the next one is the first', async () => {
    const { client, damage, read } = aStore()
    damage('current', 'by', 'user@example.com')
    expect(await read()).toEqual({ version: 0, by: 'user@example.com', stops: 'on' })
    expect(await writePolicy(client, TABLE, { policy: ENFORCING, ...writer })).toBe(1)
  })

  test('keeps every version in the table', async () => {
    const { client, items } = aStore()
    await writePolicy(client, TABLE, { policy: DEFAULT_POLICY, ...writer })
    await writePolicy(client, TABLE, { policy: ENFORCING, ...writer })
    const versions = [...items.keys()].filter(key => !key.startsWith('policy | was#'))
    expect(versions.toSorted()).toEqual(['policy | current', 'policy | v#1', 'policy | v#2'])
  })

  test('is absent after a reset, and the next one goes on counting', async () => {
    const { client, read } = aStore()
    await writePolicy(client, TABLE, { policy: ENFORCING, ...writer })
    expect(await clearPolicy(client, TABLE, writer)).toBe(2)
    const live = await read()
    expect([live.policy, live.version, live.problem]).toEqual([undefined, 2, undefined])
    expect(await writePolicy(client, TABLE, { policy: ENFORCING, ...writer })).toBe(3)
  })

  test('is not overwritten if somebody else applies another one at the same moment', async () => {
    const { client, read } = aStore()
    const results = await Promise.allSettled([
      writePolicy(client, TABLE, { policy: ENFORCING, ...writer }),
      writePolicy(client, TABLE, { policy: DEFAULT_POLICY, ...writer }),
    ])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(UserError) })
    expect((await read()).version).toBe(1)
  })

  test('is overwritten only in the version that the writer has read', async () => {
    const { client, read } = aStore()
    await writePolicy(client, TABLE, { policy: ENFORCING, ...writer, seen: 0 })
    await writePolicy(client, TABLE, { policy: ENFORCING, ...writer, seen: 1 })
    for (const seen of [0, 1, 3]) {
      await expect(writePolicy(client, TABLE, { policy: DEFAULT_POLICY, ...writer, seen })).rejects.toThrow(UserError)
      await expect(clearPolicy(client, TABLE, { ...writer, seen })).rejects.toThrow('somebody else has changed it')
    }
    expect(await read()).toMatchObject({ version: 2, policy: ENFORCING })
  })

  test('is a problem, and not a policy, if its text is not what was applied', async () => {
    const { client, read, damage } = aStore()
    await writePolicy(client, TABLE, { policy: ENFORCING, ...writer })
    damage('current', 'policy', JSON.stringify(DEFAULT_POLICY))
    const live = await read()
    expect(live.policy).toBeUndefined()
    expect(live.problem).toBe('policy version 1: its text is not the one that was applied')
  })

  test('is a problem if its text is not JSON', async () => {
    const { client, read, damage } = aStore()
    await writePolicy(client, TABLE, { policy: ENFORCING, ...writer })
    damage('current', 'policy', '{')
    damage('current', 'sha256', createHash('sha256').update('{').digest('hex'))
    const live = await read()
    expect(live.policy).toBeUndefined()
    expect(live.problem).toMatch(/^policy version 1: /)
  })

  test('is a problem if it names a rule that this version does not have', async () => {
    const { client, read } = aStore()
    const strange = { ...ENFORCING, rules: { ...ENFORCING.rules, 'no-such-rule': ENFORCING.rules['ena-disabled'] } }
    await writePolicy(client, TABLE, { policy: JSON.parse(JSON.stringify(strange)), ...writer })
    const live = await read()
    expect(live.policy).toBeUndefined()
    expect(live.problem).toMatch(/^policy version 1: .*no-such-rule/)
  })
})

describe('the emergency stop switch', () => {
  test('is read with who changed it, when and why', async () => {
    const { client, read } = aStore()
    await writeStops(client, TABLE, { value: 'off', why: 'incident 42', ...writer })
    expect(await read()).toEqual({
      stops: 'off',
      stopsBy: 'user@example.com',
      stopsAt: '2026-11-24T08:00:00.000Z',
      stopsWhy: 'incident 42',
    })
    await writeStops(client, TABLE, { value: 'on', why: 'over', ...writer })
    expect((await read()).stops).toBe('on')
  })

  test('counts as off without a value, also if the policy has a problem', async () => {
    const { client, read, damage } = aStore()
    await writePolicy(client, TABLE, { policy: ENFORCING, ...writer })
    damage('stops', 'by', 'user@example.com')
    expect(await read()).toMatchObject({ stops: 'off', stopsBy: 'user@example.com', policy: ENFORCING })
    damage('current', 'policy', '{}')
    expect((await read()).problem).toContain('its text is not the one that was applied')
  })

  test('counts as off, and as a problem, with any value except on', async () => {
    const { read, damage } = aStore()
    damage('stops', 'value', 'On')
    expect(await read()).toEqual({
      stops: 'off',
      problem: 'the switch for stops is neither on nor off, so nothing is stopped',
      stopsUnsigned: true,
    })
  })
})

describe('the record of what operations were alerted to', () => {
  const announcedAt = new Date('2026-11-24T08:00:02Z')
  const SWITCH = { value: 'off', why: 'migration', caller: 'arn:aws:iam::123456789012:user/x', ...writer } as const

  test('is kept beside the policy and the switch', async () => {
    const { client, read } = aStore()
    const version = await writePolicy(client, TABLE, { policy: ENFORCING, ...writer })
    await writeStops(client, TABLE, SWITCH)
    expect(await read()).not.toHaveProperty('announcedAt')
    await markPolicyAnnounced(client, TABLE, { policy: ENFORCING, ...writer, version, announcedAt })
    await markStopsAnnounced(client, TABLE, { ...SWITCH, announcedAt })
    expect(await read()).toMatchObject({
      policy: ENFORCING,
      version: 1,
      announcedAt: '2026-11-24T08:00:02.000Z',
      stops: 'off',
      stopsCaller: 'arn:aws:iam::123456789012:user/x',
      stopsAnnouncedAt: '2026-11-24T08:00:02.000Z',
    })
  })

  test('does not match a row that somebody has edited since', async () => {
    const { client, damage, read } = aStore()
    const version = await writePolicy(client, TABLE, { policy: ENFORCING, ...writer })
    await writeStops(client, TABLE, SWITCH)
    await markPolicyAnnounced(client, TABLE, { policy: ENFORCING, ...writer, version, announcedAt })
    await markStopsAnnounced(client, TABLE, { ...SWITCH, announcedAt })
    damage('stops', 'value', 'on')
    damage('current', 'by', 'somebody else')
    const live = await read()
    expect([live.stops, live.stopsAnnouncedAt, live.announcedAt]).toEqual(['on', undefined, undefined])
  })

  test('is the same in whatever order DynamoDB returns the attributes', async () => {
    const { client, items, read } = aStore()
    await writeStops(client, TABLE, SWITCH)
    await markStopsAnnounced(client, TABLE, { ...SWITCH, announcedAt })
    const row = Object.entries(items.get('policy | stops') ?? {})
    for (const order of [row.toReversed(), row.toSorted(([a], [b]) => (a < b ? -1 : 1))]) {
      items.set('policy | stops', Object.fromEntries(order))
      expect((await read()).stopsAnnouncedAt).toBe('2026-11-24T08:00:02.000Z')
    }
  })

  test('is still known of what an earlier version announced, so that it need not be announced again', async () => {
    const { items, read } = aStore()
    items.set('policy | current', {
      version: { N: '1' },
      pk: { S: 'policy' },
      sk: { S: 'current' },
      policy: { S: 'the text' },
      sha256: { S: 'of the text' },
      by: { S: 'user@example.com' },
      at: { S: '2026-11-24T08:00:00.000Z' },
      announced: { S: '72c720622ac691abd9c4b640a388902b48d35d0e441cc9f7c6a866a2ee9658dc' },
      announcedAt: { S: '2026-11-24T08:00:02.000Z' },
    })
    expect((await read()).announcedAt).toBe('2026-11-24T08:00:02.000Z')
  })

  test('stays the same if it is written twice, and is written if the row was deleted', async () => {
    const { client, items, read } = aStore()
    await writeStops(client, TABLE, SWITCH)
    await markStopsAnnounced(client, TABLE, { ...SWITCH, announcedAt })
    await markStopsAnnounced(client, TABLE, { ...SWITCH, announcedAt: new Date('2026-11-24T08:00:09Z') })
    expect(await read()).toMatchObject({ stops: 'off', stopsAnnouncedAt: '2026-11-24T08:00:09.000Z' })
    items.clear()
    await markStopsAnnounced(client, TABLE, { ...SWITCH, announcedAt })
    expect(items.size).toBe(0)
  })

  test('does not match another policy under the name of the same writer', async () => {
    const { client, damage, read } = aStore()
    const version = await writePolicy(client, TABLE, { policy: ENFORCING, ...writer })
    await markPolicyAnnounced(client, TABLE, { policy: ENFORCING, ...writer, version, announcedAt })
    expect((await read()).announcedAt).toBe('2026-11-24T08:00:02.000Z')
    damage('current', 'sha256', 'of another text')
    expect((await read()).announcedAt).toBeUndefined()
  })

  test('is unknown if it could not be written', async () => {
    const denied = Object.assign(new Error('no rights'), { name: 'AccessDeniedException' })
    const client = Object.assign(inMemoryDynamo().client(), { send: () => Promise.reject(denied) })
    await expect(markStopsAnnounced(client, TABLE, { ...SWITCH, announcedAt })).rejects.toThrow('no rights')
  })

  test('does not overwrite what somebody else has written meanwhile', async () => {
    const { client, read } = aStore()
    await writeStops(client, TABLE, SWITCH)
    const later = { ...SWITCH, value: 'on', at: new Date('2026-11-24T08:00:01Z') } as const
    await writeStops(client, TABLE, later)
    await markStopsAnnounced(client, TABLE, { ...SWITCH, announcedAt })
    const live = await read()
    expect([live.stops, live.stopsAnnouncedAt]).toEqual(['on', undefined])
  })
})
