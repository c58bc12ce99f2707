import { type Logger, LogLevel, WebClient } from '@slack/web-api'
import type { Alert } from '../../../shared/alert/alert.ts'
import type { Secret } from '../../../shared/aws/secrets.ts'
import type { Job, Sender, Sent } from '../../../shared/channels/sending.ts'
import { ask } from './post.ts'
import { type Renderer, renderJob } from './renderer.ts'
import { readToken } from './secret-shape.ts'
import { readSlackError, type SlackError } from './slack-error.ts'
import { TIMEOUT_MS } from './webhook.ts'
import { attemptWithSecret } from './with-secret.ts'

// The log of the client may contain the message, so that it is silent. The function logs the result itself.
const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
}

export type SlackBot = {
  readonly secret: Secret
  /** The id of the channel. */
  readonly channel: string
  readonly api?: string
  readonly renderer: Renderer<object>
  readonly timeoutMs?: number
}

/** A client that tries once, because the queue tries again. */
const createSlackClient = (token: string, { api, timeoutMs = TIMEOUT_MS }: SlackBot): WebClient =>
  new WebClient(token, {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    logger: SILENT,
    fetch: ask,
    allowAbsoluteUrls: false,
    ...(api !== undefined && { slackApiUrl: api }),
  })

type Message = Readonly<Record<string, unknown>>
type Session = { readonly client: WebClient; readonly token: string }

const postMessage = async ({ client, token }: Session, message: Message): Promise<SlackError> => {
  try {
    const answer: { readonly ok: boolean; readonly ts?: unknown } = await client.apiCall('chat.postMessage', message)
    const { ts } = answer
    const ref = typeof ts === 'string' ? ts : undefined
    const says = `Slack accepted it as message ${ref ?? 'without a ts'} in ${String(message['channel'])}`
    return { sent: { kind: 'sent', says, ...(ref !== undefined && { ref }) } }
  } catch (error) {
    return readSlackError(error, token)
  }
}

/**
 * What makes a message a reply. One that announces stops is shown in the channel, too: who reads the channel sees no reply
 * in an old thread.
 */
const createReply = ({ stops = [] }: Alert, thread: string): Message => ({
  thread_ts: thread,
  ...(stops.length > 0 && { reply_broadcast: true }),
})

/** Posts as an app, with `chat.postMessage`. A follow-up is a reply to the first message. */
export const createSlackSender = (bot: SlackBot): Sender => {
  let last: Session | undefined
  const createSession = (token: string): Session => {
    // Stryker disable next-line ConditionalExpression: a client that is made again is the same, only slower
    if (last?.token !== token) last = { token, client: createSlackClient(token, bot) }
    return last
  }
  const send = async (token: string, message: Message, job: Job): Promise<SlackError> => {
    const session = createSession(token)
    if (job.kind !== 'alert' || job.thread === undefined) return postMessage(session, message)
    const reply = await postMessage(session, { ...message, ...createReply(job.alert, job.thread) })
    // Somebody deleted the message, or archived its thread: the alert is sent alone.
    return reply.isWithoutThread ? postMessage(session, message) : reply
  }
  return job =>
    attemptWithSecret<Sent>(bot.secret, async text => {
      const token = readToken(text)
      if (!token.ok) return { answer: token.refused, isUnauthorized: true }
      const message = { ...renderJob(bot.renderer, job), channel: bot.channel }
      const { sent, isUnauthorized = false } = await send(token.value, message, job)
      return { answer: sent, isUnauthorized }
    })
}
