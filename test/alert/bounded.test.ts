import { describe, expect, test } from '@jest/globals'
import type { Alert, ExpiringExemption } from '../../shared/alert/alert.ts'
import { buildDigestAlerts, buildOutcomeAlerts, type EndedFinding } from '../../shared/alert/outcome.ts'
import { renderSnsMessage } from '../../shared/alert/render-alert.ts'
import { buildExemptionNotice, noticeKey, sweepAlert, sweepOutcomeAlert } from '../../shared/alert/sweep-alert.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { addDeliveries } from '../../shared/routing/deliveries.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { aFinding, anEnded, aSource, CLAIMANT, DEFERRED, instanceIds, NOW, SWEEP } from '../support/findings.ts'

/** What SNS takes: the message, the subject and the attributes (SNS API reference, Publish). */
const SNS_BYTES = 262_144

const CHANNELS = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [
    `channel-of-a-name-so-lon${String.fromCharCode(97 + index)}`,
    { type: 'amazon-q' } as const,
  ]),
)

const bytesOf = (alert: Alert): number => {
  const { Message, Subject, MessageAttributes } = renderSnsMessage(
    addDeliveries(alert, { ...DEFAULT_POLICY, channels: CHANNELS }, NOW),
  )
  const attributes = Object.entries(MessageAttributes).map(
    ([name, { DataType, StringValue }]) => name + DataType + StringValue,
  )
  return Buffer.byteLength(Message + Subject + attributes.join(''))
}

type Exempt = Pick<ExpiringExemption, 'reason' | 'owner' | 'expires'>

const notices = (count: number, of: (index: number) => Exempt): readonly Alert[] => {
  const exempt = Array.from({ length: count }, (_, index) => of(index))
  const ids = instanceIds(count)
  const findings = exempt.map((exemption, index) =>
    aFinding({ on: ids[index] ?? '', workflow: 'SUPPRESSED', exemption }),
  )
  return buildExemptionNotice(
    exempt.map(exemption => ({ ...exemption, key: noticeKey(exemption), resources: 1 })),
    findings,
    SWEEP,
  )
}

const ordinary = (index: number): Exempt => ({
  reason: `billing host ${index}, moves in January together with the rest of the legacy servers of its group`,
  owner: 'billing@example.com',
  expires: '2026-12-01',
})

describe('exemptions that end in one week', () => {
  test('are announced in parts that SNS takes, each exemption once, also if there are 800', () => {
    const alerts = notices(800, ordinary)
    for (const alert of alerts) expect(bytesOf(alert)).toBeLessThanOrEqual(SNS_BYTES)
    const keys = alerts.flatMap(({ exemptions = [] }) => exemptions.map(({ key }) => key))
    expect(new Set(keys).size).toBe(800)
    expect(keys).toHaveLength(800)
    expect(alerts.length).toBeLessThan(20)
  })

  test('are announced with what they cover', () => {
    for (const { exemptions = [], findings } of notices(800, ordinary))
      expect(findings.map(({ exemption }) => exemption?.reason).toSorted()).toEqual(
        exemptions.map(({ reason }) => reason).toSorted(),
      )
  })

  test('make the same parts in whatever order they were found', () => {
    const partsOf = (alerts: readonly Alert[]) =>
      alerts.map(({ id, exemptions = [] }) => [id, exemptions.map(({ key }) => key)])
    const parts = partsOf(notices(800, ordinary))
    expect(partsOf(notices(800, index => ordinary(799 - index)))).toEqual(parts)
    expect(new Set(parts.map(([id]) => id)).size).toBe(parts.length)
  })

  test('are one alert, with the id that it always had, if they fit into one', () => {
    expect(notices(3, ordinary).map(({ id, part }) => [id, part.of])).toEqual([
      ['123456789012/us-east-1/sweep-message-1/exemptions', 1],
    ])
  })

  test.each([
    ['a reason as long as a policy', 'x'.repeat(20_000)],
    ['quotes and backslashes only', '"\\'.repeat(20_000)],
    ['characters of three bytes', '€'.repeat(30_000)],
  ])('are announced whatever their words: %s', (_, reason) => {
    const alerts = notices(6, index => ({ ...ordinary(index), reason: `${index} ${reason}`, owner: reason }))
    for (const alert of alerts) expect(bytesOf(alert)).toBeLessThanOrEqual(SNS_BYTES)
    expect(alerts.flatMap(({ exemptions = [] }) => exemptions)).toHaveLength(6)
  })
})

describe('every kind of alert that lists resources', () => {
  const ids = instanceIds(4_500)
  const why = '"the launcher\u2019s words" \\ '.repeat(40)
  const findings = RULES.slice(0, 3).flatMap(({ id }) => ids.map(on => aFinding({ on, rule: id, message: why })))
  const ended = (state: EndedFinding['outcome']['state']): readonly EndedFinding[] =>
    ids.map((on, index) => anEnded({ state, why: `${index} ${why}` }, { on, message: why }))

  const kinds: readonly (readonly [string, () => readonly Alert[]])[] = [
    ['what a sweep found', () => sweepAlert(findings, SWEEP)],
    ['what a sweep resolved', () => sweepOutcomeAlert(ended('RESOLVED'), SWEEP)],
    ['what became of stops', () => buildOutcomeAlerts(aSource(), ended('FAILED'), CLAIMANT)],
    [
      'stops that were refused',
      () => buildDigestAlerts(ended('REFUSED'), { policy: DEFAULT_POLICY, stops: 'off' }, CLAIMANT),
    ],
    [
      'promises at many different times',
      () =>
        sweepAlert(
          ids.map((on, index) => ({
            ...aFinding({ on }),
            action: { ...DEFERRED, at: new Date(NOW.getTime() + index * 1000).toISOString() },
          })),
          SWEEP,
        ),
    ],
  ]

  test.each(kinds)('stays within the limit of SNS: %s', (_, alertsOf) => {
    const alerts = alertsOf()
    expect(alerts.length).toBeGreaterThan(0)
    for (const alert of alerts) expect(bytesOf(alert)).toBeLessThanOrEqual(SNS_BYTES)
    expect(new Set(alerts.flatMap(({ told: alerted }) => alerted.flatMap(({ resources }) => resources))).size).toBe(
      ids.length,
    )
  })
})
