import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readSweepMessage } from '../../../functions/sweep/message.ts'
import { EventError } from '../../../shared/errors.ts'
import { NO_COUNTS } from '../../../shared/ledger/coverage.ts'
import type { SweepMessage } from '../../../shared/ledger/sweep-message.ts'

const place = { accountId: '123456789012', region: 'eu-west-1', sweepId: 'message-1' }
const promise = {
  kind: 'promise',
  accountId: place.accountId,
  region: place.region,
  findings: [{ resourceId: 'i-0123456789abcdef0', rule: 'paravirtual-instance' }],
} as const
const region = { kind: 'region', ...place, step: 0, counts: NO_COUNTS } as const

const MESSAGES: readonly SweepMessage[] = [
  { kind: 'start' },
  { kind: 'start', regions: ['us-east-1', 'us-gov-west-1'], launchedUntil: '2026-11-24T08:00:00Z' },
  region,
  { ...region, token: '0 AbC==', step: 3, again: true, counts: { ...NO_COUNTS, seen: 5, passed: 5 } },
  { kind: 'settle', ...place },
  { kind: 'settle', ...place, from: { pk: 'a#b#c', sk: 'rule', writtenAt: '2026-11-24T08:00:00.000Z' } },
  promise,
  { ...promise, only: 'budget', notBefore: '2026-11-24T08:00:00Z' },
]

describe('a message of the queue of sweeps', () => {
  test.each(MESSAGES)('is read as it was written: %j', message => {
    expect(readSweepMessage(JSON.stringify(message))).toEqual(message)
  })

  test.each([
    ['{', 'not JSON'],
    ['[]', 'the event: expected an object'],
    ['{"kind":"stop"}', 'kind: expected start, region, settle or promise, got "stop"'],
    ['{"kind":"start","regions":[]}', 'regions: expected a list of regions'],
    ['{"kind":"start","regions":["us-east-1/../"]}', 'regions.0: expected a region like us-east-1'],
    ['{"kind":"start","launchedUntil":"soon"}', 'launchedUntil: expected a time'],
    [JSON.stringify({ ...region, region: 'x.example.com' }), 'region: expected a region like us-east-1'],
    [JSON.stringify({ ...region, counts: undefined }), 'counts: expected an object, got nothing'],
    [JSON.stringify({ ...region, counts: { ...NO_COUNTS, seen: -1 } }), 'counts.seen: expected a whole number'],
    [JSON.stringify({ ...region, step: 'x' }), 'step: expected a whole number'],
    [JSON.stringify({ kind: 'settle', ...place, from: { pk: 'a' } }), 'from.sk: expected a string'],
    [JSON.stringify({ ...promise, findings: [] }), 'findings: expected a list of findings'],
    [JSON.stringify({ ...promise, findings: [{ rule: 'x' }] }), 'findings.0.resourceId: expected a string'],
    [JSON.stringify({ ...promise, only: 'all' }), 'only: expected budget or late-start, got "all"'],
    [JSON.stringify({ ...promise, notBefore: 'soon' }), 'notBefore: expected a time'],
  ])('that is invalid is refused with the field that is wrong: %s', (body, words) => {
    expect(() => readSweepMessage(body)).toThrow(words)
    expect(() => readSweepMessage(body)).toThrow(EventError)
  })

  test('is a message or an EventError, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.object().map(value => JSON.stringify({ ...region, ...value })),
        ),
        body => {
          try {
            expect(['start', 'region', 'settle', 'promise']).toContain(readSweepMessage(body).kind)
          } catch (error) {
            expect(error).toBeInstanceOf(EventError)
          }
        },
      ),
    )
  })
})
