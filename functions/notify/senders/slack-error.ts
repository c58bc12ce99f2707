import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api'
import type { Sent } from '../../../shared/channels/sending.ts'
import { reveals } from './reveals.ts'
import { quoteBody, retrySeconds } from './webhook-answer.ts'

/** The meaning of an error of Slack: what became of the message, and what else to try. */
export type SlackError = {
  readonly sent: Sent
  readonly isUnauthorized?: true
  /** The message to reply to was deleted. */
  readonly isWithoutThread?: true
}

// Slack API reference, chat.postMessage, "Errors": these pass. All others stay as they are until a person does something.
const PASSING = [
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'accesslimited',
]
const RATE = ['ratelimited', 'rate_limited', 'message_limit_exceeded']
const UNAUTHORIZED = ['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired']
const ABOUT_THE_THREAD = [
  'thread_not_found',
  'message_not_found',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
]

// Errors of the message itself: others may be accepted.
const OF_THE_MESSAGE = [
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_attachments',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'too_many_attachments',
]

const TOKEN =
  'Install the app again in Slack and put its bot token (xoxb-…) into the secret; then move the messages back from the dead-letter queue.'
const CHANNEL =
  'Check the channel in the policy: it must exist, not be archived, and have the app as a member (/invite).'

const WHAT_TO_DO: Readonly<Record<string, string>> = {
  missing_scope: 'Give the app the scope chat:write, install it again, and put the new token into the secret.',
  channel_not_found: CHANNEL,
  not_in_channel: CHANNEL,
  is_archived: CHANNEL,
  channel_is_archived: CHANNEL,
  restricted_action: 'The workspace does not let the app post in this channel: ask its administrators.',
}

type Platform = { readonly data: WebAPIPlatformError['data']; readonly token: string }

/** If something that is not Slack answered, the client takes the whole answer for the code. */
const readCode = ({ data: { error }, token }: Platform): string =>
  typeof error === 'string' && /^[a-z][a-z0-9_]{1,60}$/.test(error) && !reveals(error, token)
    ? error
    : 'the answer is not from Slack'

const readDetails = ({ data, token }: Platform): string => {
  const details = data.response_metadata?.messages?.join('; ') ?? ''
  return details === '' || reveals(details, token) ? '' : ` (${quoteBody(details)})`
}

const describeSlackRefusal = (platform: Platform): Sent => {
  const error = readCode(platform)
  const whatToDo = UNAUTHORIZED.includes(error) ? TOKEN : WHAT_TO_DO[error]
  return {
    kind: 'refused',
    why: `Slack refused it: ${error}${readDetails(platform)}`,
    ...(whatToDo !== undefined && { whatToDo }),
    ...(OF_THE_MESSAGE.includes(error) && { ofMessage: true }),
  }
}

const readPlatformError = (platform: Platform): SlackError => {
  const error = readCode(platform)
  if (RATE.includes(error)) return { sent: { kind: 'later', seconds: retrySeconds(undefined), why: `Slack: ${error}` } }
  if (PASSING.includes(error)) throw new Error(`Slack: ${error}`)
  return {
    sent: describeSlackRefusal(platform),
    ...(UNAUTHORIZED.includes(error) && { isUnauthorized: true }),
    ...(ABOUT_THE_THREAD.includes(error) && { isWithoutThread: true }),
  }
}

/** Reads what the client of Slack threw. Throws if the error may pass. The message contains nothing of the token. */
export const readSlackError = (error: unknown, token: string): SlackError => {
  if (error instanceof WebAPIPlatformError) return readPlatformError({ data: error.data, token })
  if (error instanceof WebAPIRateLimitedError)
    return { sent: { kind: 'later', seconds: retrySeconds(error.retryAfter), why: 'Slack: 429' } }
  if (error instanceof WebAPIHTTPError) {
    const { statusCode } = error
    if (statusCode >= 500 || statusCode === 408) throw new Error(`Slack: HTTP ${statusCode}`)
    const redirect = statusCode >= 300 && statusCode < 400 ? ' (redirects are not followed)' : ''
    return { sent: { kind: 'refused', why: `Slack refused it: HTTP ${statusCode}${redirect}` } }
  }
  if (error instanceof WebAPIRequestError) throw new Error(`Slack: ${error.original.message}`)
  // The client has no error of its own for a 429 that does not say when.
  if (error instanceof Error && error.message.startsWith('Retry header'))
    return { sent: { kind: 'later', seconds: retrySeconds(undefined), why: 'Slack: 429 without Retry-After' } }
  throw new Error(`Slack: ${error instanceof Error ? error.name : 'an error'} of its client`)
}
