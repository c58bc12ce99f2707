import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Settings } from './settings.ts'
import { type Headers, signRequest } from './sign.ts'

export type Answer = { readonly status: number; readonly body: string }

export type Message = { readonly headers: Headers; readonly body: string }

/** A request whose connection is being made, and of which nothing is sent before `send`. */
export type PreparedPost = {
  /** Throws if there was no whole answer. */
  readonly send: () => Promise<Answer>
  /** Gives it up unsent. */
  readonly drop: () => void
}

export type Poster = {
  /** `onSent` is called once the request was sent, before the answer. Throws if there was no whole answer. */
  readonly post: (message: Message, onSent?: () => void) => Promise<Answer>
  readonly hold: (message: Message) => PreparedPost
}

/** AWS answers within fractions of a second. After this time the connection counts as lost. */
const SILENCE_MS = 5_000

const readBody = (response: IncomingMessage): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    response.on('data', (part: Buffer) => parts.push(part))
    response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
    response.once('error', reject)
  })

const readAnswer = (request: ClientRequest): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request.once('error', reject)
    request.once('timeout', () => request.destroy(new Error(`no answer within ${SILENCE_MS} ms`)))
    request.once('response', response => readBody(response).then(resolve, reject))
  })

type Open = { readonly request: ClientRequest; readonly answer: Promise<Answer> }

const sendNow = ({ request, answer }: Open, body: string, onSent?: () => void): Promise<Answer> => {
  if (onSent !== undefined) request.once('finish', onSent)
  request.end(body)
  return answer
}

// Headers that may change on the way are not signed.
const buildUnsignedHeaders = ({ traceId }: Settings): Headers => {
  const id = traceId()
  return { 'user-agent': 'virtguard', ...(id && { 'x-amzn-trace-id': id }) }
}

/** Signs and sends to one service over connections that stay open, each call once. */
export const createPoster = (settings: Settings): Poster => {
  const isHttp = settings.url.protocol === 'http:'
  const agent = isHttp ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true })
  const open = ({ headers, body }: Message): Open => {
    const all = signRequest(settings, { headers, body, now: new Date() })
    const request = (isHttp ? httpRequest : httpsRequest)(settings.url, {
      agent,
      method: 'POST',
      headers: { ...all, ...buildUnsignedHeaders(settings), 'content-length': Buffer.byteLength(body) },
      timeout: SILENCE_MS,
    })
    const answer = readAnswer(request)
    // A prepared request may lose its connection before anybody waits for it.
    answer.catch(() => undefined)
    return { request, answer }
  }
  const postMessage = async (message: Message, onSent?: () => void): Promise<Answer> => {
    const first = open(message)
    try {
      return await sendNow(first, message.body, onSent)
    } catch (error) {
      // AWS closes connections that were idle for long, as after a freeze (Node's documentation, request.reusedSocket).
      if (!first.request.reusedSocket) throw error
      return sendNow(open(message), message.body)
    }
  }
  const hold = (message: Message): PreparedPost => {
    // A connection that is open already needs no time, and a request that is given up would close it.
    if (Object.keys(agent.freeSockets).length > 0) return { send: () => postMessage(message), drop: () => undefined }
    const scheduled = open(message)
    return { send: () => sendNow(scheduled, message.body), drop: () => scheduled.request.destroy() }
  }
  return { post: postMessage, hold }
}
