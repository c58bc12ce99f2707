import { describe, expect, test } from '@jest/globals'
import { readEvent } from '../../shared/facts/read-event.ts'
import { anEnvelope, aStartInstancesRecord } from '../support/builders.ts'

const [FIRST, SECOND] = ['i-00000000000000001', 'i-00000000000000002'] as const

describe('a start', () => {
  test('says which instances were started, and by whom', () => {
    const event = readEvent(anEnvelope(aStartInstancesRecord({ instanceIds: [FIRST, SECOND] })))
    expect(event).toMatchObject({
      kind: 'start',
      accountId: '123456789012',
      region: 'us-east-1',
      event: { name: 'StartInstances' },
      actor: { arn: 'arn:aws:sts::123456789012:assumed-role/Builder/jane' },
      instanceIds: [FIRST, SECOND],
    })
  })

  test.each(['running', 'pending'])('of an instance that was %s changes nothing, and is ignored', previousState => {
    expect(readEvent(aStartInstancesRecord({ previousState }))).toMatchObject({
      kind: 'ignored',
      why: 'no instance that was down was started',
    })
  })

  test('whose response was omitted is read from its request', () => {
    const more = { responseElements: null }
    expect(readEvent(aStartInstancesRecord({ instanceIds: [FIRST, SECOND], more }))).toMatchObject({
      kind: 'start',
      instanceIds: [FIRST, SECOND],
      unproven: [FIRST, SECOND],
    })
  })

  test('whose response names the state before is proven', () => {
    expect(readEvent(aStartInstancesRecord({ instanceIds: [FIRST] }))).not.toHaveProperty('unproven')
  })

  test('that failed is ignored', () => {
    const more = { errorCode: 'Client.IncorrectInstanceState', responseElements: null }
    expect(readEvent(aStartInstancesRecord({ more }))).toMatchObject({
      kind: 'ignored',
      why: 'refused for another reason: "Client.IncorrectInstanceState"',
    })
  })

  test('with an instance that has no id cannot be read', () => {
    const more = { responseElements: { instancesSet: { items: [{ previousState: { name: 'stopped' } }] } } }
    expect(() => readEvent(aStartInstancesRecord({ more }))).toThrow(
      'responseElements.instancesSet.items[0].instanceId: expected a string, got nothing',
    )
  })
})
