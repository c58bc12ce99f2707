import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { makeCertificate } from '../../bench/stub/certificate.ts'
import { bundleFunction } from '../../infra/bundle/bundle.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { anInstanceItem, aRunInstancesRecord } from '../support/builders.ts'
import { ACTOR } from '../support/findings.ts'
import { ENVIRONMENT, inFreshNode } from './fresh-node.ts'

const into = mkdtempSync(join(tmpdir(), 'virtguard-direct-'))
const { key, certificate } = makeCertificate(new Date())
const authorities = join(into, 'certificate.pem')

beforeAll(async () => {
  writeFileSync(authorities, certificate)
  await bundleFunction({ name: 'evaluate', policy: DEFAULT_POLICY, into })
}, 30_000)

afterAll(() => rmSync(into, { recursive: true, force: true }))

const LAUNCH = aRunInstancesRecord({
  instances: [anInstanceItem({ instanceType: 'm1.small', virtualizationType: 'paravirtual', enaSupport: false })],
})
const BATCH = {
  Records: [{ messageId: 'm-1', receiptHandle: 'h-1', body: JSON.stringify(LAUNCH), attributes: {} }],
}
const PUBLISHED =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>'

/** What the service says to the calls of each name, one after another; the last for all that follow. */
type Answers = readonly { readonly status: number; readonly body: string }[]
type Script = Readonly<Record<string, Answers>>

const WELL = {
  TransactWriteItems: [{ status: 200, body: '{}' }],
  Publish: [{ status: 200, body: PUBLISHED }],
}

/**
 * Runs Evaluate as it is deployed against a TLS endpoint that answers by the script, 200 ms later, and says in its last
 * line what happened when: connections, bytes on each before the first whole request, calls and answers.
 */
const oneLaunch = (script: Script, env: Readonly<Record<string, string>> = {}) => {
  const run = inFreshNode(
    `
    const trace = []
    const script = ${JSON.stringify(script)}
    const answer = (request, response) => {
      let body = ''
      request.on('data', part => { body += part })
      request.on('end', () => {
        const isHeard = body.includes('#heard')
        const name = request.headers['x-amz-target']?.split('.')[1] ?? new URLSearchParams(body).get('Action')
        if (isHeard) { trace.push('last heard'); response.end('{}'); return }
        const bySdk = String(request.headers['user-agent']).startsWith('aws-sdk-js')
        trace.push((bySdk ? 'sdk ' : '') + name)
        const { status, body: text } = script[name].length > 1 ? script[name].shift() : script[name][0]
        setTimeout(() => { trace.push('answered'); response.writeHead(status); response.end(text) }, 200)
      })
    }
    const server = require('node:https').createServer(${JSON.stringify({ key, cert: certificate })}, answer)
    server.on('secureConnection', () => trace.push('connected'))
    server.listen(0, '127.0.0.1', async function () {
      process.env.AWS_ENDPOINT_URL = 'https://localhost:' + this.address().port
      const { handler } = require(${JSON.stringify(join(into, 'evaluate'))})
      const result = await handler(${JSON.stringify(BATCH)}, { awsRequestId: 'request-1', functionName: 'Evaluate' })
      const sdk = Object.keys(require.cache).some(file => require('node:path').basename(file).startsWith('sdk-'))
      console.log(JSON.stringify({ failures: result.batchItemFailures.length, trace, sdk }))
      process.exit()
    })`,
    { cwd: into, env: { ...ENVIRONMENT, NODE_EXTRA_CA_CERTS: authorities, ...env } },
  )
  expect(run.status).toBe(0)
  const logged = run.stderr.map(line => JSON.parse(line)).map(({ message, why }) => why ?? message)
  return { ...JSON.parse(run.stdout.trim().split('\n').at(-1) ?? ''), logged }
}

const CANCELLED = JSON.stringify({
  __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
  Message: 'Transaction cancelled',
  CancellationReasons: Array.from({ length: 3 }, () => ({
    Code: 'ConditionalCheckFailed',
    Message: 'The conditional request failed',
    Item: {
      pk: { S: '123456789012#us-east-1#i-0' },
      sk: { S: 'paravirtual-instance' },
      state: { S: 'ALERTED' },
      status: { S: 'FAILED' },
      claimant: { S: 'somebody-else' },
      launchId: { S: 'r-0' },
      leaseUntil: { N: '0' },
      writtenAt: { S: '2026-11-24T07:00:00.000Z' },
      finding: { S: JSON.stringify({ actor: ACTOR, event: { time: '2026-11-24T07:00:00Z' } }) },
    },
  })),
})

describe('a violating launch in a fresh function', () => {
  test('is alerted in two calls without the SDK, of which the second connects during the first, and the time the region was heard is written once an hour', () => {
    expect(oneLaunch(WELL)).toEqual({
      failures: 0,
      trace: ['connected', 'TransactWriteItems', 'connected', 'answered', 'Publish', 'answered', 'last heard'],
      sdk: false,
      logged: [],
    })
  })

  test('that was alerted before is not alerted again, and costs one call', () => {
    const { failures, trace, sdk } = oneLaunch({ ...WELL, TransactWriteItems: [{ status: 400, body: CANCELLED }] })
    expect({ failures, sdk }).toEqual({ failures: 0, sdk: false })
    expect(trace.filter((what: string) => what !== 'connected')).toEqual([
      'TransactWriteItems',
      'answered',
      'last heard',
    ])
  })

  test('whose calls fail once is alerted with the SDK', () => {
    const failure = { status: 503, body: '{"__type":"ServiceUnavailable"}' }
    const { failures, trace, sdk, logged } = oneLaunch({
      TransactWriteItems: [failure, ...WELL.TransactWriteItems],
      Publish: [failure, ...WELL.Publish],
    })
    expect({ failures, sdk }).toEqual({ failures: 0, sdk: true })
    expect(trace.filter((what: string) => /[A-Z]/.test(what))).toEqual([
      'TransactWriteItems',
      'sdk TransactWriteItems',
      'Publish',
      'sdk Publish',
    ])
    expect(logged).toEqual(['Error: DynamoDB answered 503 ServiceUnavailable', 'Error: SNS answered 503'])
  })

  test('that SNS refuses for good is delivered again, and its claim is given back', () => {
    const denied =
      '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>no</Message></Error></ErrorResponse>'
    const { failures, trace, logged } = oneLaunch({
      ...WELL,
      Publish: [{ status: 403, body: denied }],
      UpdateItem: [{ status: 200, body: '{}' }],
    })
    expect(failures).toBe(1)
    expect(logged).toEqual(['Error: SNS answered 403', 'failed, will be retried: AuthorizationErrorException: no'])
    expect(trace.filter((what: string) => /[A-Z]/.test(what))).toEqual([
      'TransactWriteItems',
      'Publish',
      'sdk Publish',
      'sdk UpdateItem',
      'sdk UpdateItem',
      'sdk UpdateItem',
    ])
  })

  test('loads the SDK from the start if only the SDK knows the endpoint', () => {
    const { stdout } = inFreshNode(
      `require(${JSON.stringify(join(into, 'evaluate'))})
       setImmediate(() => console.log(Object.keys(require.cache).map(f => require('node:path').basename(f)).join()))`,
      { cwd: into, env: { ...ENVIRONMENT, AWS_REGION: 'cn-north-1' } },
    )
    expect(stdout).toContain('sdk-')
  })
})
