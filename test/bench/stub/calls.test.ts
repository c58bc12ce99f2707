import { describe, expect, test } from '@jest/globals'
import { type Call, countConnections, countRoundTrips, createCalls } from '../../../bench/stub/calls.ts'

const aCall = (start: number, end: number, more: Partial<Call> = {}): Call => ({
  client: 'AKIA1',
  action: 'Publish',
  connection: 1,
  start,
  end,
  ...more,
})

describe('the calls that the stub recorded', () => {
  test.each([
    ['none', [], 0],
    ['one after another', [aCall(0, 25), aCall(26, 51), aCall(52, 77)], 3],
    ['side by side', [aCall(0, 25), aCall(1, 26)], 1],
    ['two side by side, then one', [aCall(0, 25), aCall(1, 26), aCall(27, 52)], 2],
    ['a long one beside two short ones', [aCall(0, 100), aCall(1, 26), aCall(30, 55)], 2],
  ])('count for %s as many round trips as had to wait for one another', (_, calls, trips) => {
    expect(countRoundTrips(calls)).toBe(trips)
  })

  test('are kept for each process, in the order of their arrival', () => {
    const calls = [aCall(5, 30), aCall(1, 40, { action: 'StopInstances' }), aCall(0, 9, { client: 'AKIA2' })]
    expect(createCalls(calls, 'AKIA1').map(({ action }) => action)).toEqual(['StopInstances', 'Publish'])
  })

  test('count connections once', () => {
    expect(countConnections([aCall(0, 1), aCall(2, 3), aCall(4, 5, { connection: 2 })])).toBe(2)
  })
})
