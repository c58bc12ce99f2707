import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { WEBHOOK } from '../../../../functions/notify/senders/machine-renderer.ts'
import type { Renderer } from '../../../../functions/notify/senders/renderer.ts'
import { SLACK } from '../../../../functions/notify/senders/slack-renderer.ts'
import { TEAMS } from '../../../../functions/notify/senders/teams-renderer.ts'
import { createPlainWebhookSender, createSignedWebhookSender } from '../../../../functions/notify/senders/webhook.ts'
import type { Secret } from '../../../../shared/aws/secrets.ts'
import { buildOcsfBody, buildWebhookTest } from '../../../../shared/channels/webhook/body.ts'
import { aFinding, anAlert, instanceIds } from '../../../support/findings.ts'
import { type Behaviour, type SlackServer, startSlack, waitFor } from '../../../support/slack-server.ts'
import { aSecret, finding, outcome, START, seconds, world } from '../world.ts'

let server: SlackServer
let behaviours: Behaviour[] = []
beforeEach(async () => {
  behaviours = []
  server = await startSlack({ behave: () => behaviours.shift() ?? { kind: 'ok' } })
})
afterEach(() => server.close())

const JOB = { kind: 'alert', alert: finding(1) } as const
const MANY = { kind: 'alert', alert: anAlert(instanceIds(1000).map(on => aFinding({ on }))) } as const
const url = (): string => `${server.origin}/services/T0/B0/verysecret`

const plain = (secret: Secret, words: Renderer<object> = SLACK) =>
  createPlainWebhookSender({
    secret,
    renderer: words,
    whatToDo: 'Make a new one.',
    timeoutMs: waitFor(behaviours),
    protocols: ['http:'],
  })

