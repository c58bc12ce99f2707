import { describe, expect, test } from '@jest/globals'
import type { RefusedCall } from '../../shared/ledger/refused-calls.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { anEnvelope } from '../support/builders.ts'
import { evaluatePorts } from '../support/cloud/functions.ts'
import { openLedger } from '../support/cloud/ledger.ts'
import { aRecord } from '../support/record-shape.ts'
import { REFUSALS } from '../support/refusals.ts'
import { aRefusedResize } from '../support/refused.ts'
import { anInstance, aStage } from './stage.ts'

const policy = parsePolicy('version: 1\nrules: { incompatible-launch: { mode: observe } }', 'p')

const eventAt = (index: number, user: string, seconds = index) => ({
  userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::123456789012:user/${user}` },
  more: {
    eventID: `11111111-1111-4111-8111-${String(index).padStart(12, '0')}`,
    eventTime: new Date(Date.parse('2026-11-24T08:00:00Z') + seconds * 1000).toISOString().replace('.000Z', 'Z'),
  },
})

const aRefusal = (index: number, user = 'mallory', instanceType = 'm5.xlarge', seconds = index) =>
  anEnvelope(
    aRecord('RunInstances', eventAt(index, user, seconds), {
      ...REFUSALS.ena,
      errorMessage: REFUSALS.ena.errorMessage.replace('m5.xlarge', instanceType),
      requestParameters: {
        instancesSet: { items: [{ imageId: 'ami-0abcdef1234567890', minCount: 1, maxCount: 1 }] },
        instanceType,
      },
      responseElements: null,
    }),
  )

describe('calls that EC2 refuses', () => {
  test('are alerted once a day for one caller and pair, and counted, however many there are', async () => {
    const stage = aStage({ fleet: [], policy })
    for (let index = 0; index < 60; index += 1) await stage.report(aRefusal(index))
    expect(stage.alerts()).toHaveLength(1)
    expect(stage.counted.filter(metric => metric === 'RefusedAgain')).toHaveLength(59)
  })

  test('are alerted for another caller, for another pair and on another day', async () => {
    const stage = aStage({ fleet: [], policy })
    await stage.report(aRefusal(0))
    await stage.report(aRefusal(1, 'production'))
    await stage.report(aRefusal(2, 'mallory', 'm5.large'))
    await stage.report(aRefusal(3, 'mallory', 'm5.xlarge', 86_400))
    expect(stage.alerts()).toHaveLength(4)
  })

  test('are gathered beyond 20 pairs of one caller, in one alert that says so', async () => {
    const stage = aStage({ fleet: [], policy })
    for (let index = 0; index < 40; index += 1) await stage.report(aRefusal(index, 'mallory', `m5.x${index}large`))
    expect(stage.alerts()).toHaveLength(21)
    expect(JSON.stringify(stage.alerts().at(-1))).toContain('refused 20 other pairs to the same caller')
    expect(stage.counted.filter(metric => metric === 'RefusedAgain')).toHaveLength(19)
    await stage.report(aRefusal(40, 'production'))
    expect(stage.alerts()).toHaveLength(22)
  })

  test('of one instance are alerted once for each type, though the types take turns', async () => {
    const stage = aStage({ fleet: [anInstance(0)], policy })
    for (let index = 0; index < 12; index += 1) {
      const value = index % 2 === 0 ? 't3.micro' : 't3.small'
      const errorMessage = REFUSALS.virtualization.errorMessage.replace(/of type '[^']*'/, `of type '${value}'`)
      const request = { instanceId: 'i-0123456789abcdef0', instanceType: { value } }
      await stage.report(
        anEnvelope(aRefusedResize({ request, errorMessage, ...eventAt(index, 'mallory', 60 * (index + 1)) })),
      )
      stage.world.pass(60)
    }
    expect(stage.alerts()).toHaveLength(2)
  })

  test('are alerted however often the event is tried, because an alert may have failed', async () => {
    const ports = evaluatePorts(openLedger(aStage({ fleet: [], policy }).world.dynamo))
    const callOf = (pair: number, eventId: string): RefusedCall => {
      const buildKey = (sk: string) => ({ pk: '123456789012#us-east-1#refused', sk })
      const [caller, rest] = [buildKey('pairs'), buildKey('rest')]
      return { pair: buildKey(`pair-${pair}`), caller, rest, eventId, expiresAt: 1 }
    }
    for (let index = 0; index < 21; index += 1) {
      const admission = index < 20 ? 'first' : 'limit'
      for (let count = 0; count < 2; count += 1) expect(await ports.admit(callOf(index, `e-${index}`))).toBe(admission)
    }
    expect(await ports.admit(callOf(0, 'e-21'))).toBe('repeated')
    expect(await ports.admit(callOf(22, 'e-22'))).toBe('repeated')
  })
})
