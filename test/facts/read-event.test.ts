import { describe, expect, test } from '@jest/globals'
import { readEvent } from '../../shared/facts/read-event.ts'
import {
  aLaunchRequest,
  anEnvelope,
  anInstanceItem,
  aRegisterImageRecord,
  aRunInstancesRecord,
  aRunningNotification,
} from '../support/builders.ts'
import { complaint } from '../support/complaint.ts'

describe('a running notification', () => {
  test('names its instance and nothing else', () => {
    expect(readEvent(aRunningNotification({ eventID: 'e-1' }))).toEqual({
      kind: 'running',
      accountId: '123456789012',
      region: 'us-east-1',
      event: { id: 'e-1', name: 'EC2 Instance State-change Notification', time: '2026-11-24T08:00:00Z' },
      actor: {},
      instanceId: 'i-0123456789abcdef0',
    })
  })

  test.each(['pending', 'stopping', 'stopped', 'shutting-down', 'terminated'])(
    'of an instance %s is ignored',
    state => {
      expect(readEvent(aRunningNotification({ state }))).toMatchObject({
        kind: 'ignored',
        why: `an instance in state "${state}"`,
      })
    },
  )

  test.each([
    [{ detail: { state: 'running' } }, 'detail.instance-id: expected a string, got nothing'],
    [{ detail: { 'instance-id': 'i-1' } }, 'detail.state: expected a string, got nothing'],
    [{ detail: [] }, 'detail: expected an object, got an array'],
    [{ detail: null }, 'detail: expected an object, got nothing'],
    [{ account: 123456789012 }, 'account: expected a string, got a number'],
    [{ region: null }, 'region: expected a string, got nothing'],
    [{ time: 'yesterday' }, 'time: expected a time like 2026-11-24T08:00:00Z, got "yesterday"'],
  ])('with %j is an error', (more, message) => {
    expect(complaint(aRunningNotification({ more }))).toBe(message)
  })
})

describe('a foreign event is ignored', () => {
  test.each([
    ['another call', { eventName: 'StopInstances' }],
    ['a call of another service', { eventSource: 'lightsail.amazonaws.com' }],
    [
      'another call without id, account or time',
      { eventName: 'StartInstances', eventID: undefined, eventTime: undefined },
    ],
    ['a call named like a part of JavaScript', { eventName: 'constructor' }],
  ])('as %s', (_, more) => {
    for (const record of [aRunInstancesRecord({ more }), anEnvelope(aRunInstancesRecord({ more }))]) {
      expect(readEvent(record)).toMatchObject({
        kind: 'ignored',
        why: expect.stringMatching(/^not a launch, a start or an image/),
      })
    }
  })

  test('as a notification of another kind', () => {
    const event = { 'detail-type': 'EC2 Spot Instance Interruption Warning', id: 'e-1', detail: { 'instance-id': 5 } }
    expect(readEvent(event)).toEqual({
      kind: 'ignored',
      event: { id: 'e-1', name: 'EC2 Spot Instance Interruption Warning' },
      why: 'not a launch, a start or an image: "EC2 Spot Instance Interruption Warning"',
    })
  })
})

