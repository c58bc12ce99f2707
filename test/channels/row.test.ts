import { describe, expect, test } from '@jest/globals'
import { sentSk } from '../../shared/channels/row.ts'
import { aFinding, anAlert, instanceIds } from '../support/findings.ts'

const [first = '', second = ''] = instanceIds(2)
const tells = (...ids: readonly string[]) => anAlert(ids.map(on => aFinding({ on })))

describe('the name of an alert among what a channel is told', () => {
  test('is the same whenever and by whomever it is told', () => {
    const again = { ...tells(first, second), at: '2026-11-24T09:00:00.000Z', claim: 'another message' }
    expect(sentSk(again)).toBe(sentSk(tells(first, second)))
  })

  test('is another one where it tells something else: the rest of a launch has the id of the first part', () => {
    expect(tells(second).id).toBe(tells(first).id)
    const names = [tells(first), tells(second), tells(first, second), { ...tells(first), kind: 'outcome' as const }]
    expect(new Set(names.map(sentSk)).size).toBe(names.length)
  })
})
