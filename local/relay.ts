import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request, type Server } from 'node:https'
import type { Tls } from './certificate.ts'
import { readPort } from './ports.ts'

/** One call of a function of the stack to SNS or EC2, as it went over the wire. */
export type Call = {
  readonly service: string
  readonly action: string
  readonly status: number
  /** The parameters of the request, as the query protocol spells them. */
  readonly request: Readonly<Record<string, string>>
  readonly response: string
}

type Setting = {
  readonly service: string
  readonly port: number
  /** Another emulator that knows the caller's rights, and is asked first: a call that it denies is denied. */
  readonly rights?: number
  readonly tls: Tls
  readonly seen: (call: Call) => void
}

type Passing = Setting & { readonly agent: Agent }

const DENIED = new Set([401, 403])

/**
 * Stands between the functions and one service, passes everything on unchanged and reports each call. The emulator
 * drops the text for email subscribers, which can be read here. Returns its own URL and a function that closes it.
 */
export async function startRelay(setting: Setting): Promise<{ readonly url: string; readonly close: () => void }> {
  const cert = readFileSync(setting.tls.cert)
  const agent = new Agent({ keepAlive: true, ca: cert })
  const server: Server = createServer({ cert, key: readFileSync(setting.tls.key) }, (incoming, answer) => {
    pass(incoming, answer, { ...setting, agent }).catch(error => answer.writeHead(502).end(String(error)))
  })
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject).listen(0, '127.0.0.1', resolve)
  })
  // Pending work keeps a process alive, a server that waits does not.
  server.unref()
  const close = () => {
    server.close()
    server.closeAllConnections()
    agent.destroy()
  }
  return { url: `https://127.0.0.1:${readPort(server.address())}`, close }
}

async function pass(incoming: IncomingMessage, answer: ServerResponse, setting: Passing) {
  const body = await read(incoming)
  const { response, text } =
    (await describeDenial(incoming, body, setting)) ?? (await exchangeMessage(incoming, body, setting))
  // Reported before the caller has the answer, so that nobody can act on a call that was not reported yet.
  const parameters = Object.fromEntries(new URLSearchParams(body.toString()))
  setting.seen({
    service: setting.service,
    action: parameters['Action'] ?? '',
    status: response.statusCode ?? 0,
    request: parameters,
    response: text.toString(),
  })
  answer.writeHead(response.statusCode ?? 502, response.headers).end(text)
}

/** The answer to a caller without the right. The result of the call there does not matter. */
async function describeDenial(incoming: IncomingMessage, body: Buffer, setting: Passing) {
  if (setting.rights === undefined) return undefined
  const answer = await exchangeMessage(incoming, body, { ...setting, port: setting.rights })
  return DENIED.has(answer.response.statusCode ?? 0) ? answer : undefined
}

async function exchangeMessage(incoming: IncomingMessage, body: Buffer, setting: Passing) {
  const response = await send(incoming, body, setting)
  return { response, text: await read(response) }
}

function send(incoming: IncomingMessage, body: Buffer, { port, agent }: Passing) {
  // The Host header is signed, and stays as it is.
  const { method, url: path, headers } = incoming
  return new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers, agent }, resolve).on('error', reject).end(body)
  })
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
