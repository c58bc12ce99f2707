import { expect, test } from '@jest/globals'
import { createSeenEvents } from '../../cli/replay/seen-events.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { aRegisterImageRecord, aRunInstancesRecord } from '../support/builders.ts'

const record = (eventID: string) => aRunInstancesRecord({ more: { eventID } })

test('the last events are remembered, however many came before, and what is forgotten is said', () => {
  // A launch takes two keys.
  const seen = createSeenEvents(20)
  const report = (id: string) => seen.isRepeated(readEvent(record(id)), record(id))
  for (let at = 0; at < 20; at++) expect(report(`event-${at}`)).toBe(false)
  expect(seen.hasForgotten()).toBe(false)
  for (let at = 10; at < 20; at++) expect(report(`event-${at}`)).toBe(true)
  for (let at = 20; at < 1000; at++) expect(report(`event-${at}`)).toBe(false)
  expect(seen.hasForgotten()).toBe(true)
  expect(report('event-990')).toBe(true)
  expect(report('event-0')).toBe(false)
})

test('an id that is as long as a file takes no room', () => {
  const seen = createSeenEvents()
  const id = 'x'.repeat(1_000_000)
  expect(seen.isRepeated(readEvent(record(id)), record(id))).toBe(false)
  expect(seen.isRepeated(readEvent(record(id)), record(id))).toBe(true)
})

test('events of two kinds with one id are two', () => {
  const seen = createSeenEvents()
  const image = { ...aRegisterImageRecord(), eventID: 'event-1' }
  expect(seen.isRepeated(readEvent(record('event-1')), record('event-1'))).toBe(false)
  expect(seen.isRepeated(readEvent(image), image)).toBe(false)
})

test('a record that somebody copied and changed, with the id of the first, is an event of its own', () => {
  const seen = createSeenEvents()
  const report = (value: object) => seen.isRepeated(readEvent(value), value)
  const launchOf = (ids: readonly string[], more: object = {}) =>
    aRunInstancesRecord({ instances: ids.map(instanceId => ({ instanceId })), more: { eventID: 'event-1', ...more } })
  expect(report(launchOf(['i-0123456789abcdef0']))).toBe(false)
  expect(report(launchOf(['i-0123456789abcdef1']))).toBe(false)
  expect(report(launchOf(['i-0123456789abcdef0'], { awsRegion: 'eu-west-1' }))).toBe(false)
  expect(report(launchOf(['i-0123456789abcdef0']))).toBe(true)
  expect(report(launchOf(['i-0123456789abcdef1']))).toBe(true)
})

test('a launch that another report already listed is not evaluated again without its instances', () => {
  const seen = createSeenEvents()
  const whole = record('event-1')
  const bare = { ...whole, responseElements: null }
  expect(readEvent(bare)).toHaveProperty('unlisted')
  expect(seen.isRepeated(readEvent(whole), whole)).toBe(false)
  expect(seen.isRepeated(readEvent(bare), bare)).toBe(true)
  const later = createSeenEvents()
  expect(later.isRepeated(readEvent(bare), bare)).toBe(false)
  expect(later.isRepeated(readEvent(bare), bare)).toBe(true)
  expect(later.isRepeated(readEvent(whole), whole)).toBe(false)
})
