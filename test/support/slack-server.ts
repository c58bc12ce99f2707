/**
 * A server on this machine that behaves like Slack, as far as virtguard talks to it: `chat.postMessage` of the Web API
 * at /api/, and an incoming webhook at every other path. `behave` decides the answer to each request.
 */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/**
 * The answer to a request. `ok`: accepted. `later`: 429. `broken`: 500. `silent`: no answer; `reset`: the connection
 * breaks; both with `taken` after the message was accepted. `refused`: an error code of Slack. `redirect`: 302. `says`:
 * any answer.
 */
export type Behaviour =
  | { readonly kind: 'ok' }
  | { readonly kind: 'later'; readonly seconds?: number }
  | { readonly kind: 'broken' }
  | { readonly kind: 'silent' | 'reset'; readonly taken: boolean }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'redirect' }
  | { readonly kind: 'says'; readonly status: number; readonly text: string }

/**
 * How long a client waits: short where no answer comes, which is the only case where the time counts. Elsewhere a busy
 * machine may take its time.
 */
export const waitFor = (behaviours: readonly Behaviour[]): number =>
  behaviours.some(({ kind }) => kind === 'silent') ? 1_000 : 20_000

export type Request = {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly text: string
  /** The fields of the form, or the JSON. */
  readonly body: Readonly<Record<string, unknown>>
}

/** A message that Slack has taken. */
export type Taken = Request & { readonly ts: string; readonly thread: string | undefined; readonly at: number }

export type Arrival = { readonly at: number; readonly behaviour: Behaviour; readonly request: Request }

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const bodyOf = (request: IncomingMessage, text: string): Readonly<Record<string, unknown>> =>
  request.headers['content-type']?.includes('form-urlencoded')
    ? Object.fromEntries(
        [...new URLSearchParams(text)].map(([name, value]) => [name, /^[[{]/.test(value) ? parsed(value) : value]),
      )
    : Object(parsed(text))

const read = async (request: IncomingMessage): Promise<Request> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('utf8')
  return { path: request.url ?? '', headers: request.headers, text, body: bodyOf(request, text) }
}

/** The status of an incoming webhook for each of Slack's errors (Slack API, incoming webhooks, "Handling errors"). */
const WEBHOOK_STATUS: Readonly<Record<string, number>> = {
  invalid_payload: 400,
  invalid_token: 403,
  action_prohibited: 403,
  no_service: 404,
  channel_not_found: 404,
  channel_is_archived: 410,
}

const answerWith = (
  response: ServerResponse,
  isApi: boolean,
  { behaviour, ts }: { behaviour: Behaviour; ts: string },
) => {
  const send = (status: number, body: string, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': isApi ? 'application/json' : 'text/plain', ...headers }).end(body)
  }
  switch (behaviour.kind) {
    case 'ok':
      return send(200, isApi ? JSON.stringify({ ok: true, ts, channel: 'C0123ABCD' }) : 'ok')
    case 'later': {
      const { seconds } = behaviour
      const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) }
      return send(429, isApi ? '{"ok":false,"error":"ratelimited"}' : 'rate_limited', headers)
    }
    case 'broken':
      return send(500, isApi ? '{}' : 'server_error')
    case 'silent':
      return undefined
    case 'reset':
      return void response.destroy()
    case 'refused':
      return isApi
        ? send(200, JSON.stringify({ ok: false, error: behaviour.error }))
        : send(WEBHOOK_STATUS[behaviour.error] ?? 400, behaviour.error)
    case 'redirect':
      return send(302, '', { location: 'http://127.0.0.1:9/elsewhere' })
    case 'says':
      return send(behaviour.status, behaviour.text)
    default:
      return behaviour satisfies never
  }
}

const isTaken = (behaviour: Behaviour): boolean =>
  behaviour.kind === 'ok' || ((behaviour.kind === 'silent' || behaviour.kind === 'reset') && behaviour.taken)

export type SlackServer = {
  readonly origin: string
  readonly taken: readonly Taken[]
  readonly arrivals: readonly Arrival[]
  /** Accepted messages whose answer did not arrive: by `behave`, or because the caller did not wait for it. */
  readonly lost: readonly Taken[]
  readonly close: () => Promise<void>
}

const OK: Behaviour = { kind: 'ok' }

/** Starts it on a free port, over TLS if it gets the files of a certificate. `now` is its clock. */
export const startSlack = async ({
  behave = () => OK,
  now = Date.now,
  tls,
}: {
  readonly behave?: (request: Request, nth: number) => Behaviour
  readonly now?: () => number
  readonly tls?: { readonly cert: string; readonly key: string }
} = {}): Promise<SlackServer> => {
  const taken: Taken[] = []
  const arrivals: Arrival[] = []
  const lost: Taken[] = []
  const listener = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await read(incoming)
    const behaviour = behave(request, arrivals.length + 1)
    arrivals.push({ at: now(), behaviour, request })
    const ts = `1764000000.${String(taken.length + 1).padStart(6, '0')}`
    const thread = request.body['thread_ts']
    if (isTaken(behaviour)) {
      const message = { ...request, ts, thread: typeof thread === 'string' ? thread : undefined, at: now() }
      taken.push(message)
      if (response.destroyed) lost.push(message)
      else
        response.once('close', () => {
          if (!response.writableFinished) lost.push(message)
        })
    }
    answerWith(response, request.path.startsWith('/api/'), { behaviour, ts })
  }
  const server =
    tls === undefined
      ? createServer(listener)
      : createTlsServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, taken, arrivals, lost, close }
}
