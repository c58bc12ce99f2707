import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { areSiblings } from '../../shared/ledger/claimant.ts'
import { buildRowKey, placeOf } from '../../shared/ledger/row.ts'

const name = fc.stringMatching(/^[a-z0-9-]{1,20}$/)

test('a key says what its row is about, even if the name of the resource contains the separator', () => {
  const places = fc.record({ accountId: name, region: name, resourceId: fc.string(), rule: fc.string() })
  fc.assert(fc.property(places, place => expect(placeOf(buildRowKey(place))).toEqual(place)))
})

test('two deliveries of one message are siblings, and no delivery is its own', () => {
  expect(areSiblings('message-1/a', 'message-1/b')).toBe(true)
  expect(areSiblings('message-1/a', 'message-1/a')).toBe(false)
  expect(areSiblings('message-1/a', 'message-2/a')).toBe(false)
})
