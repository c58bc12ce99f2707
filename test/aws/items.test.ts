import { describe, expect, test } from '@jest/globals'
import { itemOf, rowOfItem, updateOf } from '../../shared/aws/ledger/items.ts'
import { past, rowOf } from '../../shared/ledger/claim.ts'
import { epochSeconds, type Row, STATES } from '../../shared/ledger/row.ts'
import { aFinding } from '../support/findings.ts'
import { at, STOP_AT } from '../support/stories.ts'

const claimed = rowOf(aFinding(), { claimant: 'message-1/a', launchId: 'r-1', now: at(0) })

describe('a row', () => {
  test.each(STATES)('is read as it was written, with all that it may hold: %s', state => {
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
        past('DEFERRED', at(2), { code: 'ALERTED', args: { stopAt: STOP_AT } }),
        past('RESOLVED', at(960), { code: 'DELETED' }),
      ],
    }
    expect(rowOfItem(itemOf(row))).toEqual(row)
  })

  test('holds no key for what is not known', () => {
    expect(rowOfItem(itemOf(claimed))).toStrictEqual(claimed)
    expect(itemOf({ pk: 'a', more: undefined })).toStrictEqual({ pk: { S: 'a' } })
    const past = { state: 'NEW', at: 'x', why: 'y' } as const
    expect(itemOf({ history: [past] })).toStrictEqual({
      history: { L: [{ M: { state: { S: 'NEW' }, at: { S: 'x' }, why: { S: 'y' } } }] },
    })
  })

  test('of the first version gets what that did not write from what is there', () => {
    const { accountId: _, changedAt: _changedAt, history: _history, ...first } = claimed
    expect(rowOfItem(itemOf(first))).toMatchObject({
      accountId: claimed.accountId,
      changedAt: epochSeconds(at(0)),
      history: [],
    })
    const bare = rowOfItem(itemOf({ pk: claimed.pk, sk: claimed.sk, state: 'NEW', status: 'FAILED' }))
    expect(bare).toMatchObject({ claimant: '', leaseUntil: 0, expiresAt: 0, severity: '', decision: '' })
  })

  test('of the first version has the code of an outcome by its words, and none of what was found', () => {
    const words = 'it was fixed: the rule passes now'
    const history = ['NEW', 'RESOLVED'].map(state => ({
      M: { state: { S: state }, at: { S: 'x' }, why: { S: words } },
    }))
    const row = rowOfItem({ ...itemOf({ ...claimed, history: [] }), history: { L: history } })
    expect(row.history).toEqual([
      { state: 'NEW', at: 'x', why: words },
      { state: 'RESOLVED', at: 'x', why: words, code: 'RULE_PASSES' },
    ])
  })

  test('passes over what no version wrote into its history', () => {
    const history = [{ M: { state: { S: 'TERMINATED' } } }, { S: 'NEW' }, { M: { state: { S: 'NEW' } } }]
    const row = rowOfItem({ ...itemOf({ ...claimed, history: [] }), history: { L: history } })
    expect(row.history).toEqual([{ state: 'NEW', at: '', why: '' }])
  })

  test.each(['state', 'status'] as const)('without a %s is none, and is named', name => {
    const item = itemOf({ ...claimed, [name]: 'TERMINATED' })
    expect(() => rowOfItem(item)).toThrow(
      "the ledger's row 123456789012#us-east-1#i-0123456789abcdef0 paravirtual-instance has no state or no status",
    )
  })

  test('keeps its words and their arguments short, whoever wrote them', () => {
    const long = 'x'.repeat(1_000)
    const reason = { code: 'EC2_REFUSED', args: { error: long, message: 'm' } } as const
    const item = itemOf({ ...claimed, history: [{ ...past('REFUSED', at(0), reason), why: long }] })
    expect(rowOfItem(item).history).toEqual([
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

  test('sets what it names on its condition, and brings the row where that does not hold', () => {
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

  test('adds to the history, and takes away what it names', () => {
    const more = { remove: ['untold', 'inDigest'], past: past('STOPPED', at(0), { code: 'STOPPED_BY_VIRTGUARD' }) }
    const update = updateOf('ledger', { ...change, ...more })
    expect(update.UpdateExpression).toBe(
      'SET #state = :set_state, #history = list_append(if_not_exists(#history, :none), :past) REMOVE #untold, #inDigest',
    )
    expect(update.ExpressionAttributeValues).toMatchObject({ ':none': { L: [] }, ':past': { L: [{ M: {} }] } })
  })
})
