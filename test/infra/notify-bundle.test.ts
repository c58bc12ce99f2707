import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { bundleFunction } from '../../infra/bundle/bundle.ts'
import { CHANNELS, WITH_CHANNELS } from './channels.ts'
import { ENVIRONMENT, inFreshNode as freshNode } from './fresh-node.ts'

const into = mkdtempSync(join(tmpdir(), 'virtguard-notify-'))
let folder = ''
beforeAll(async () => {
  folder = await bundleFunction({ name: 'notify', policy: WITH_CHANNELS, into })
}, 60_000)
afterAll(() => rmSync(into, { recursive: true, force: true }))

// Nothing listens there: whatever is asked of AWS fails at once.
const NOWHERE = 'http://127.0.0.1:9'
const envFor = (channel: string) => ({
  ...ENVIRONMENT,
  CHANNEL: channel,
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/Channel',
  UNDELIVERED_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/Undelivered',
  CHAT_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:Chat',
  AWS_ENDPOINT_URL: NOWHERE,
  POWERTOOLS_LOG_LEVEL: 'SILENT',
})
const inFreshNode = (script: string, env: Readonly<Record<string, string>>) => freshNode(script, { cwd: into, env })

describe('the function that notifies, in a fresh process', () => {
  test.each(Object.keys(CHANNELS))('starts for the channel %s and says nothing', channel => {
    const run = inFreshNode(`console.log(typeof require(${JSON.stringify(folder)}).handler)`, envFor(channel))
    expect(run).toEqual({ status: 0, stdout: 'function\n', stderr: [] })
  })

  test.each(Object.keys(CHANNELS))(
    'has all that it needs to send to %s, and says why a message did not arrive',
    channel => {
      const script = `require(${JSON.stringify(folder)}).handler({ kind: 'test' }, {}).then(a => console.log(JSON.stringify(a)))`
      const { status, stdout } = inFreshNode(script, envFor(channel))
      expect(status).toBe(0)
      const answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
      expect(answer).toMatchObject({ channel, type: CHANNELS[channel]?.type, arrived: false })
      expect(answer.says).toMatch(/ECONNREFUSED/)
    },
  )

  test('says in one line which environment variables are missing', () => {
    const { CHANNEL: _channel, LEDGER_TABLE: _table, ...rest } = envFor('ops')
    const run = inFreshNode(`require(${JSON.stringify(folder)})`, rest)
    expect(run).toMatchObject({
      status: 1,
      stderr: [expect.stringContaining('environment variable CHANNEL, LEDGER_TABLE is not set')],
    })
  })

  test('does not load what is for channels of other types', () => {
    const script = `require(${JSON.stringify(folder)}).handler({ kind: 'test' }, {}).then(() => console.log(Object.keys(require.cache).map(f => require('path').basename(f)).join()))`
    const { stdout } = inFreshNode(script, envFor('hub'))
    expect(stdout).toMatch(/security-hub-/)
    expect(stdout).not.toMatch(/slack|teams|webhook|event-bus|sns/)
  })
})

describe('the bundle of the function that notifies', () => {
  test('is small', () => {
    const packed = readdirSync(folder)
      .map(file => deflateRawSync(readFileSync(join(folder, file)), { level: 9 }).length)
      .reduce((a, b) => a + b)
    expect(packed).toBeLessThan(450_000)
    expect(packed).toBeGreaterThan(150_000)
  })

  test('has the policy beside it', () => {
    expect(JSON.parse(readFileSync(join(folder, 'policy.json'), 'utf8'))).toEqual(WITH_CHANNELS)
  })
})
