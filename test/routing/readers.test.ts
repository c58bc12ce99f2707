import { describe, expect, test } from '@jest/globals'
import { parsePolicy } from '../../shared/policy/load.ts'
import { countReaders, findReadBySubscribers, findUnsubscribed } from '../../shared/routing/readers.ts'

const RULE = 'paravirtual-instance'

const aPolicy = (mode: string, ...more: readonly string[]) =>
  parsePolicy(['version: 1', 'rules:', `  ${RULE}: { mode: ${mode} }`, ...more].join('\n'), 'policy.yaml')

const CHAT = '  chat: { type: teams, secret: "arn:aws:secretsmanager:us-east-1:123456789012:secret:chat-AbCdEf" }'
const MAIL = '  mail: { type: email, addresses: [user@example.com] }'

const channels = (...lines: readonly string[]): readonly string[] => ['channels:', ...lines]
const routes = (...lines: readonly string[]): readonly string[] => ['routes:', ...lines]

describe('a rule is read by the subscribers of the topic only', () => {
  test.each([
    ['without channels', []],
    ['where every channel is of the type email', channels(MAIL)],
    [
      'where its route leads to a channel of the type email',
      [
        ...channels(CHAT, MAIL),
        ...routes('  - { match: {}, to: [mail] }', '  - { match: { rule: [xen-hypervisor] }, to: [chat] }'),
      ],
    ],
    [
      'where that holds in one account',
      [
        ...channels(CHAT, MAIL),
        ...routes(
          '  - { match: { accountId: ["123456789012"] }, to: [mail] }',
          '  - { match: { rule: [xen-hypervisor] }, to: [chat] }',
        ),
      ],
    ],
  ])('%s', (_, more) => {
    expect(findReadBySubscribers(aPolicy('enforce', ...more))).toEqual([RULE])
  })
})

describe('a rule has other readers, or needs none,', () => {
  test.each([
    ['where it only observes', 'observe', []],
    ['where a channel of another type gets all alerts', 'enforce', channels(CHAT, MAIL)],
    [
      'where its route leads to one of another type',
      'enforce',
      [...channels(CHAT, MAIL), ...routes('  - { match: {}, to: [mail] }', '  - { match: {}, to: [chat] }')],
    ],
    [
      'where no route takes it, as an alert of a stop then goes to every channel',
      'enforce',
      [...channels(CHAT, MAIL), ...routes('  - { match: { rule: [xen-hypervisor] }, to: [mail, chat] }')],
    ],
  ])('%s', (_, mode, more) => {
    expect(findReadBySubscribers(aPolicy(mode, ...more))).toEqual([])
  })
})

describe('of the subscriptions to a topic', () => {
  const own = ['arn:aws:sqs:us-east-1:123456789012:Alerted', 'arn:aws:sqs:us-east-1:123456789012:Ops']
  const queues = own.map(endpoint => ({ endpoint, confirmed: true }))
  const reader = { endpoint: 'user@example.com', confirmed: true }

  test('those that are confirmed and not of the stack are readers', () => {
    expect(countReaders([...queues, reader, { endpoint: 'ops@example.com', confirmed: false }], own)).toBe(1)
    expect(countReaders(queues, own)).toBe(0)
    expect(countReaders([], own)).toBe(0)
  })

  test('those of the stack that are not there, or not confirmed, are missed', () => {
    expect(findUnsubscribed([...queues, reader], own)).toEqual([])
    expect(findUnsubscribed([reader], own)).toEqual(own)
    expect(
      findUnsubscribed(
        queues.map(one => ({ ...one, confirmed: false })),
        own,
      ),
    ).toEqual(own)
  })
})
