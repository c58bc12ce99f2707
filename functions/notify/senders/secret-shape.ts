import type { Sent } from '../../../shared/channels/sending.ts'

type Refused = Extract<Sent, { kind: 'refused' }>

/** The content of a secret, or why it cannot be used; never a part of it. */
export type Shape<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refused: Refused }

const createRefused = (why: string, whatToDo: string): { readonly ok: false; readonly refused: Refused } => ({
  ok: false,
  refused: { kind: 'refused', why, whatToDo },
})

const parseSecretJson = (text: string): Readonly<Record<string, unknown>> | undefined => {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** A secret that is one text, or JSON with it under that name. */
const readSecretText = (secret: string, name: string): string | undefined => {
  const json = parseSecretJson(secret)
  const text = json === undefined ? secret : json[name]
  return typeof text === 'string' ? text.trim() : undefined
}

/** The token of a bot: plain, or JSON {"token": …}. */
export const readToken = (secret: string): Shape<string> => {
  const token = readSecretText(secret, 'token')
  // A header takes only printable ASCII.
  if (token !== undefined && /^[!-~]+$/.test(token)) return { ok: true, value: token }
  return createRefused(
    'the secret contains no token',
    'Put the bot token (xoxb-…) into the secret, as it is or as JSON {"token": "…"}.',
  )
}

/** The protocols for messages. Plain HTTP is only for tests. */
export type Protocols = readonly string[]
const HTTPS: Protocols = ['https:']

/** A URL that messages may be sent to: https, and without a user, which `fetch` does not take. */
export const readUrl = (text = '', protocols = HTTPS): Shape<URL> => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined)
    return createRefused('the secret contains no URL', 'Put the URL into the secret, as it is or as JSON {"url": "…"}.')
  if (!protocols.includes(url.protocol))
    return createRefused('the URL in the secret is not https', 'Put a URL that begins with https:// there.')
  if (url.username !== '' || url.password !== '')
    return createRefused(
      'the URL in the secret has a user or password before the host',
      'Put a URL without them there, and put what authenticates the sender into its path or query.',
    )
  return { ok: true, value: url }
}

/** The URL of a webhook: plain, or JSON {"url": …}. */
export const readWebhook = (secret: string, protocols?: Protocols): Shape<URL> =>
  readUrl(readSecretText(secret, 'url'), protocols)

/** The URL and the key of a signed webhook: JSON {"url": …, "key": …}. */
export const readSignedWebhook = (
  secret: string,
  protocols?: Protocols,
): Shape<{ readonly url: URL; readonly key: string }> => {
  const json = parseSecretJson(secret)
  const key = json?.['key']
  if (typeof key !== 'string' || key === '')
    return createRefused('the secret contains no key', 'Put JSON {"url": "https://…", "key": "…"} into the secret.')
  const url = readWebhook(secret, protocols)
  return url.ok ? { ok: true, value: { url: url.value, key } } : url
}
