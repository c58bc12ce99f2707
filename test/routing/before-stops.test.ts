import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { processEvent } from '../../functions/evaluate/process-event.ts'
import type { Alert } from '../../shared/alert/alert.ts'
import { buildOutcomeAlerts, type EndedFinding } from '../../shared/alert/outcome.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { isAboutStops, mayWaitUntil } from '../../shared/routing/before-stops.ts'
import { planDeliveries } from '../../shared/routing/deliveries.ts'
import { findUnseenStops } from '../../shared/routing/unrouted.ts'
import { anInstanceItem, aRunInstancesRecord } from '../support/builders.ts'
import { aFinding, anAlert, anEnded, aSource, CLAIMANT, SWEEP } from '../support/findings.ts'
import { somePorts } from '../support/ports.ts'

const EXAMPLE = parsePolicy(
  readFileSync(join(import.meta.dirname, '../../docs/policy.example.yaml'), 'utf8'),
  'policy.example.yaml',
)

// 23:00 in Berlin.
const NIGHT = new Date('2026-11-24T22:00:00Z')
const minutesAfter = (minutes: number): string => new Date(NIGHT.getTime() + minutes * 60_000).toISOString()

const stopping = (...ats: readonly string[]): Alert => ({
  ...anAlert([aFinding({ on: 'i-0123456789abcdef0', rule: 'paravirtual-instance', severity: 'HIGH' })]),
  severity: 'HIGH',
  stops: ats.map(at => ({ at, rules: ['paravirtual-instance'], resources: ['i-0123456789abcdef0'] })),
})

describe('an alert that announces a stop', () => {
  test('is sent at once with the shipped example: launched at 23:00, stopped at 23:15, alerted before', async () => {
    const { ports, published } = somePorts({ policy: EXAMPLE, canStop: () => true, now: () => NIGHT })
    const launch = aRunInstancesRecord({
      reservationId: 'r-0123456789abcdef0',
      instances: [anInstanceItem({ instanceType: 'm3.medium', virtualizationType: 'paravirtual' })],
    })
    await processEvent(readEvent(launch), { messageId: 'message-1', count: 1, claimant: 'a message' }, ports)
    const alert: Alert = JSON.parse(JSON.parse(published[0]?.Message ?? '{}').default)
    expect(alert.stops?.map(({ at }) => new Date(at).toISOString())).toEqual([minutesAfter(15)])
    expect(alert.deliver?.find(({ channel }) => channel === 'ops')).toEqual({ channel: 'ops' })
    expect(published[0]?.MessageAttributes['channels']?.StringValue).toContain('"ops"')
  })

  test.each([
    ['the wait ends after the stop', [minutesAfter(15)], { channel: 'ops' }],
    ['it would be sent less than an hour before', [minutesAfter(8 * 60 + 59)], { channel: 'ops' }],
    ['one stop of many is that early', [minutesAfter(48 * 60), minutesAfter(15)], { channel: 'ops' }],
    ['the time of the stop cannot be read', ['soon'], { channel: 'ops' }],
    ['an hour is left to act', [minutesAfter(9 * 60)], { channel: 'ops', at: '2026-11-25T06:00:00.000Z' }],
    ['it announces none', [], { channel: 'ops', at: '2026-11-25T06:00:00.000Z' }],
  ])('of quiet hours: %s', (_, ats, delivery) => {
    expect(planDeliveries(stopping(...ats), EXAMPLE, NIGHT)).toContainEqual(delivery)
  })

  test('is not scheduled for a daily digest either', () => {
    const routes = [{ match: {}, to: ['mail'], daily: { at: '08:00', zone: 'UTC' } }]
    expect(planDeliveries(stopping(minutesAfter(15)), { ...EXAMPLE, routes }, NIGHT)).toEqual([{ channel: 'mail' }])
  })

  test('goes to every channel, at once, if no route matches it', () => {
    const routes = [{ match: { region: ['eu-*'] }, to: ['mail'], daily: { at: '08:00', zone: 'UTC' } }]
    const policy = { ...EXAMPLE, routes }
    const everywhere = [{ channel: 'ops' }, { channel: 'mail' }, { channel: 'hub' }]
    expect(planDeliveries(stopping(minutesAfter(15)), policy, NIGHT)).toEqual(everywhere)
    expect(planDeliveries({ ...stopping(), kind: 'digest' }, policy, NIGHT)).toEqual(everywhere)
    expect(planDeliveries(stopping(), policy, NIGHT)).toEqual([])
  })
})

describe('an alert about stops', () => {
  const outcome = (state: EndedFinding['outcome']['state']): Alert => {
    const [alert] = buildOutcomeAlerts(aSource(), [anEnded({ state })], CLAIMANT)
    return alert ?? anAlert()
  }

  test.each(['STOPPED', 'FAILED', 'REFUSED'] as const)('is one that is %s', state => {
    expect(isAboutStops(outcome(state))).toBe(true)
  })

  test('is none that says that something needs no stop any more, nor one of a sweep', () => {
    expect(isAboutStops(outcome('RESOLVED'))).toBe(false)
    expect(isAboutStops({ ...outcome('STOPPED'), launchId: SWEEP.launchId })).toBe(false)
    expect(isAboutStops(anAlert())).toBe(false)
  })
})

test('an alert without stops may wait for as long as a route says', () => {
  expect(mayWaitUntil({}, new Date('2030-01-01'))).toBe(true)
})

describe('the rules whose stops nobody would see', () => {
  const policy = (text: string) =>
    parsePolicy(
      `version: 1\nrules: { paravirtual-instance: { mode: enforce, severity: HIGH } }\n${text}`,
      'policy.yaml',
    )
  const OPS = 'channels: { ops: { type: amazon-q } }\n'

  test.each([
    ['without channels', '', ['paravirtual-instance']],
    ['if no route matches them', `${OPS}routes: [{ match: { mode: observe }, to: [ops] }]\n`, ['paravirtual-instance']],
    ['only if not every alert goes to every channel', OPS, []],
    ['only if no route matches them anywhere', `${OPS}routes: [{ match: { region: [eu-*] }, to: [ops] }]\n`, []],
  ])('are found %s', (_, text, rules) => {
    expect(findUnseenStops(policy(text))).toEqual(rules)
  })

  test('are none if every rule observes', () => {
    expect(findUnseenStops(parsePolicy('version: 1\n', 'policy.yaml'))).toEqual([])
  })
})