describe('an unreadable event is an error that names the field', () => {
  test.each([
    [null, 'the event: expected an object, got nothing'],
    ['RunInstances', 'the event: expected an object, got a string'],
    [[], 'the event: expected an object, got an array'],
    [7, 'the event: expected an object, got a number'],
    [{}, 'eventName: expected a string, got nothing'],
    [{ 'detail-type': 5 }, 'detail-type: expected a string, got a number'],
    [{ 'detail-type': 'AWS API Call via CloudTrail' }, 'detail: expected an object, got nothing'],
  ])('for %j', (json, message) => {
    expect(complaint(json)).toBe(message)
  })

  test.each([
    [{ eventName: undefined }, 'eventName: expected a string, got nothing'],
    [{ eventSource: undefined }, 'eventSource: expected a string, got nothing'],
    [{ eventID: undefined }, 'eventID: expected a string, got nothing'],
    [{ awsRegion: undefined }, 'awsRegion: expected a string, got nothing'],
    [{ recipientAccountId: undefined, userIdentity: {} }, 'recipientAccountId: expected a string, got nothing'],
    [{ eventTime: undefined }, 'eventTime: expected a time like 2026-11-24T08:00:00Z, got nothing'],
    [
      { eventTime: '2026-13-24T08:00:00Z' },
      'eventTime: expected a time like 2026-11-24T08:00:00Z, got "2026-13-24T08:00:00Z"',
    ],
    [{ errorCode: 403 }, 'errorCode: expected a string, got a number'],
    [{ userIdentity: 'jane' }, 'userIdentity: expected an object, got a string'],
    [{ responseElements: 'omitted' }, 'responseElements: expected an object, got a string'],
    [{ responseElements: { instancesSet: [] } }, 'responseElements.instancesSet: expected an object, got an array'],
    [{ resources: 'i-01' }, 'resources: expected an array, got a string'],
    [{ resources: ['i-01'] }, 'resources[0]: expected an object, got a string'],
  ])('for a launch with %j', (more, message) => {
    expect(complaint(aRunInstancesRecord({ more }))).toBe(message)
  })

  test.each([
    [{ virtualizationType: 5 }, 'virtualizationType: expected a string, got a number'],
    [{ virtualizationType: 'xen' }, 'virtualizationType: expected hvm or paravirtual, got "xen"'],
    [{ instanceId: undefined }, 'instanceId: expected a string, got nothing'],
    [{ enaSupport: 'true' }, 'enaSupport: expected a boolean, got a string'],
    [{ tagSet: { items: [{ key: 'a', value: {} }] } }, 'tagSet.items[0].value: expected a string, got an object'],
    [{ tagSet: { items: [{ value: 'a' }] } }, 'tagSet.items[0].key: expected a string, got nothing'],
    [{ operator: { managed: 'yes' } }, 'operator.managed: expected a boolean, got a string'],
  ])('for a launch whose second instance has %j', (more, message) => {
    const instances = [anInstanceItem(), anInstanceItem({ more })]
    const path = `responseElements.instancesSet.items[1].${message}`
    expect(complaint(aRunInstancesRecord({ instances }))).toBe(path)
    expect(complaint(anEnvelope(aRunInstancesRecord({ instances })))).toBe(`detail.${path}`)
  })

  test('for a launch from the old path of an account', () => {
    const record = aRunInstancesRecord({
      more: { recipientAccountId: undefined, userIdentity: { accountId: '210987654321' } },
    })
    expect(readEvent(record)).toMatchObject({ accountId: '210987654321' })
  })

  test('in short and printable words, whatever the event says', () => {
    const virtualizationType = `\u001b[31m\n\u202e${'x'.repeat(5000)}`
    const said = complaint(aRegisterImageRecord({ request: { virtualizationType } })) ?? ''
    expect(said).toMatch(/^[\x20-\x7e]{1,160}$/)
  })

  test('except in a request that does not matter because the response lists all instances', () => {
    const request = aLaunchRequest({ more: { instanceType: { value: 't3.micro' } } })
    expect(readEvent(aRunInstancesRecord({ request }))).toMatchObject({ kind: 'launch' })
    expect(readEvent(aRunInstancesRecord({ request, more: { responseElements: null } }))).toMatchObject({
      unlisted: { requested: { imageId: 'ami-0abcdef1234567890' } },
      misread: ['requestParameters.instanceType: expected a string, got an object'],
    })
  })
})

describe('the time of an event', () => {
  test.each([
    ['2022-10-13 16:35:33', '2022-10-13T16:35:33Z'],
    ['2024-04-02 16:46:24.000000000', '2024-04-02T16:46:24Z'],
    ['2024-04-02T16:46:24.123456Z', '2024-04-02T16:46:24.123Z'],
    ['2024-04-02T16:46:24Z', '2024-04-02T16:46:24Z'],
  ])('written as %s is %s', (time, iso) => {
    expect(readEvent(aRunInstancesRecord({ time }))).toMatchObject({ event: { time: iso } })
  })
})
