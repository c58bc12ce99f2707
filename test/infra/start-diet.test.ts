import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { bundleFunction } from '../../infra/bundle/bundle.ts'
import { applyEdit } from '../../infra/bundle/start-diet.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { listAllBlocked } from '../../shared/compatibility/blocked.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { anInstanceItem, aRunInstancesRecord } from '../support/builders.ts'
import { inFreshNode } from './fresh-node.ts'

const into = mkdtempSync(join(tmpdir(), 'virtguard-start-'))

beforeAll(async () => {
  await bundleFunction({ name: 'evaluate', policy: DEFAULT_POLICY, into })
  await bundleFunction({ name: 'types', entry: require.resolve('./types.ts'), into })
  await bundleFunction({ name: 'streamed', entry: require.resolve('./streamed.ts'), into })
}, 30_000)

afterAll(() => rmSync(into, { recursive: true, force: true }))

const VIOLATING = aRunInstancesRecord({
  instances: [anInstanceItem({ instanceType: 'm1.small', virtualizationType: 'paravirtual', enaSupport: false })],
})
const BATCH = { Records: [{ messageId: 'm-1', receiptHandle: 'h-1', body: JSON.stringify(VIOLATING), attributes: {} }] }
const PUBLISHED =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>'

/** Runs Evaluate against an endpoint that takes every call, and says in its last line what came of it. */
const ONE_LAUNCH = `
const calls = []
const answer = (request, response) => {
  let body = ''
  request.on('data', part => { body += part })
  request.on('end', () => {
    const target = request.headers['x-amz-target']
    calls.push(target ?? new URLSearchParams(body).get('Action'))
    response.end(target ? '{}' : ${JSON.stringify(PUBLISHED)})
  })
}
require('node:http').createServer(answer).listen(0, '127.0.0.1', async function () {
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:' + this.address().port
  const { handler } = require(${JSON.stringify(join(into, 'evaluate'))})
  const result = await handler(${JSON.stringify(BATCH)}, { awsRequestId: 'request-1', functionName: 'Evaluate' })
  const web = process.moduleLoadList.filter(name => /webstreams\\/readable|stream\\/web/.test(name))
  console.log(JSON.stringify({ result, calls, web }))
  process.exit()
})`

describe('a smaller bundle that starts in less time', () => {
  test('does not change the path of a violating launch, which has no web stream', () => {
    const { status, stdout, stderr } = inFreshNode(ONE_LAUNCH, { cwd: into })
    expect({ status, stderr }).toEqual({ status: 0, stderr: [] })
    const lines = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.at(-1)).toEqual({
      result: { batchItemFailures: [] },
      // The last one says when the region was heard, once an hour.
      calls: ['DynamoDB_20120810.TransactWriteItems', 'Publish', 'DynamoDB_20120810.TransactWriteItems'],
      web: [],
    })
    expect(lines).toContainEqual(expect.objectContaining({ message: 'alerted', function_request_id: 'request-1' }))
    expect(lines).toContainEqual(expect.objectContaining({ Alerts: 1, _aws: expect.anything() }))
  })

  test('has beside the catalogue what follows from it, and nothing else', () => {
    const script = `console.log(JSON.stringify(require(${JSON.stringify(join(into, 'types'))}).blocked))`
    const { stdout, stderr } = inFreshNode(script, { cwd: into })
    expect(stderr).toEqual([])
    expect(JSON.parse(stdout)).toEqual(listAllBlocked(['x86_64', 'arm64', 'i386'], loadCatalogue()))
    expect(loadCatalogue().blocked).toBeUndefined()
  })

  test('leaves middy able to stream', () => {
    const script = `
      const { Writable } = require('node:stream')
      let text = ''
      const out = new Writable({ write: (part, _, done) => { text += Buffer.from(part); done() } })
      globalThis.awslambda = { streamifyResponse: run => (event, context) => run(event, out, context) }
      require(${JSON.stringify(join(into, 'streamed'))}).handler({}, {}).then(() => console.log(text))`
    expect(inFreshNode(script, { cwd: into })).toEqual({ status: 0, stdout: 'streamed\n', stderr: [] })
  })

  test('omits the discovery of endpoints only because no command of DynamoDB uses it', () => {
    const folder = join(__dirname, '../../node_modules/@aws-sdk/client-dynamodb/dist-es')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.js'))
    const uses = files.filter(file =>
      /ndpointDiscovery(Plugin|CommandCtor)/.test(readFileSync(join(folder, file), 'utf8')),
    )
    expect(uses).toEqual(['DynamoDBClient.js'])
  })

  test('is refused for a package in which the omitted code is not found exactly once', () => {
    expect(applyEdit('a;b;c', { find: 'b;', put: '' })).toBe('a;c')
    for (const source of ['a;c', 'a;b;b;c'])
      expect(() => applyEdit(source, { find: 'b;', put: '' })).toThrow('expected once in a package, to be left out: b;')
  })
})
