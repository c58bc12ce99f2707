import { describe, expect, test } from '@jest/globals'
import { EVENT_KINDS } from '../../shared/facts/event.ts'
import { type EventPattern, SUBSCRIPTIONS } from '../../shared/facts/event-patterns.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { RESIZE_WORDINGS, WORDINGS } from '../../shared/facts/wordings.ts'
import { matchesPattern } from '../infra/match-event.ts'
import { anEnvelope, aRefusedLaunch } from '../support/builders.ts'
import { REFUSALS } from '../support/refusals.ts'

const patternOf = (id: string): EventPattern => {
  const found = SUBSCRIPTIONS.find(subscription => subscription.id === id)
  if (found === undefined) throw new Error(`no subscription ${id}`)
  return found.pattern
}

const wakes = (errorCode: string, errorMessage: string): boolean =>
  matchesPattern(
    patternOf('refused-launch') as never,
    anEnvelope(aRefusedLaunch({ errorCode, more: { errorMessage } })),
  )

describe('the pattern of each kind of event', () => {
  test.each(SUBSCRIPTIONS)('of $id is within the quota of EventBridge', ({ pattern }) => {
    expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2048)
  })

  test('is one at least for each kind, and each has an id of its own', () => {
    expect(new Set(SUBSCRIPTIONS.map(({ kind }) => kind))).toEqual(new Set(EVENT_KINDS))
    expect(new Set(SUBSCRIPTIONS.map(({ id }) => id)).size).toBe(SUBSCRIPTIONS.length)
  })

  test('of a launch lets launches through', () => {
    expect(patternOf('launch')).toEqual({
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
    expect(patternOf('image').detail).toEqual({
      eventSource: ['ec2.amazonaws.com'],
      eventName: ['RegisterImage', 'CopyImage', 'ImportImage'],
      errorCode: [{ exists: false }],
    })
  })

  test('of a start lets starts through', () => {
    expect(patternOf('start').detail).toEqual({
      eventSource: ['ec2.amazonaws.com'],
      eventName: ['StartInstances'],
      errorCode: [{ exists: false }],
    })
  })

  test('of a running instance lets its notification through', () => {
    expect(patternOf('running')).toEqual({
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
    for (const { starts } of WORDINGS.filter(({ reason }) => reason !== undefined))
      expect(examples.filter(text => text.startsWith(starts))).not.toEqual([])
    expect(patternOf('refused-launch').detail['errorMessage']).toHaveLength(WORDINGS.length + RESIZE_WORDINGS.length)
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
