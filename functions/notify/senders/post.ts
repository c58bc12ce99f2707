/** The answer of a server, with the body cut short. */
export type Answer = { readonly status: number; readonly retryAfter: number | undefined; readonly text: string }

export type Posting = {
  readonly url: URL
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

/** So much of an answer is read: a reason is short, and a stranger's server may send without end. */
const TEXT_READ = 2_000

/** Seconds, by number or date (RFC 9110, Retry-After). */
const retryAfterOf = (header: string | null): number | undefined => {
  if (header === null || header === '') return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000)
}

/** Reads as much of the body as arrives: the status alone decides what became of the message. */
const readStart = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const piece of response.body ?? []) {
      text += decoder.decode(piece, { stream: true })
      if (text.length >= TEXT_READ) break
    }
  } catch {
    // It broke off.
  }
  return text.slice(0, TEXT_READ)
}

const readField = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined

const describeCause = (error: unknown): string => {
  if (readField(error, 'name') === 'TimeoutError') return 'no answer in time'
  return String(readField(readField(error, 'cause'), 'code') ?? readField(error, 'name') ?? error)
}

/**
 * `fetch` that follows no redirect, so that a message goes only to the configured address. Throws if there is no
 * answer. The error names the server and not the URL, which may be a secret.
 */
export const ask = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
  try {
    return await fetch(input, { ...init, redirect: 'manual' })
  } catch (error) {
    const { host } = new URL(input instanceof Request ? input.url : input)
    throw new Error(`no answer of ${host}: ${describeCause(error)}`)
  }
}

/** Sends one request and returns the answer. Throws if none arrives in time. */
export const postJson = async ({ url, body, headers, timeoutMs }: Posting): Promise<Answer> => {
  const signal = AbortSignal.timeout(timeoutMs)
  const type = { 'content-type': 'application/json; charset=utf-8' }
  const response = await ask(url, { method: 'POST', body, headers: { ...type, ...headers }, signal })
  const retryAfter = retryAfterOf(response.headers.get('retry-after'))
  return { status: response.status, retryAfter, text: await readStart(response) }
}
