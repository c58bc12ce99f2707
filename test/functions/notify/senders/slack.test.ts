import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createSlackSender } from '../../../../functions/notify/senders/slack.ts'
import { SLACK } from '../../../../functions/notify/senders/slack-renderer.ts'
import type { Secret } from '../../../../shared/aws/secrets.ts'
import { type Behaviour, type SlackServer, startSlack, waitFor } from '../../../support/slack-server.ts'
import { aSecret, finding, instanceId, outcome, seconds } from '../world.ts'

let server: SlackServer
let behaviours: Behaviour[] = []
beforeEach(async () => {
  behaviours = []
  server = await startSlack({ behave: () => behaviours.shift() ?? { kind: 'ok' } })
})
afterEach(() => server.close())

const TOKEN = 'xoxb-0000-secret'

const sender = (secret: Secret = aSecret(TOKEN)) =>
  createSlackSender({
    secret,
    channel: 'C0123ABCD',
    api: `${server.origin}/api/`,
    renderer: SLACK,
    timeoutMs: waitFor(behaviours),
  })

const JOB = { kind: 'alert', alert: finding(1) } as const

const answer = async (...given: readonly Behaviour[]): Promise<unknown> => {
  behaviours = [...given]
  return sender()(JOB).catch((error: Error) => error)
}

describe('the Slack app', () => {
  test('posts as the bot into the channel, and returns which message it is', async () => {
    expect(await answer()).toEqual({
      kind: 'sent',
      ref: '1764000000.000001',
      says: 'Slack accepted it as message 1764000000.000001 in C0123ABCD',
    })
    const [message] = server.taken
    expect(message?.path).toBe('/api/chat.postMessage')
    expect(message?.headers.authorization).toBe(`Bearer ${TOKEN}`)
    expect(message?.body).toMatchObject({ channel: 'C0123ABCD', unfurl_links: 'false' })
    expect(message?.body).not.toHaveProperty('token')
    expect(message?.thread).toBeUndefined()
  })

  test('replies below a message', async () => {
    await sender()({ kind: 'alert', alert: outcome(1, seconds(900)), thread: '17.1' })
    expect(server.taken[0]?.thread).toBe('17.1')
  })

  test('shows a reply that announces a stop in the channel, too, and no other', async () => {
    const stops = [{ at: seconds(900).toISOString(), rules: ['xen-hypervisor'], resources: [instanceId(1)] }]
    await sender()({ kind: 'alert', alert: finding(1, seconds(1), { stops }), thread: '17.1' })
    await sender()({ kind: 'alert', alert: finding(1, seconds(1), { stops: [] }), thread: '17.1' })
    await sender()({ kind: 'alert', alert: outcome(1, seconds(900)), thread: '17.1' })
    expect(server.taken.map(({ thread, body }) => [thread, body['reply_broadcast']])).toEqual([
      ['17.1', 'true'],
      ['17.1', undefined],
      ['17.1', undefined],
    ])
  })

  test('posts a reply alone if its message was deleted', async () => {
    behaviours = [{ kind: 'refused', error: 'thread_not_found' }]
    const sent = await sender()({ kind: 'alert', alert: outcome(1, seconds(900)), thread: '17.1' })
    expect(sent.kind).toBe('sent')
    expect(server.arrivals).toHaveLength(2)
    expect(server.taken[0]?.thread).toBeUndefined()
  })

  test.each([
    ['none', '{"ok":true}'],
    ['one that is no text', '{"ok":true,"ts":17}'],
  ])('has sent a message even if Slack gives no name to it: %s', async (_, text) => {
    expect(await answer({ kind: 'says', status: 200, text })).toStrictEqual({
      kind: 'sent',
      says: 'Slack accepted it as message without a ts in C0123ABCD',
    })
  })

  test('sends a first message once, whatever Slack says of threads', async () => {
    behaviours = [{ kind: 'refused', error: 'thread_not_found' }]
    expect(await sender()(JOB)).toMatchObject({ kind: 'refused' })
    expect(server.arrivals).toHaveLength(1)
  })

  test('sends digests and tests', async () => {
    await sender()({ kind: 'digest', alerts: [finding(1), finding(2)] })
    await sender()({ kind: 'test', at: '2026-11-24T08:00:00Z' })
    expect(server.taken).toHaveLength(2)
  })

  test.each<[string, Behaviour, object]>([
    ['429', { kind: 'later', seconds: 7 }, { kind: 'later', seconds: 7 }],
    ['429 that does not say when', { kind: 'later' }, { kind: 'later', seconds: 30 }],
    ['429 for a day', { kind: 'later', seconds: 86_400 }, { kind: 'later', seconds: 3_600 }],
    ['ratelimited', { kind: 'refused', error: 'ratelimited' }, { kind: 'later', seconds: 30 }],
    [
      'invalid_auth',
      { kind: 'refused', error: 'invalid_auth' },
      { kind: 'refused', why: 'Slack refused it: invalid_auth' },
    ],
    ['token_revoked', { kind: 'refused', error: 'token_revoked' }, { kind: 'refused' }],
    [
      'channel_is_archived',
      { kind: 'refused', error: 'channel_is_archived' },
      { kind: 'refused', why: 'Slack refused it: channel_is_archived' },
    ],
    [
      'is_archived',
      { kind: 'refused', error: 'is_archived' },
      { kind: 'refused', why: 'Slack refused it: is_archived' },
    ],
    ['not_in_channel', { kind: 'refused', error: 'not_in_channel' }, { kind: 'refused' }],
    ['missing_scope', { kind: 'refused', error: 'missing_scope' }, { kind: 'refused' }],
    ['invalid_blocks', { kind: 'refused', error: 'invalid_blocks' }, { kind: 'refused', ofMessage: true }],
    ['msg_too_long', { kind: 'refused', error: 'msg_too_long' }, { kind: 'refused', ofMessage: true }],
    [
      'an error nobody knows',
      { kind: 'refused', error: 'brand_new' },
      { kind: 'refused', why: 'Slack refused it: brand_new' },
    ],
    [
      'a redirect',
      { kind: 'redirect' },
      { kind: 'refused', why: 'Slack refused it: HTTP 302 (redirects are not followed)' },
    ],
  ])('takes %s as an answer, and does not try again here', async (_, behaviour, expected) => {
    expect(await answer(behaviour)).toMatchObject(expected)
    expect(server.arrivals).toHaveLength(1)
  })

  test.each<[string, Behaviour, string]>([
    ['500', { kind: 'broken' }, 'Slack: HTTP 500'],
    ['internal_error', { kind: 'refused', error: 'internal_error' }, 'Slack: internal_error'],
    ['service_unavailable', { kind: 'refused', error: 'service_unavailable' }, 'Slack: service_unavailable'],
    ['no answer in time', { kind: 'silent', taken: false }, 'no answer in time'],
    ['a connection that breaks', { kind: 'reset', taken: false }, ': UND_ERR_SOCKET'],
  ])('throws %s, because it may pass', async (_, behaviour, message) => {
    const error = await answer(behaviour)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toContain(message)
    expect(String(error)).not.toContain('xoxb')
    expect(server.arrivals).toHaveLength(1)
  })

  test('says for every refusal that a person can repair how', async () => {
    for (const error of ['invalid_auth', 'is_archived', 'not_in_channel', 'missing_scope', 'restricted_action'])
      expect(await answer({ kind: 'refused', error })).toHaveProperty('whatToDo')
  })
})

