import { createHmac } from 'node:crypto'
import type { Secret } from '../../../shared/aws/secrets.ts'
import type { Sender, Sent } from '../../../shared/channels/sending.ts'
import { type Answer, postJson } from './post.ts'
import { type Renderer, renderJob } from './renderer.ts'
import { type Protocols, readSignedWebhook, readWebhook, type Shape } from './secret-shape.ts'
import { interpretWebhookAnswer, isUnauthorized } from './webhook-answer.ts'
import { attemptWithSecret } from './with-secret.ts'

export const TIMEOUT_MS = 5_000

type Outcome = { readonly answer: Sent; readonly isUnauthorized: boolean }

const interpretOutcome = (answer: Answer, whatToDo: string): Outcome => ({
  answer: interpretWebhookAnswer(answer, whatToDo),
  isUnauthorized: isUnauthorized(answer),
})

const describeUnusable = <T>(shape: Extract<Shape<T>, { ok: false }>): Outcome => ({
  answer: shape.refused,
  // Somebody may have repaired it since it was read.
  isUnauthorized: true,
})

export type PlainWebhook = {
  readonly secret: Secret
  readonly renderer: Renderer<object>
  readonly whatToDo: string
  readonly timeoutMs?: number
  readonly protocols?: Protocols
}

/** Slack's incoming webhooks and Teams' workflows: the URL is the secret. */
export const createPlainWebhookSender =
  ({ secret, renderer, whatToDo, timeoutMs = TIMEOUT_MS, protocols }: PlainWebhook): Sender =>
  job =>
    attemptWithSecret(secret, async text => {
      const url = readWebhook(text, protocols)
      if (!url.ok) return describeUnusable(url)
      const body = JSON.stringify(renderJob(renderer, job))
      return interpretOutcome(await postJson({ url: url.value, body, headers: {}, timeoutMs }), whatToDo)
    })

export type SignedWebhook = {
  readonly secret: Secret
  /** The bodies to post, one after the other. */
  readonly renderer: Renderer<readonly object[]>
  readonly now: () => Date
  readonly timeoutMs?: number
  readonly protocols?: Protocols
}

/** `v1=` and the HMAC-SHA256, in hexadecimal, of the time, a dot and the body (docs/channels.md). */
export const computeSignature = (key: string, timestamp: string, body: string): string =>
  `v1=${createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')}`

const SIGNED = 'Check what the server says; the URL and the key are in the secret.'

/**
 * A webhook of your own. Requests are signed, with the time, so that they can be neither forged nor replayed. A message
 * in several requests is sent until one is refused, and then all of it again.
 */
export const createSignedWebhookSender =
  ({ secret, renderer, now, timeoutMs = TIMEOUT_MS, protocols }: SignedWebhook): Sender =>
  job =>
    attemptWithSecret(secret, async text => {
      const target = readSignedWebhook(text, protocols)
      if (!target.ok) return describeUnusable(target)
      const { url, key } = target.value
      const postSigned = async (content: object): Promise<Outcome> => {
        const body = JSON.stringify(content)
        const timestamp = String(Math.floor(now().getTime() / 1000))
        const headers = {
          'x-virtguard-timestamp': timestamp,
          'x-virtguard-signature': computeSignature(key, timestamp, body),
        }
        return interpretOutcome(await postJson({ url, body, headers, timeoutMs }), SIGNED)
      }
      let outcome: Outcome = { answer: { kind: 'sent', says: 'there was nothing to say' }, isUnauthorized: false }
      for (const content of renderJob(renderer, job)) {
        outcome = await postSigned(content)
        if (outcome.answer.kind !== 'sent') break
      }
      return outcome
    })
