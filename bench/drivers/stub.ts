// The stub as a process of its own, started by stub/client.ts with an IPC channel; it ends when that closes.

import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { answerQuestion } from '../stub/answers.ts'
import type { Call } from '../stub/calls.ts'

let latency = 0
let calls: Call[] = []
let connections = 0
const connectionIds = new WeakMap<Socket, number>()

function serve(request: IncomingMessage, response: ServerResponse): void {
  const start = performance.now()
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const target = request.headers['x-amz-target']
    const said = answerQuestion({
      target: typeof target === 'string' ? target : undefined,
      body: Buffer.concat(chunks).toString('utf8'),
    })
    const connection = connectionIds.get(request.socket) ?? -1
    setTimeout(() => {
      response.writeHead(said.status, { ...said.headers, 'content-length': Buffer.byteLength(said.body) })
      response.end(said.body)
      const call = { client: createSigner(request), action: said.action, connection, start, end: performance.now() }
      calls.push(said.unexpected === undefined ? call : { ...call, unexpected: said.unexpected })
    }, latency)
  })
}

/** The access key id of the signature, or `unsigned`. */
const createSigner = (request: IncomingMessage): string =>
  /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'unsigned'

function obeyCommand(message: unknown): void {
  if (typeof message !== 'object' || message === null) return
  if ('latency' in message && typeof message.latency === 'number') latency = message.latency
  if ('take' in message) {
    process.send?.({ calls })
    calls = []
  }
}

function start(keyFile: string, certificateFile: string): void {
  const tls: ServerOptions = {
    key: readFileSync(keyFile),
    cert: readFileSync(certificateFile),
    keepAliveTimeout: 60_000,
  }
  const server = createServer(tls, serve)
  server.on('secureConnection', socket => {
    connections += 1
    connectionIds.set(socket, connections)
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address !== null) process.send?.({ port: address.port })
  })
  process.on('message', obeyCommand)
  process.on('disconnect', () => process.exit(0))
}

const [keyFile, certificateFile] = process.argv.slice(2)
if (keyFile === undefined || certificateFile === undefined) throw new Error('usage: stub.ts KEY CERTIFICATE')
start(keyFile, certificateFile)
