// EC2 with a fleet, as a process of its own, started by sweep/server.ts with an IPC channel; it ends when that closes.

import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { answerQuestion } from '../stub/answers.ts'
import { type Fleet, renderFleetPage } from '../sweep/fleet.ts'
import { answerOrganization, readAccount } from '../sweep/organization.ts'

type Setting = { readonly fleet: Fleet; readonly latency: number }

let setting: Setting = { fleet: { regions: [], instances: 0 }, latency: 0 }
let calls: Record<string, number> = {}

/** The region that a request was signed for. */
const readRegion = (request: IncomingMessage): string =>
  /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''

// Pages of a small fleet are written once, so that it is not the stub that is measured.
const KEPT = 40
const pages = new Map<string, Buffer>()

const createPage = (request: IncomingMessage, body: string, form: URLSearchParams): Buffer => {
  const place = { region: readRegion(request), account: readAccount(request.headers.authorization) }
  const key = `${place.account}/${place.region} ${body}`
  const page = pages.get(key) ?? Buffer.from(renderFleetPage(setting.fleet, place, form))
  if (pages.size < KEPT) pages.set(key, page)
  return page
}

const printLine = (response: ServerResponse, status: number, bytes: Buffer): void => {
  response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8', 'content-length': bytes.length })
  response.end(bytes)
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8')
    const form = new URLSearchParams(body)
    // AWSOrganizationsV20161128.ListAccounts
    const target = [request.headers['x-amz-target'] ?? 'none'].flat()[0]?.split('.').at(-1)
    const action = form.get('Action') ?? target ?? 'none'
    calls[action] = (calls[action] ?? 0) + 1
    if (action !== 'DescribeInstances') {
      const known = answerOrganization(setting.fleet, { action, form, body })
      const said = known === undefined ? answerQuestion({ target: undefined, body }) : { status: 200, body: known }
      setTimeout(
        () => printLine(response, said.status, Buffer.from(said.body)),
        known === undefined ? 0 : setting.latency,
      )
      return
    }
    const page = createPage(request, body, form)
    setTimeout(() => printLine(response, 200, page), setting.latency)
  })
}

const isSetting = (message: unknown): message is Setting =>
  typeof message === 'object' && message !== null && 'fleet' in message && 'latency' in message

function start(keyFile: string, certificateFile: string): void {
  const tls = { key: readFileSync(keyFile), cert: readFileSync(certificateFile), keepAliveTimeout: 60_000 }
  const server = createServer(tls, serve)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address !== null) process.send?.({ port: address.port })
  })
  process.on('message', message => {
    process.send?.({ calls })
    calls = {}
    if (!isSetting(message)) return
    setting = message
    pages.clear()
  })
  process.on('disconnect', () => process.exit(0))
}

const [keyFile, certificateFile] = process.argv.slice(2)
if (keyFile === undefined || certificateFile === undefined) throw new Error('usage: fleet.ts KEY CERTIFICATE')
start(keyFile, certificateFile)