describe('an answer in place of Slack', () => {
  test.each([
    ['a page', 200, `<html>proxy: Bearer ${TOKEN}</html>`],
    ['a code that is the token', 200, '{"ok":false,"error":"xoxb_0000_secret"}'],
    [
      'details that hold a part of it',
      200,
      '{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["0000: SECR"]}}',
    ],
    ['a code that is no text', 200, `{"ok":false,"error":{"token":"${TOKEN}"}}`],
    ['an error with a page', 500, `<html>${TOKEN}</html>`],
    ['what no client understands', 200, 'null'],
  ])('reveals nothing of the token: %s', async (_, status, text) => {
    behaviours = [{ kind: 'says', status, text }]
    const said = await sender()(JOB).then(JSON.stringify, String)
    expect(said).toMatch(/Slack/)
    expect(said).not.toMatch(/0000|secr(?!et;)/i)
  })

  test('is not taken for one of Slack if its code is no text', async () => {
    expect(await answer({ kind: 'says', status: 200, text: '{"ok":false,"error":["invalid_auth"]}' })).toMatchObject({
      why: 'Slack refused it: the answer is not from Slack',
    })
  })

  test('shows where in a message Slack sees a mistake', async () => {
    const text =
      '{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["no more than 50 items [json-pointer:/blocks]"]}}'
    expect(await answer({ kind: 'says', status: 200, text })).toMatchObject({
      why: 'Slack refused it: invalid_blocks (no more than 50 items [json-pointer:/blocks])',
    })
  })
})

describe('a token that was rotated', () => {
  test('is read again once, and the message is sent with it', async () => {
    const asked: boolean[] = []
    const rotated: Secret = async ({ fresh } = { fresh: false }) => {
      asked.push(fresh)
      return fresh ? 'xoxb-new' : 'xoxb-old'
    }
    behaviours = [{ kind: 'refused', error: 'token_expired' }]
    expect(await sender(rotated)(JOB)).toMatchObject({ kind: 'sent' })
    expect(asked).toEqual([false, true])
    expect(server.taken[0]?.headers.authorization).toBe('Bearer xoxb-new')
  })

  test('is refused after two tries if it is not accepted either', async () => {
    const rotated: Secret = async ({ fresh } = { fresh: false }) => (fresh ? 'xoxb-new' : 'xoxb-old')
    behaviours = [
      { kind: 'refused', error: 'invalid_auth' },
      { kind: 'refused', error: 'invalid_auth' },
    ]
    expect(await sender(rotated)(JOB)).toMatchObject({ kind: 'refused', why: 'Slack refused it: invalid_auth' })
    expect(server.arrivals).toHaveLength(2)
  })

  test('is not sent at all if the secret cannot be a token', async () => {
    for (const text of ['', '{}', '{"token":7}', 'xoxb\nx: y', '{nonsense'])
      expect(await sender(aSecret(text))(JOB)).toMatchObject({
        kind: 'refused',
        why: 'the secret contains no token',
        whatToDo: expect.stringMatching(/^Put the bot token/),
      })
    expect(server.arrivals).toHaveLength(0)
    const repaired: Secret = async ({ fresh } = { fresh: false }) => (fresh ? 'xoxb-3\n' : 'no token')
    expect(await sender(repaired)(JOB)).toMatchObject({ kind: 'sent' })
    expect(server.taken[0]?.headers.authorization).toBe('Bearer xoxb-3')
    expect(await sender(aSecret('{"token":"xoxb-2"}'))(JOB)).toMatchObject({ kind: 'sent' })
  })
})
