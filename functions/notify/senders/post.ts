/** What a server answered; the body cut short. */
export type Answer = { readonly status: number; readonly retryAfter: number | undefined; readonly text: string }

export type Request = {
  readonly url: URL
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

/** So much of an answer is read: a reason is short, and a stranger's server may send without end. */
const TEXT_READ = 2_000

/** Seconds, by number or date (RFC 9110, Retry-After). */
const retryAfterOf = (header: string | null): number | undefined => {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000)
}

const readStart = async (response: Response): Promise<string> => {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  while (text.length < TEXT_READ) {
    const { done, value } = await reader.read()
    if (done) break
    text += decoder.decode(value, { stream: true })
  }
  await reader.cancel()
  return text.slice(0, TEXT_READ)
}

const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return error.name === 'TimeoutError' ? 'no answer in time' : error.name
}

/**
 * Sends one request and gives the answer. Redirects are not followed. Throws where there is no answer in time; the message
 * names the server and not the URL, which is a secret.
 */
export const post = async ({ url, body, headers, timeoutMs }: Request): Promise<Answer> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const retryAfter = retryAfterOf(response.headers.get('retry-after'))
    return { status: response.status, retryAfter, text: await readStart(response) }
  } catch (error) {
    throw new Error(`no answer of ${url.host}: ${causeOf(error)}`)
  }
}
