import { describe, expect, test } from '@jest/globals'
import { readSettingsFrom } from '../../infra/settings/context.ts'
import { UserError } from '../../shared/errors.ts'
import {
  countFilters,
  describeAlertResources,
  describeExcess,
  findLimitProblems,
} from '../../shared/policy/deployment-limits.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import type { Channel, Policy } from '../../shared/policy/policy.ts'

const mailing = (channels: number, addresses: number): Readonly<Record<string, Channel>> =>
  Object.fromEntries(
    Array.from({ length: channels }, (_, index): [string, Channel] => {
      const list = Array.from({ length: addresses }, (_, at) => `user-${index}-${at}@example.com`)
      return [`mail-${'abcdefghijklmnopqrstuvwxyz'[index]}`, { type: 'email', addresses: list }]
    }),
  )

const twenty = (channel: Channel): Readonly<Record<string, Channel>> =>
  Object.fromEntries([...'abcdefghijklmnopqrst'].map(name => [name, channel]))

const refusal = (make: () => unknown): string => {
  try {
    make()
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
  return ''
}

const load = (policy: object): string => refusal(() => parsePolicy(JSON.stringify(policy), 'p.yaml'))

describe('a policy that no stack can have', () => {
  test('is refused in one line with the number and the limit of filters of the topic', () => {
    expect(load({ version: 1, channels: mailing(20, 20) })).toBe(
      'p.yaml:1:14 channels: 20 channels, 400 addresses in them and 0 of -c email need 421 filters on the topic of alerts, and SNS takes 200; name fewer, or a mailing list in place of addresses',
    )
  })

  test('is refused in one line with the number and the limit of resources', () => {
    expect(load({ version: 1, channels: mailing(20, 7) })).toBe(
      'p.yaml:1:14 channels: 20 channels, 140 addresses in them and 0 of -c email need 562 resources, and CloudFormation takes 500 in a stack; name fewer, or a mailing list in place of addresses',
    )
  })

  test('is refused with the addresses of the deployment, too', () => {
    const email = Array.from({ length: 220 }, (_, index) => `user-${index}@example.com`).join(',')
    expect(refusal(() => readSettingsFrom({ email }))).toMatch(
      /^context email: 0 channels, 0 addresses in them and 220 of -c email need \d+ resources, and CloudFormation takes 500/,
    )
  })

  test.each<[string, object, number]>([
    ['nothing that stops', {}, 209],
    ['one rule that stops', { rules: { 'paravirtual-instance': { mode: 'enforce' } } }, 197],
    ['channels with scheduled deliveries', { channels: twenty({ type: 'amazon-q' }) }, 19],
    ['channels of programs', { channels: twenty({ type: 'event-bus', bus: 'x' }) }, 59],
    ['addresses in channels', { channels: mailing(10, 5) }, 99],
    ['filters for addresses in channels', { channels: mailing(4, 20) }, 115],
  ])('is one that has more addresses than allowed beside it: %s', (_, more, most) => {
    const policy = parsePolicy(JSON.stringify({ version: 1, ...more }), 'p.yaml')
    expect(describeExcess(policy, { emails: most })).toBeUndefined()
    expect(describeExcess(policy, { emails: most + 1 })).toContain(`${most + 1} of -c email need `)
  })

  test('is accepted with twenty channels, and with twenty addresses', () => {
    const rules = { 'paravirtual-instance': { mode: 'enforce' } }
    expect(load({ version: 1, rules, channels: twenty({ type: 'amazon-q' }) })).toBe('')
    expect(load({ version: 1, channels: mailing(4, 20) })).toBe('')
  })

  test('is refused if it has more bytes than a row of the ledger takes, so that it could not be applied', () => {
    const exempting = (reason: string) => ({
      version: 1,
      exemptions: [
        { rule: '*', match: { instanceId: 'i-0123456789abcdef0' }, reason, owner: 'o', expires: '2027-01-31' },
      ],
    })
    expect(load(exempting('x'.repeat(250_000)))).toBe('')
    expect(load(exempting('€'.repeat(200_000)))).toMatch(
      /^p\.yaml:1:1 has 60\d{4} bytes as JSON, and a row of the ledger takes 390000; shorten it$/,
    )
  })

  test('is refused with the first byte that a row does not take', () => {
    const exempting = (length: number): Policy => ({
      ...DEFAULT_POLICY,
      exemptions: [
        { rule: '*', match: { region: 'x' }, reason: 'x'.repeat(length), owner: 'o', expires: '2027-01-31' },
      ],
    })
    const room = 390_000 - JSON.stringify(exempting(0)).length
    expect(findLimitProblems(exempting(room))).toEqual([])
    expect(findLimitProblems(exempting(room + 1))).toEqual([
      { path: [], text: expect.stringContaining('has 390001 bytes') },
    ])
  })
})

describe('the stack for a policy', () => {
  const policyOf = (channels: Readonly<Record<string, Channel>>, mode = 'observe') =>
    parsePolicy(JSON.stringify({ version: 1, rules: { 'paravirtual-instance': { mode } }, channels }), 'p.yaml')
  const resources = (channels: Readonly<Record<string, Channel>>, mode?: string): number =>
    describeAlertResources(policyOf(channels, mode), { emails: 0 })
  const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:slack/token-a1B2c3'
  const teams: Channel = { type: 'teams', secret }

  test('has more resources if one rule of many enforces', () => {
    expect(resources({}, 'enforce')).toBeGreaterThan(resources({}))
  })

  test('has one topic more for a chat of Amazon Q, and one role less for a program', () => {
    const chat = resources({ a: teams })
    expect(resources({ a: { type: 'amazon-q' } }) - chat).toBe(2)
    expect(resources({ a: { type: 'security-hub' } }) - chat).toBe(-2)
  })

  test('may be all that AWS takes, and no more', () => {
    const none = policyOf({})
    const emails = (500 - resources({})) / 2
    expect(describeExcess(none, { emails })).toBeUndefined()
    expect(describeExcess(none, { emails: emails + 1 })).toContain('502 resources')
    const mail = policyOf(mailing(1, 20))
    expect(countFilters(mail, { emails: 178 })).toBe(200)
    expect(describeExcess(mail, { emails: 178 })).toBeUndefined()
    expect(describeExcess(mail, { emails: 179 })).toContain('201 filters')
  })
})
