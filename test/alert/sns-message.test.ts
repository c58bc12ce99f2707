import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Alert, buildFindingAlerts } from '../../shared/alert/alert.ts'
import { buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { renderSnsMessage } from '../../shared/alert/render-alert.ts'
import type { SnsMessage } from '../../shared/alert/sns-message.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import {
  ACTOR,
  aFinding,
  anAlert,
  anEnded,
  aSource,
  CLAIMANT,
  DEFERRED,
  EVENT,
  instanceIds,
  instanceSubject,
  NOW,
} from '../support/findings.ts'
import { strangeAlerts } from './strangers.ts'

/** The limit of SNS for a message with its attributes, in bytes (SNS API reference, Publish). */
const SNS_BYTES = 262_144

const bytesOf = (text: string): number => Buffer.byteLength(text)
const sizeOf = ({ Subject, Message, MessageAttributes }: SnsMessage): number =>
  bytesOf(Subject) +
  bytesOf(Message) +
  Object.entries(MessageAttributes)
    .map(([name, { DataType, StringValue }]) => bytesOf(name + DataType + StringValue))
    .reduce((sum, bytes) => sum + bytes, 0)

const alertIn = ({ Message }: SnsMessage): Alert => JSON.parse(JSON.parse(Message).default)
const emailIn = ({ Message }: SnsMessage): string => JSON.parse(Message).email

const launch = (count: number, tags: Readonly<Record<string, string>> = {}): readonly Finding[] =>
  instanceIds(count).flatMap(instanceId =>
    evaluate(
      { subject: instanceSubject({ instanceId, tags }), event: EVENT, actor: ACTOR },
      { policy: DEFAULT_POLICY, types: loadCatalogue(), now: NOW },
    ),
  )

describe('the SNS message of an alert', () => {
  test.each([
    [1, 1],
    [30, 1],
    [1_000, 1],
    [4_000, 1],
    [5_000, 2],
  ])(
    'about a launch of %d instances is split into %d, each within the limit of SNS, and names every instance',
    (count, parts) => {
      const messages = buildFindingAlerts(aSource(), launch(count), CLAIMANT).map(renderSnsMessage)
      expect(messages).toHaveLength(parts)
      for (const message of messages) expect(sizeOf(message)).toBeLessThanOrEqual(SNS_BYTES)
      const alerted = messages.flatMap(message => alertIn(message).told.flatMap(({ resources }) => resources))
      expect(alerted).toEqual(instanceIds(count))
    },
  )

  test('leaves out no finding that fits, and says how many it left out', () => {
    const alert = anAlert(launch(1_000))
    const back = alertIn(renderSnsMessage(alert))
    expect(back.findings.length + back.omitted).toBe(alert.findings.length)
    expect(back.findings).toEqual(alert.findings.slice(0, back.findings.length))
    expect(sizeOf(renderSnsMessage(alert))).toBeGreaterThan(250_000)
    expect(alertIn(renderSnsMessage(anAlert(launch(30))))).toEqual(anAlert(launch(30)))
  })

  test('has the alert as JSON for queues and functions, and as text for emails', () => {
    const alert = anAlert()
    const message = renderSnsMessage(alert)
    expect(message.MessageStructure).toBe('json')
    expect(Object.keys(JSON.parse(message.Message))).toEqual(['default', 'email'])
    expect(alertIn(message)).toEqual(alert)
    expect(emailIn(message)).toMatch(/^MEDIUM: Paravirtual instance\n/)
  })

  test('has attributes for filter policies', () => {
    expect(renderSnsMessage(anAlert(launch(1))).MessageAttributes).toEqual({
      rule: {
        DataType: 'String.Array',
        StringValue: '["paravirtual-instance","incompatible-image","xen-hypervisor"]',
      },
      severity: { DataType: 'String', StringValue: 'MEDIUM' },
      account: { DataType: 'String', StringValue: '123456789012' },
      region: { DataType: 'String', StringValue: 'us-east-1' },
      decision: { DataType: 'String', StringValue: 'would-stop' },
      kind: { DataType: 'String', StringValue: 'finding' },
    })
  })

  test('keeps the limit, and is read back unchanged, whatever the names and the kind', () => {
    fc.assert(
      fc.property(strangeAlerts, alerts => {
        for (const alert of alerts) {
          const message = renderSnsMessage(alert)
          expect(sizeOf(message)).toBeLessThanOrEqual(SNS_BYTES)
          expect(alertIn(message)).toEqual(alert)
        }
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    [500, 1],
    [2_000, 1],
    [10_000, 5],
  ])(
    'about %d instances that will be stopped is split into %d, within the limit, and names every stop',
    (count, parts) => {
      const findings = instanceIds(count).map(on => aFinding({ on, action: DEFERRED }))
      const messages = buildFindingAlerts(aSource(), findings, CLAIMANT).map(renderSnsMessage)
      expect(messages).toHaveLength(parts)
      for (const message of messages) expect(sizeOf(message)).toBeLessThanOrEqual(SNS_BYTES)
      const stops = messages.flatMap(message => alertIn(message).stops ?? [])
      expect(stops.flatMap(({ resources }) => resources)).toEqual(instanceIds(count))
    },
  )

  test('has attributes for its kind and for the outcome of a stop', () => {
    const [alert] = buildOutcomeAlerts(aSource(), [anEnded({ state: 'FAILED' })], CLAIMANT)
    expect(alert && renderSnsMessage(alert).MessageAttributes).toMatchObject({
      decision: { StringValue: 'stop' },
      kind: { DataType: 'String', StringValue: 'outcome' },
      state: { DataType: 'String.Array', StringValue: '["FAILED"]' },
    })
  })

  test('keeps the limit if every name takes as many bytes as it can', () => {
    const dear = '"\\\u{1f600}'.repeat(60)
    const findings = launch(4_000).map(finding => ({ ...finding, message: dear }))
    const actor = {
      arn: dear,
      via: dear,
      autoScalingGroup: dear,
      launchTemplate: dear,
      fleet: dear,
      stack: dear,
      cluster: dear,
    }
    const message = renderSnsMessage(anAlert(findings, { actor }))
    expect(sizeOf(message)).toBeLessThanOrEqual(SNS_BYTES)
    expect(alertIn(message).told.flatMap(({ resources }) => resources)).toHaveLength(4_000)
  })
})
