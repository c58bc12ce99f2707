import type { Sent } from '../../../shared/channels/sending.ts'
import { toPlainText } from '../../../shared/text/untrusted.ts'
import type { Answer } from './post.ts'

/** If a server does not say when. */
const RETRY_SECONDS = 30
const LONGEST_SECONDS = 3_600

/** The time to wait, whatever the server says: at least a second, at most an hour. */
export const retrySeconds = (asked: number | undefined): number =>
  Math.min(LONGEST_SECONDS, Math.max(1, Math.ceil(asked ?? RETRY_SECONDS)))

/** The text of a service of AWS or Slack, on one line and short. */
export const quoteBody = (text: string): string => toPlainText(text.replace(/\s+/g, ' ').trim()).slice(0, 200)

const isTaken = (status: number): boolean => status >= 200 && status < 300

// 408 and 425 ask to try again. 401 and 403 may mean that a secret was rotated, which was tried by then.
const isPassing = (status: number): boolean => status >= 500 || status === 408 || status === 425

// Slack API, "Incoming webhooks", and the codes of Power Automate, which runs the workflows of Teams.
const KNOWN_WORDS = [
  'action_prohibited',
  'channel_is_archived',
  'channel_not_found',
  'invalid_blocks',
  'invalid_payload',
  'invalid_token',
  'missing_text_or_fallback_or_attachments',
  'no_active_hooks',
  'no_service_id',
  'no_service',
  'no_team',
  'posting_to_general_channel_denied',
  'rate_limited',
  'rollup_error',
  'server_error',
  'team_disabled',
  'too_many_attachments',
  'user_not_found',
  'DirectApiAuthorizationRequired',
  'ExpiredAuthenticationToken',
  'InvalidRequestContent',
  'TriggerInputSchemaMismatch',
  'WorkflowNotFound',
  'WorkflowTriggerIsNotEnabled',
]

/**
 * The answer of a server, as far as it may be written down. The URL of a webhook is a secret, and a server may repeat
 * it, or parts of it, in any form. Only words of its text that are known beforehand are kept.
 */
const redactAnswer = ({ status, text }: Answer): string => {
  const word = text.trim() === 'ok' ? 'ok' : KNOWN_WORDS.find(known => text.includes(known))
  return `HTTP ${status}${word === undefined ? '' : `: ${word}`}`
}

/** The meaning of the answer of a webhook. Throws if the error may pass. */
export const interpretWebhookAnswer = (answer: Answer, whatToDo: string): Sent => {
  const { status, retryAfter } = answer
  const why = redactAnswer(answer)
  if (isTaken(status)) return { kind: 'sent', says: `the webhook answered ${why}` }
  if (status === 429) return { kind: 'later', seconds: retrySeconds(retryAfter), why }
  if (isPassing(status)) throw new Error(why)
  if (status >= 300 && status < 400)
    return {
      kind: 'refused',
      why: `${why} (redirects are not followed)`,
      whatToDo: 'Put the final URL into the secret.',
    }
  return { kind: 'refused', why, whatToDo, ...((status === 400 || status === 413) && { ofMessage: true }) }
}

/** The secret was not accepted: it may have been rotated. */
export const isUnauthorized = ({ status }: Answer): boolean => status === 401 || status === 403
