import { describe, expect, test } from '@jest/globals'
import { readRow, toItem, updateOf } from '../../shared/aws/ledger/items.ts'
import { createPast, createRow } from '../../shared/ledger/claim.ts'
import { type Row, STATES, toEpochSeconds } from '../../shared/ledger/row.ts'
import { aFinding } from '../support/findings.ts'
import { at, STOP_AT } from '../support/stories.ts'

const claimed = createRow(aFinding(), { claimant: 'message-1/a', launchId: 'r-1', now: at(0) })

describe('a row of the ledger', () => {
  test.each(STATES)('is read as it was written, with every attribute that it may have: %s', state => {
    const row: Row = {
      ...claimed,
      state,
      claimedWith: 'set-1',
      alertedAt: at(2).toISOString(),
      untold: state,
      inDigest: 'yes',
      stopAt: STOP_AT,
      stopRequestedAt: at(900).toISOString(),
      history: [
        { state: 'NEW', at: at(0).toISOString(), why: 'it runs paravirtual (PV)' },
        createPast('DEFERRED', at(2), { code: 'ALERTED', args: { stopAt: STOP_AT } }),
        createPast('RESOLVED', at(960), { code: 'DELETED' }),
      ],
    }
    expect(readRow(toItem(row))).toEqual(row)
  })

  test('has no key for an unknown value', () => {
    expect(readRow(toItem(claimed))).toStrictEqual(claimed)
    expect(toItem({ pk: 'a', more: undefined })).toStrictEqual({ pk: { S: 'a' } })
    const past = { state: 'NEW', at: 'x', why: 'y' } as const
    expect(toItem({ history: [past] })).toStrictEqual({
      history: { L: [{ M: { state: { S: 'NEW' }, at: { S: 'x' }, why: { S: 'y' } } }] },
    })
  })

  test('of the first version gets the attributes that version did not write from the others', () => {
    const { accountId: _, changedAt: _changedAt, history: _history, ...first } = claimed
    expect(readRow(toItem(first))).toMatchObject({
      accountId: claimed.accountId,
      changedAt: toEpochSeconds(at(0)),
      history: [],
    })
    const bare = readRow(toItem({ pk: claimed.pk, sk: claimed.sk, state: 'NEW', status: 'FAILED' }))
    expect(bare).toMatchObject({ claimant: '', leaseUntil: 0, expiresAt: 0, severity: '', decision: '' })
  })

  test('of the first version gets the code of its outcome from the words, and no code of what was found', () => {
    const words = 'it was fixed: the rule passes now'
    const history = ['NEW', 'RESOLVED'].map(state => ({
      M: { state: { S: state }, at: { S: 'x' }, why: { S: words } },
    }))
    const row = readRow({ ...toItem({ ...claimed, history: [] }), history: { L: history } })
    expect(row.history).toEqual([
      { state: 'NEW', at: 'x', why: words },
      { state: 'RESOLVED', at: 'x', why: words, code: 'RULE_PASSES' },
    ])
  })

  test('skips entries of its history that no version wrote', () => {
    const history = [{ M: { state: { S: 'TERMINATED' } } }, { S: 'NEW' }, { M: { state: { S: 'NEW' } } }]
    const row = readRow({ ...toItem({ ...claimed, history: [] }), history: { L: history } })
    expect(row.history).toEqual([{ state: 'NEW', at: '', why: '' }])
  })

  test.each(['state', 'status'] as const)('without a %s is refused with the name of the attribute', name => {
    const item = toItem({ ...claimed, [name]: 'TERMINATED' })
    expect(() => readRow(item)).toThrow(
      "the ledger's row 123456789012#us-east-1#i-0123456789abcdef0 paravirtual-instance has no state or no status",
    )
  })

  test('stores words and arguments of bounded length, whoever wrote them', () => {
    const long = 'x'.repeat(1_000)
    const reason = { code: 'EC2_REFUSED', args: { error: long, message: 'm' } } as const
    const item = toItem({ ...claimed, history: [{ ...createPast('REFUSED', at(0), reason), why: long }] })
    expect(readRow(item).history).toEqual([
      {
        state: 'REFUSED',
        at: at(0).toISOString(),
        why: 'x'.repeat(300),
        code: 'EC2_REFUSED',
        args: { error: 'x'.repeat(300), message: 'm' },
      },
    ])
  })
})

describe('a change of a row', () => {
  const condition = { expression: '#state = :seen', values: { ':seen': 'NEW' } }
  const change = { key: { pk: 'a', sk: 'b' }, set: { state: 'STOPPED' }, condition }

  test('sets what it names on its condition, and returns the row if the condition does not hold', () => {
    expect(updateOf('ledger', change)).toEqual({
      TableName: 'ledger',
      Key: { pk: { S: 'a' }, sk: { S: 'b' } },
      UpdateExpression: 'SET #state = :set_state',
      ConditionExpression: '#state = :seen',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':set_state': { S: 'STOPPED' }, ':seen': { S: 'NEW' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
  })

  test('adds to the history, and removes the attributes that it names', () => {
    const more = {
      remove: ['untold', 'inDigest'],
      past: createPast('STOPPED', at(0), { code: 'STOPPED_BY_VIRTGUARD' }),
    }
    const update = updateOf('ledger', { ...change, ...more })
    expect(update.UpdateExpression).toBe(
      'SET #state = :set_state, #history = list_append(if_not_exists(#history, :none), :past) REMOVE #untold, #inDigest',
    )
    expect(update.ExpressionAttributeValues).toMatchObject({ ':none': { L: [] }, ':past': { L: [{ M: {} }] } })
  })
})