describe.each([
  ['an incoming webhook of Slack', SLACK],
  ['a workflow of Teams', TEAMS],
] as const)('the webhook %s', (_, words) => {
  test('takes the message as JSON', async () => {
    expect(await plain(aSecret(url()), words)(JOB)).toEqual({ kind: 'sent', says: 'the webhook answered HTTP 200: ok' })
    expect(server.taken[0]?.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(JSON.parse(server.taken[0]?.text ?? '')).toEqual(JSON.parse(JSON.stringify(words.alert(JOB.alert))))
  })

  test('takes a follow-up, a digest and a test', async () => {
    const send = plain(aSecret(JSON.stringify({ url: url() })), words)
    const alert = outcome(1, seconds(900))
    await send({ kind: 'alert', alert })
    await send({ kind: 'digest', alerts: [finding(1), finding(2)] })
    await send({ kind: 'test', at: '2026-11-24T08:00:00Z' })
    expect(server.taken.map(({ text }) => JSON.parse(text))).toEqual(
      [words.followUp(alert), words.digest([finding(1), finding(2)]), words.test('2026-11-24T08:00:00Z')].map(body =>
        JSON.parse(JSON.stringify(body)),
      ),
    )
  })

  test.each<[string, Behaviour, object]>([
    ['429', { kind: 'later', seconds: 3 }, { kind: 'later', seconds: 3 }],
    ['429 that does not say when', { kind: 'later' }, { kind: 'later', seconds: 30 }],
    [
      '400',
      { kind: 'refused', error: 'invalid_payload' },
      { kind: 'refused', why: 'HTTP 400: invalid_payload', ofMessage: true },
    ],
    [
      '403',
      { kind: 'refused', error: 'invalid_token' },
      { kind: 'refused', why: 'HTTP 403: invalid_token', whatToDo: 'Make a new one.' },
    ],
    ['404', { kind: 'refused', error: 'no_service' }, { kind: 'refused', why: 'HTTP 404: no_service' }],
    [
      '410',
      { kind: 'refused', error: 'channel_is_archived' },
      { kind: 'refused', why: 'HTTP 410: channel_is_archived' },
    ],
    ['302', { kind: 'redirect' }, { kind: 'refused', why: 'HTTP 302 (redirects are not followed)' }],
  ])('refuses with %s', async (_, behaviour, expected) => {
    behaviours = [behaviour]
    expect(await plain(aSecret(url()), words)(JOB)).toMatchObject(expected)
    expect(server.arrivals).toHaveLength(1)
  })

  test.each<[string, Behaviour, string]>([
    ['500', { kind: 'broken' }, 'HTTP 500: server_error'],
    ['nothing in time', { kind: 'silent', taken: false }, 'no answer in time'],
    ['nothing, and the connection breaks', { kind: 'reset', taken: false }, 'UND_ERR_SOCKET'],
  ])('fails with %s, which may pass, so it is thrown without the URL', async (_, behaviour, message) => {
    behaviours = [behaviour]
    const error = await plain(aSecret(url()), words)(JOB).catch((thrown: Error) => thrown)
    expect(String(error)).toContain(message)
    expect(String(error)).not.toContain('verysecret')
  })
})

describe('the URL of a webhook', () => {
  test.each([
    ['nothing', '', 'the secret contains no URL'],
    ['white space', ' \n', 'the secret contains no URL'],
    ['no URL', 'hooks.slack.com', 'the secret contains no URL'],
    ['JSON without one', '{"key":"k"}', 'the secret contains no URL'],
    ['http', 'http://hooks.example.com/x', 'the URL in the secret is not https'],
    ['a file', 'file:///etc/passwd', 'the URL in the secret is not https'],
    ['http on this machine', 'http://127.0.0.1:1/x', 'the URL in the secret is not https'],
    [
      'one with a password',
      'https://user:pass@hooks.example.com/x',
      'the URL in the secret has a user or password before the host',
    ],
    [
      'one with a password alone',
      'https://:pass@hooks.example.com/x',
      'the URL in the secret has a user or password before the host',
    ],
    [
      'one with a user',
      'https://user@hooks.example.com/x',
      'the URL in the secret has a user or password before the host',
    ],
  ])('is not %s', async (_, secret, why) => {
    const send = createPlainWebhookSender({ secret: aSecret(secret), renderer: SLACK, whatToDo: '' })
    const sent = await send(JOB)
    expect(sent).toEqual({ kind: 'refused', why, whatToDo: expect.stringMatching(/^Put (the|a) URL/) })
    expect(JSON.stringify(sent)).not.toContain('hooks')
  })

  test.each([
    ['JSON after a line break', (url: string) => `\n${JSON.stringify({ url })}`],
    ['a line that ends with a break', (url: string) => `${url}\n`],
  ])('may be %s', async (_, secret) => {
    expect(await plain(aSecret(secret(url())))(JOB)).toMatchObject({ kind: 'sent' })
  })

  test('is read again if it cannot be used, because somebody may have repaired it since', async () => {
    const repaired: Secret = async ({ fresh } = { fresh: false }) => (fresh ? url() : 'no URL')
    expect(await plain(repaired)(JOB)).toMatchObject({ kind: 'sent' })
  })

  test('is read again if it is not accepted', async () => {
    behaviours = [{ kind: 'refused', error: 'invalid_token' }]
    const rotated: Secret = async ({ fresh } = { fresh: false }) => `${server.origin}/${fresh ? 'new' : 'old'}`
    expect(await plain(rotated)(JOB)).toMatchObject({ kind: 'sent' })
    expect(server.arrivals.map(({ request }) => request.path)).toEqual(['/old', '/new'])
  })
})

describe('an answer that repeats the URL', () => {
  const SECRET_PATH = '/services/T0/B0/verysecret?sig=s3cr3tQuery'
  const ECHOES = [
    `no such hook: ${SECRET_PATH}`,
    `no such hook: ${encodeURIComponent(SECRET_PATH)}`,
    `no such hook: ${encodeURIComponent(encodeURIComponent(SECRET_PATH))}`,
    `NO SUCH HOOK: ${SECRET_PATH.toUpperCase()}`,
    'no such hook: very, then secret',
    'v e r y s e c r e t',
    'terces yrev: tercesyrev',
    Buffer.from(SECRET_PATH).toString('base64'),
    Buffer.from('verysecret').toString('hex'),
    '<html><a href="/services/T0/B0/verysecret">moved</a></html>',
  ]
  const leaks = /very|secret|terces|c2Vydmlj|766572|s3cr3t|services|hook:/i

  test.each(ECHOES)('is reported without it, whatever the status: %s', async text => {
    for (const status of [200, 302, 400, 401, 404, 429, 500, 503]) {
      behaviours = [
        { kind: 'says', status, text },
        { kind: 'says', status, text },
      ]
      const said = await plain(aSecret(`${server.origin}${SECRET_PATH}`))(JOB).then(JSON.stringify, String)
      expect(said).toContain(`HTTP ${status}`)
      expect(said.replaceAll('into the secret', '')).not.toMatch(leaks)
    }
  })

  test('brings it into neither log nor dead-letter queue nor table', async () => {
    behaviours = Array<Behaviour>(40).fill({ kind: 'says', status: 500, text: `down: ${SECRET_PATH}` })
    const channel = world({ sender: plain(aSecret(`${server.origin}${SECRET_PATH}`)), type: 'slack-webhook' })
    channel.queue.put(JSON.stringify(finding(1)))
    await channel.queue.run(channel.handle)
    expect(channel.queue.deadLetters).toHaveLength(1)
    const written = JSON.stringify([channel.logged, channel.queue.deadLetters, [...channel.dynamo.items.values()]])
    expect(written).toContain('HTTP 500')
    expect(written).not.toMatch(/verysecret|s3cr3tQuery|B0/)
  })

  test('is refused at once, and not tried for hours, if the URL has a password', async () => {
    const send = createPlainWebhookSender({
      secret: aSecret('https://user:hunter22@hooks.example.com/x'),
      renderer: SLACK,
      whatToDo: '',
    })
    const channel = world({ sender: send, type: 'slack-webhook' })
    channel.queue.put(JSON.stringify(finding(1)))
    await channel.queue.run(channel.handle)
    expect(channel.queue.now()).toEqual(START)
    expect(channel.queue.deadLetters.map(({ reason }) => reason)).toEqual([
      'the URL in the secret has a user or password before the host',
    ])
  })
})

describe('a webhook of your own', () => {
  const signed = (secret: Secret, format: 'alert' | 'ocsf' = 'alert') =>
    createSignedWebhookSender({
      secret,
      renderer: WEBHOOK[format],
      now: () => START,
      timeoutMs: waitFor(behaviours),
      protocols: ['http:'],
    })

  test.each(['alert', 'ocsf'] as const)('of format %s can be verified by its key', async format => {
    await signed(aSecret(JSON.stringify({ url: url(), key: 'k' })), format)(JOB)
    const [request] = server.taken
    const timestamp = String(request?.headers['x-virtguard-timestamp'])
    expect(Number(timestamp)).toBe(START.getTime() / 1000)
    const expected = createHmac('sha256', 'k').update(`${timestamp}.${request?.text}`).digest('hex')
    expect(request?.headers['x-virtguard-signature']).toBe(`v1=${expected}`)
    expect([JSON.parse(request?.text ?? '')]).toEqual(JSON.parse(JSON.stringify(WEBHOOK[format].alert(JOB.alert))))
  })

  test('of format ocsf gets many findings in several requests that servers accept, each signed', async () => {
    await signed(aSecret(JSON.stringify({ url: url(), key: 'k' })), 'ocsf')(MANY)
    const events = server.taken.flatMap(({ text }) => JSON.parse(text))
    expect(server.taken.length).toBeGreaterThan(1)
    expect(events).toEqual(JSON.parse(JSON.stringify(buildOcsfBody([MANY.alert]))))
    for (const { text, headers } of server.taken) {
      expect(Buffer.byteLength(text)).toBeLessThan(1_000_000)
      const expected = createHmac('sha256', 'k').update(`${headers['x-virtguard-timestamp']}.${text}`).digest('hex')
      expect(headers['x-virtguard-signature']).toBe(`v1=${expected}`)
    }
  })

  test('that refuses one of several requests gets none of those after it, until all come again', async () => {
    behaviours = [{ kind: 'ok' }, { kind: 'later', seconds: 7 }]
    const send = signed(aSecret(JSON.stringify({ url: url(), key: 'k' })), 'ocsf')
    expect(await send(MANY)).toMatchObject({ kind: 'later', seconds: 7 })
    expect(server.taken).toHaveLength(1)
    expect(await send(MANY)).toMatchObject({ kind: 'sent' })
    expect(server.taken[1]?.text).toBe(server.taken[0]?.text)
  })

  test.each(['alert', 'ocsf'] as const)('of format %s gets an outcome of a stop, and a test', async format => {
    const send = signed(aSecret(JSON.stringify({ url: url(), key: 'k' })), format)
    const [alert, at] = [outcome(1, seconds(900)), '2026-11-24T08:00:00Z']
    await send({ kind: 'alert', alert })
    await send({ kind: 'test', at })
    const bodies = [...WEBHOOK[format].digest([alert]), format === 'ocsf' ? [] : buildWebhookTest(at)]
    expect(server.taken.map(({ text }) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(bodies)))
  })

  test('gets no request if there is nothing to send, and its secret is not read a second time', async () => {
    let reads = 0
    const counted: Secret = async () => {
      reads += 1
      return JSON.stringify({ url: url(), key: 'k' })
    }
    const sent = await signed(counted, 'ocsf')({ kind: 'alert', alert: { ...finding(1), findings: [] } })
    expect(sent).toEqual({ kind: 'sent', says: 'there was nothing to say' })
    expect([reads, server.arrivals.length]).toEqual([1, 0])
  })

  test('that refuses says where to look', async () => {
    behaviours = [{ kind: 'says', status: 404, text: '' }]
    expect(await signed(aSecret(JSON.stringify({ url: url(), key: 'k' })))(JOB)).toMatchObject({
      kind: 'refused',
      whatToDo: expect.stringContaining('the URL and the key are in the secret'),
    })
  })

  test('needs a key', async () => {
    for (const secret of [url(), JSON.stringify({ url: url() }), '{"key":""}'])
      expect(await signed(aSecret(secret))(JOB)).toMatchObject({
        kind: 'refused',
        why: 'the secret contains no key',
        whatToDo: expect.stringContaining('{"url": "https://…", "key": "…"}'),
      })
    expect(server.arrivals).toHaveLength(0)
  })

  test('is signed with the new key after a rotation', async () => {
    behaviours = [{ kind: 'refused', error: 'invalid_token' }]
    const secret: Secret = async ({ fresh } = { fresh: false }) =>
      JSON.stringify({ url: url(), key: fresh ? 'new' : 'old' })
    expect(await signed(secret)(JOB)).toMatchObject({ kind: 'sent' })
    const [first, second] = server.arrivals.map(({ request }) => request.headers['x-virtguard-signature'])
    expect(first).not.toBe(second)
  })
})
