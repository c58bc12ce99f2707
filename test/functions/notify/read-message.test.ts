import { expect, test } from '@jest/globals'
import { readMessage } from '../../../functions/notify/read-message.ts'
import { EventError } from '../../../shared/errors.ts'
import { finding } from './world.ts'

const FLUSH = { kind: 'flush', channel: 'ops', at: '2026-11-24T09:00:00.000Z' }

test('an alert and a release are read as they were written', () => {
  expect(readMessage(JSON.stringify(FLUSH))).toEqual(FLUSH)
  expect(readMessage(JSON.stringify(finding(1)))).toEqual({ kind: 'alert', alert: finding(1) })
})

const { id: _id, ...nameless } = finding(1)
const { part: _part, ...whole } = finding(1)

test.each<[string, unknown]>([
  ['nothing', null],
  ['a list', [finding(1)]],
  ['a text', 'alert'],
  ['an alert without an id', nameless],
  ['an alert whose findings are no list', { ...finding(1), findings: {} }],
  ['an alert that does not list what it tells', { ...finding(1), told: 'all' }],
  ['an alert without its part', whole],
  ['an alert whose part is null', { ...finding(1), part: null }],
  ['an alert whose part has no number', { ...finding(1), part: { number: '1', of: 1 } }],
  ['a flush of no channel', { ...FLUSH, channel: 1 }],
  ['a flush of no time', { ...FLUSH, at: 1_795_000_000 }],
  ['a flush by another name', { ...FLUSH, kind: 'flash' }],
])('a message with %s is refused for good, because it will never be readable', (_, value) => {
  const read = () => readMessage(JSON.stringify(value))
  expect(read).toThrow(EventError)
  expect(read).toThrow(/^neither an alert nor a release of scheduled deliveries$/)
})

test('a message that is not JSON is refused for good, with the error of the parser', () => {
  const read = () => readMessage('{"id":')
  expect(read).toThrow(EventError)
  expect(read).toThrow(/^not JSON: .*JSON/)
})
