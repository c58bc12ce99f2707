import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readEvent } from '../../shared/facts/read-event.ts'
import { aRunInstancesRecord } from '../support/builders.ts'
import { complaint } from '../support/complaint.ts'
import { places, plain, replaced, spelt, valueAt } from '../support/json-positions.ts'
import { EVENTS, READ } from './fields-read.ts'

const WRONG: readonly unknown[] = [5, 'text', true, [], [5], { text: 5 }, {}, null, '', -1, 1e300, [[]], [{}]]

const typeName = (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value)

describe.each(Object.entries(EVENTS))('%s', (name, built) => {
  const event = plain(built)

  test('can be read as it is', () => {
    expect(complaint(event)).toBeUndefined()
  })

  test('with one value in turn replaced by anything ends in an event or in an EventError', () => {
    for (const path of places(event)) for (const wrong of WRONG) complaint(replaced(event, path, wrong))
  })

  test.each(READ[name] ?? [])('with a value of a wrong type in %s names just that field', field => {
    const path = places(event).find(candidate => spelt(candidate) === field)
    if (path === undefined) throw new Error(`${name} has no ${field}`)
    for (const wrong of wrongFor(valueAt(event, path))) {
      const said = complaint(replaced(event, path, wrong)) ?? ''
      expect([wrong, said]).toEqual([wrong, expect.stringMatching(/: expected .+, got .+/)])
      expect(said.startsWith(`${field}: `)).toBe(true)
    }
  })

  test('has a short text of every place, however long it is there', () => {
    const usual = JSON.stringify(outcome(event)).length
    for (const path of places(event)) {
      const value = valueAt(event, path)
      if (typeof value !== 'string') continue
      const long = [`${value}${'x'.repeat(50_000)}`, `${'😀'.repeat(25_000)}${value}`]
      const lengths = long.map(text => JSON.stringify(outcome(replaced(event, path, text))).length)
      expect([spelt(path), Math.max(...lengths) < usual + 10_000]).toEqual([spelt(path), true])
    }
  })

  test('with any mixture of broken values ends in an event or in an EventError', () => {
    const all = places(event)
    const breakage = fc.array(fc.tuple(fc.constantFrom(...all), fc.jsonValue()), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(breakage, changes => {
        const deepestFirst = [...changes].sort(([a], [b]) => b.length - a.length)
        complaint(deepestFirst.reduce((json, [path, by]) => replaced(json, path, by), event))
      }),
      { numRuns: 200 },
    )
  })

  test('reads to the same whether null or absent stands for nothing', () => {
    for (const path of places(event)) {
      const [nothing, absent] = [replaced(event, path, null), plain(replaced(event, path, undefined))]
      // A hole in an array is null in JSON as well.
      expect(outcome(absent)).toEqual(outcome(nothing))
    }
  })
})

const wrongFor = (right: unknown): readonly unknown[] =>
  [5, 'text', true, [5], { text: 5 }].filter(wrong => typeName(wrong) !== typeName(right))

const outcome = (json: unknown): unknown => complaint(json) ?? readEvent(json)

test('any JSON at all ends in an event or in an EventError', () => {
  fc.assert(
    fc.property(fc.jsonValue(), json => {
      complaint(json)
      complaint({ 'detail-type': 'AWS API Call via CloudTrail', detail: json })
      complaint({ 'detail-type': 'EC2 Instance State-change Notification', detail: json })
      complaint({ ...aRunInstancesRecord(), responseElements: json })
    }),
    { numRuns: 500 },
  )
})
