import { describe, expect, test } from '@jest/globals'
import type { LivePolicy } from '../../shared/aws/ledger/policy-store.ts'
import { UserError } from '../../shared/errors.ts'
import { checkPolicy } from '../../shared/policy/check.ts'
import { DEFAULT_POLICY, parsePolicy, parsePolicyFor } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { requireDeployedChannels } from '../../shared/policy/same-channels.ts'
import { listPaths, matchComplaintAt, replaceAt } from './broken.ts'
import { TEST_RULES } from './cases.ts'
import { ACCEPTED_CHANNELS, CONTRADICTIONS, REFUSED_CHANNELS, ROUTED } from './channel-cases.ts'

const load = (text: string): Policy => parsePolicyFor(TEST_RULES, text, 'p.yaml').policy

const complaints = (text: string): readonly string[] => {
  try {
    load(text)
  } catch (error) {
    if (error instanceof UserError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('channels and routes', () => {
  test('are plain data, with their defaults, as they are written', () => {
    const { channels, routes } = load(ROUTED)
    expect(channels?.['bus']).toEqual({ type: 'event-bus', bus: 'default' })
    expect(channels?.['siem']).toMatchObject({ type: 'webhook', format: 'alert' })
    expect(routes).toHaveLength(4)
    expect(routes?.[1]).toEqual({
      match: {},
      to: ['hook', 'teams', 'chat'],
      quiet: { from: '22:00', to: '07:00', zone: 'Europe/Berlin' },
    })
  })

  test.each(['version: 1', 'version: 1\nchannels: {}\nroutes: []'])(
    'are not in a policy that has none, which is unchanged: %s',
    text => {
      expect(Object.keys(load(text))).toEqual(['version', 'rules', 'exemptions', 'stop'])
    },
  )

  test.each(Object.entries(ACCEPTED_CHANNELS))('are accepted: %s', (_, text) => {
    expect(complaints(text)).toEqual([])
  })

  test.each(Object.entries({ ...REFUSED_CHANNELS, ...CONTRADICTIONS }))('are refused with %s', (_, [text, line]) => {
    expect(complaints(text)).toEqual([line])
  })

  test('have all their problems listed at once', () => {
    const text = `${ROUTED}  - { match: { rule: [x] }, to: [y, ops], daily: { at: "08:00", zone: Mars/Phobos } }`
    expect(complaints(text).map(line => line.split(': ')[0]?.split(' ')[1])).toEqual([
      'routes[4].match.rule[0]',
      'routes[4].to[0]',
      'routes[4].daily.zone',
    ])
  })

  test('are no mistake while every rule is off, even if they match nothing', () => {
    const off = TEST_RULES.map(({ id }) => `${id}: { mode: off }`).join(', ')
    const text = `version: 1\nrules: { ${off} }\nchannels: { ops: { type: amazon-q } }\nroutes: [{ match: { mode: enforce }, to: [ops] }]`
    expect(complaints(text)).toEqual([])
  })
})

const real = (text: string): Policy => parsePolicy(text, 'policy.yaml')

const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:slack/token-a1B2c3'
const channel = (one: object) => ({ channels: { a: one } })
const matching = (match: object) => ({ channels: { a: { type: 'amazon-q' } }, routes: [{ match, to: ['a'] }] })

describe('channels and routes of a policy in the table', () => {
  test.each(Object.entries(ACCEPTED_CHANNELS))('are accepted as they were made: %s', (_, text) => {
    const policy = real(text)
    expect(checkPolicy(JSON.parse(JSON.stringify(policy)))).toStrictEqual({ ok: true, policy })
  })

  test('are refused with any one value of them replaced by nothing, and the error says which', () => {
    const policy = real(ROUTED)
    const paths = listPaths({ channels: policy.channels, routes: policy.routes })
    expect(paths.length).toBeGreaterThan(40)
    for (const path of paths)
      expect([path, checkPolicy(replaceAt(policy, path, null))]).toEqual([
        path,
        { ok: false, problem: matchComplaintAt(path) },
      ])
  })

  test.each<[string, object, string]>([
    ['a name that no channel may have', { channels: { A: { type: 'amazon-q' } } }, 'channels.A: expected a name'],
    ['a type of a newer version', { channels: { a: { type: 'pager' } } }, 'channels.a.type: expected slack, '],
    ['a key too many', { channels: { a: { type: 'amazon-q', x: 1 } } }, 'channels.a.x: expected no such key'],
    ['a secret itself', { channels: { a: { type: 'teams', secret: 'https://x' } } }, 'channels.a.secret: expected the'],
    ['channels that are a list', { channels: [] }, 'channels: expected an object'],
    ['a key that is none', channel({ type: 'teams', secret: SECRET, key: 'k' }), 'channels.a.key: expected'],
    ['a channel that is none', channel({ type: 'slack', secret: SECRET, channel: '#ops' }), 'channels.a.channel: exp'],
    [
      'an API that is none',
      channel({ type: 'slack', secret: SECRET, channel: 'C0123456', api: 'http://x/' }),
      'channels.a.api: expected',
    ],
    [
      'a format that there is not',
      channel({ type: 'webhook', secret: SECRET, format: 'xml' }),
      'channels.a.format: exp',
    ],
    ['a bus that is none', channel({ type: 'event-bus', bus: 'a b' }), 'channels.a.bus: expected'],
    ['no addresses', channel({ type: 'email', addresses: [] }), 'channels.a.addresses: expected at least one'],
    ['an address that is none', channel({ type: 'email', addresses: ['x'] }), 'channels.a.addresses[0]: expected'],
    ['routes that are no list', { routes: {} }, 'routes: expected a list'],
    ['a severity that there is not', matching({ severity: ['BAD'] }), 'routes[0].match.severity[0]: expected'],
    ['a rule that is no text', matching({ rule: [1] }), 'routes[0].match.rule[0]: expected a text'],
    ['an account that is none', matching({ accountId: ['1'] }), 'routes[0].match.accountId[0]: expected 12 digits'],
    ['a region that is no text', matching({ region: [''] }), 'routes[0].match.region[0]: expected a text'],
    ['a mode that there is not', matching({ mode: 'off' }), 'routes[0].match.mode: expected observe, enforce'],
    ['a route to nobody', { routes: [{ match: {}, to: [] }] }, 'routes[0].to: expected at least one'],
    ['a route without a match', { routes: [{ to: ['a'] }] }, 'routes[0].match: expected an object'],
    ['a channel that is not there', { routes: [{ match: {}, to: ['a'] }] }, 'routes[0].to[0]: expected '],
    [
      'something held for a program',
      {
        channels: { a: { type: 'amazon-q' }, b: { type: 'security-hub' } },
        routes: [{ match: {}, to: ['a', 'b'], daily: { at: '08:00', zone: 'UTC' } }],
      },
      'routes[0].to[1]: expected a',
    ],
    [
      'a time zone that this Node does not know',
      {
        channels: { a: { type: 'amazon-q' } },
        routes: [{ match: {}, to: ['a'], daily: { at: '08:00', zone: 'Mars/Phobos' } }],
      },
      'routes[0].daily.zone: expected a time zone',
    ],
  ])('are refused with %s', (_, more, problem) => {
    expect(checkPolicy({ ...DEFAULT_POLICY, ...more })).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
    })
  })
})

describe('a live policy', () => {
  const channels = (text: string): Policy => real(`version: 1\nchannels: { ${text} }`)
  const deployed = channels('a: { type: amazon-q }, b: { type: event-bus, bus: x }')

  test('applies with the deployed channels, in whatever order, and other routes', () => {
    for (const policy of [
      deployed,
      channels('b: { bus: x, type: event-bus }, a: { type: amazon-q }'),
      { ...deployed, routes: [{ match: {}, to: ['a'] }] },
    ])
      expect(requireDeployedChannels({ policy, stops: 'on' }, deployed)).toEqual({ policy, stops: 'on' })
  })

  test.each([
    ['without channels', DEFAULT_POLICY],
    ['with one more', channels('a: { type: amazon-q }, b: { type: event-bus, bus: x }, c: { type: amazon-q }')],
    ['with one less', channels('a: { type: amazon-q }')],
    ['with one that leads elsewhere', channels('a: { type: amazon-q }, b: { type: event-bus, bus: y }')],
  ])('is refused %s, because no alert may go to a channel that does not exist', (_, policy) => {
    const live = requireDeployedChannels({ policy, stops: 'on' }, deployed)
    expect(live).toEqual({ stops: 'on', problem: expect.stringMatching(/^its channels are not those[^\n]+$/) })
  })

  test('stays absent if there is none', () => {
    const nothing: LivePolicy = { stops: 'off' }
    expect(requireDeployedChannels(nothing, deployed)).toEqual({ stops: 'off' })
  })
})
