import { describe, expect, test } from '@jest/globals'
import { EVENT_KINDS } from '../../shared/facts/event.ts'
import { buildEventPattern } from '../../shared/facts/event-patterns.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { MISFITS } from '../../shared/facts/refusal.ts'
import { aRefusedLaunch } from '../support/builders.ts'
import { REFUSALS } from '../support/refusals.ts'

/** EventBridge's prefix and wildcard, for a text. */
const matches = (matcher: unknown, text: string): boolean => {
  if (typeof matcher === 'string') return matcher === text
  if (typeof matcher !== 'object' || matcher === null) return false
  if ('prefix' in matcher) return text.startsWith(String(matcher.prefix))
  if (!('wildcard' in matcher)) return false
  const parts = String(matcher.wildcard)
    .split('*')
    .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}

const wakes = (errorCode: string, errorMessage: string): boolean => {
  const { detail } = buildEventPattern('refused-launch')
  const any = (key: string, text: string) => (detail[key] ?? []).some(matcher => matches(matcher, text))
  return any('errorCode', errorCode) && any('errorMessage', errorMessage)
}

describe('the pattern of each kind of event', () => {
  test.each(EVENT_KINDS)('of %s is within the quota of EventBridge', kind => {
    expect(JSON.stringify(buildEventPattern(kind)).length).toBeLessThanOrEqual(2048)
  })

  test('of a launch lets launches through', () => {
    expect(buildEventPattern('launch')).toEqual({
      source: ['aws.ec2'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['ec2.amazonaws.com'],
        eventName: ['RunInstances'],
        errorCode: [{ exists: false }],
      },
    })
  })

  test('of an image lets images through', () => {
    expect(buildEventPattern('image').detail).toEqual({
      eventSource: ['ec2.amazonaws.com'],
      eventName: ['RegisterImage', 'CopyImage', 'ImportImage'],
      errorCode: [{ exists: false }],
    })
  })

  test('of a start lets starts through', () => {
    expect(buildEventPattern('start').detail).toEqual({
      eventSource: ['ec2.amazonaws.com'],
      eventName: ['StartInstances'],
      errorCode: [{ exists: false }],
    })
  })

  test('of a running instance lets its notification through', () => {
    expect(buildEventPattern('running')).toEqual({
      source: ['aws.ec2'],
      'detail-type': ['EC2 Instance State-change Notification'],
      detail: { state: ['running'] },
    })
  })
})

describe('the pattern of refused launches', () => {
  test.each(Object.entries(REFUSALS))('lets %s through, and the reader reads it', (_, refusal) => {
    for (const errorCode of [refusal.errorCode, refusal.errorCode.replace('Client.', '')]) {
      expect(wakes(errorCode, refusal.errorMessage)).toBe(true)
      expect(readEvent(aRefusedLaunch({ ...refusal, errorCode })).kind).toBe('refused-launch')
    }
  })

  test('covers every misfit that the reader knows, and each has its example', () => {
    const examples = Object.values(REFUSALS).map(({ errorMessage }) => errorMessage)
    for (const { starts } of MISFITS) expect(examples.filter(text => text.startsWith(starts))).not.toEqual([])
    expect(buildEventPattern('refused-launch').detail['errorMessage']).toHaveLength(MISFITS.length)
  })

  test.each([
    ['Client.DryRunOperation', 'Request would have succeeded, but DryRun flag is set.'],
    ['Client.VcpuLimitExceeded', 'You have requested more vCPU capacity than your current vCPU limit of 0 allows'],
    ['Client.UnauthorizedOperation', 'You are not authorized to perform this operation.'],
    [
      'Client.InvalidParameterValue',
      'Value (x) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
    ],
    [
      'Client.InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID may not be specified on the same request',
    ],
    ['Client.UnsupportedOperation', 'Instance hibernation is not supported'],
    ['Server.InsufficientInstanceCapacity', 'We currently do not have sufficient t3.micro capacity'],
  ])('does not wake for %s: %s', (errorCode, errorMessage) => {
    expect(wakes(errorCode, errorMessage)).toBe(false)
  })
})
