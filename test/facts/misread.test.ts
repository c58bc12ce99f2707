import { describe, expect, test } from '@jest/globals'
import { readEvent } from '../../shared/facts/read-event.ts'
import { anInstanceItem, aRegisterImageRecord, aRunInstancesRecord } from '../support/builders.ts'

const readInstances = (more: Record<string, unknown>) => {
  const event = readEvent(aRunInstancesRecord({ instances: [anInstanceItem({ more }), anInstanceItem()] }))
  if (event.kind !== 'launch') throw new Error(`expected a launch, got ${event.kind}`)
  return event
}

describe('an optional field of a wrong type', () => {
  test.each([
    ['enaSupport', 'true'],
    ['virtualizationType', 'xen'],
    ['instanceType', { value: 't3.micro' }],
    ['bootMode', 7],
    ['instanceLifecycle', []],
    ['tagSet', 'Name=web'],
  ])('leaves %s unknown, and the rest of the launch is read', (key, value) => {
    const event = readInstances({ [key]: value })
    const fact = { instanceLifecycle: 'lifecycle', tagSet: 'tags' }[key] ?? key
    expect(event.instances[0]).not.toHaveProperty(fact)
    expect(event.instances[0]).toMatchObject({ instanceId: expect.any(String), imageId: expect.any(String) })
    expect(event.instances[1]).toHaveProperty('instanceType')
    expect(event.misread).toEqual([expect.stringContaining(`responseElements.instancesSet.items[0].${key}`)])
  })

  test('of the response leaves its instances unlisted', () => {
    expect(readEvent(aRunInstancesRecord({ more: { responseElements: 'omitted' } }))).toMatchObject({
      kind: 'launch',
      instances: [],
      unlisted: {},
    })
  })

  test('of an image does not count as absent, for which a value would be assumed', () => {
    const event = readEvent(
      aRegisterImageRecord({ request: { virtualizationType: 5, enaSupport: 'no', architecture: 1, imageLocation: 2 } }),
    )
    if (event.kind !== 'image') throw new Error(`expected an image, got ${event.kind}`)
    for (const fact of ['virtualizationType', 'enaSupport', 'architecture', 'rootDeviceType'])
      expect(event.subject.image).not.toHaveProperty(fact)
    expect(event.misread).toHaveLength(4)
  })

  test('is named once, and ten of them at most', () => {
    const instances = Array.from({ length: 40 }, () => anInstanceItem({ more: { enaSupport: 'true' } }))
    const event = readEvent(aRunInstancesRecord({ instances }))
    expect(event.kind === 'launch' && event.misread).toHaveLength(10)
  })

  test.each([
    ['errorCode', { errorCode: 403 }],
    ['errorMessage', { errorCode: 'Client.InvalidParameterCombination', errorMessage: {} }],
  ])('makes the record unreadable if it says what happened: %s', (key, more) =>
    expect(() => readEvent(aRunInstancesRecord({ more }))).toThrow(`${key}: expected a string`),
  )
})

describe('a CloudTrail record that is no API call', () => {
  test.each(['Insight', 'NetworkActivity'])('is ignored as %s, whatever call it names', eventCategory => {
    expect(readEvent(aRunInstancesRecord({ more: { eventCategory } }))).toMatchObject({ kind: 'ignored' })
    expect(readEvent({ eventCategory, eventID: 'event-1' })).toEqual({
      kind: 'ignored',
      event: { id: 'event-1', name: eventCategory },
      why: `not a launch, a start or an image: "${eventCategory}"`,
    })
  })
})
