import { describe, expect, test } from '@jest/globals'
import type { Launch, Start } from '../../shared/facts/event.ts'
import type { InstanceFacts } from '../../shared/facts/facts.ts'
import { isInAccount, isOfLaunch, isOfStart, wasMadeBy } from '../../shared/facts/same-launch.ts'

const ID = 'i-0123456789abcdef0'
const origin = {
  accountId: '123456789012',
  region: 'us-east-1',
  event: { id: 'e', name: 'RunInstances', time: '2026-11-24T08:00:00Z' },
  actor: {},
} as const
const launchWith = (clientToken?: string): Launch => ({
  ...origin,
  kind: 'launch',
  launchId: 'l',
  instances: [],
  unlisted: { instanceIds: [], requested: {}, ...(clientToken !== undefined && { clientToken }) },
})
const made = (createdAt: string, more: InstanceFacts = {}): InstanceFacts => ({
  instanceId: ID,
  clientToken: 'token',
  ownerId: '123456789012',
  createdAt,
  ...more,
})

describe('an instance with the token of a launch', () => {
  test.each([
    ['at the same second', '2026-11-24T08:00:00Z', true],
    ['a quarter of an hour before, by a call that is repeated', '2026-11-24T07:45:00Z', true],
    ['a quarter of an hour later', '2026-11-24T08:15:00Z', true],
    ['a second earlier than that', '2026-11-24T07:44:59Z', false],
    ['a second later than that', '2026-11-24T08:15:01Z', false],
  ])('that was made %s', (_, createdAt, expected) => {
    expect(isOfLaunch(made(createdAt), launchWith('token'))).toBe(expected)
  })

  test('counts by its last start if EC2 does not say when it was made', () => {
    const { createdAt: _createdAt, ...unknown } = made('')
    expect(isOfLaunch({ ...unknown, launchTime: '2026-11-24T08:00:01Z' }, launchWith('token'))).toBe(true)
    expect(isOfLaunch({ ...unknown, launchTime: '2026-11-24T09:00:01Z' }, launchWith('token'))).toBe(false)
  })

  test('counts by when it was made, whatever was started since', () => {
    const restarted = made('2026-11-24T08:00:01Z', { launchTime: '2026-11-24T20:00:00Z' })
    expect(isOfLaunch(restarted, launchWith('token'))).toBe(true)
  })

  test('belongs to no launch without a token, also if it has none itself', () => {
    const { clientToken: _clientToken, ...without } = made('2026-11-24T08:00:00Z')
    expect([isOfLaunch(made('2026-11-24T08:00:00Z'), launchWith()), isOfLaunch(without, launchWith())]).toEqual([
      false,
      false,
    ])
  })
})

describe('an instance that the record of a launch names', () => {
  test.each([
    ['2026-11-24T07:59:00Z', true],
    ['2026-11-24T07:58:59Z', false],
    ['2026-11-24T08:10:00Z', true],
  ])('was made by that launch, or before it: %s', (createdAt, expected) => {
    const restarted = made(createdAt, { launchTime: '2026-11-24T08:00:00Z' })
    expect(wasMadeBy(restarted, launchWith())).toBe(expected)
  })

  test('counts by its last start if EC2 does not say when it was made, and else is not known', () => {
    expect(wasMadeBy({ launchTime: '2026-11-24T08:00:00Z' }, launchWith())).toBe(true)
    expect(wasMadeBy({ launchTime: '2026-11-23T08:00:00Z' }, launchWith())).toBe(false)
    expect(wasMadeBy({}, launchWith())).toBeUndefined()
  })
})

test('an instance of which EC2 names no owner is in the account that was asked', () => {
  expect(isInAccount({}, '123456789012')).toBe(true)
  expect(isInAccount({ ownerId: '210987654321' }, '123456789012')).toBe(false)
})

describe('an instance that the record of a start names', () => {
  const start = (unproven?: readonly string[]): Start => ({
    ...origin,
    kind: 'start',
    instanceIds: [ID],
    ...(unproven !== undefined && { unproven }),
  })

  test.each([
    ['2026-11-24T08:00:00Z', true],
    ['2026-11-24T07:59:00Z', true],
    ['2026-11-24T07:58:59Z', false],
    ['2026-11-24T12:00:00Z', true],
  ])('counts by its last start if it may have run before: %s', (launchTime, expected) => {
    expect(isOfStart({ instanceId: ID, launchTime }, start([ID]))).toBe(expected)
  })

  test('does not count if it may have run before and its last start is not known', () => {
    expect(isOfStart({ instanceId: ID }, start([ID]))).toBe(false)
  })

  test('counts if it was down, whatever EC2 still says of its last start', () => {
    expect(isOfStart({ instanceId: ID, launchTime: '2020-01-01T00:00:00Z' }, start())).toBe(true)
    expect(isOfStart({ instanceId: ID, launchTime: '2020-01-01T00:00:00Z' }, start(['i-other']))).toBe(true)
  })

  test('does not count if it lies in another account', () => {
    expect(isOfStart({ instanceId: ID, ownerId: '210987654321' }, start())).toBe(false)
  })
})
