import { describe, expect, test } from '@jest/globals'
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api'
import { readSlackError } from '../../../../functions/notify/senders/slack-error.ts'

const TOKEN = 'xoxb-0000-secret'
const platform = (error: string, messages?: string[]): WebAPIPlatformError =>
  new WebAPIPlatformError({ ok: false, error, ...(messages && { response_metadata: { messages } }) })
const meaning = (error: string, messages?: string[]) => readSlackError(platform(error, messages), TOKEN)
const http = (status: number): WebAPIHTTPError => new WebAPIHTTPError(status, 'no', {}, '')

describe('an error of Slack', () => {
  test.each([
    'internal_error',
    'fatal_error',
    'service_unavailable',
    'request_timeout',
    'team_added_to_org',
    'accesslimited',
  ])('like %s passes, and is tried again', code => {
    expect(() => meaning(code)).toThrow(`Slack: ${code}`)
  })

  test.each(['ratelimited', 'rate_limited', 'message_limit_exceeded'])('like %s defers the channel', code => {
    expect(meaning(code)).toEqual({ sent: { kind: 'later', seconds: expect.any(Number), why: `Slack: ${code}` } })
  })

  test.each(['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired'])(
    'like %s is about the token, which is read again, and says what to do',
    code => {
      const { sent, isUnauthorized } = meaning(code)
      expect(isUnauthorized).toBe(true)
      expect(sent).toMatchObject({ kind: 'refused', why: `Slack refused it: ${code}` })
      expect(sent).toHaveProperty('whatToDo', expect.stringContaining('put its bot token'))
    },
  )

  test.each(['thread_not_found', 'message_not_found', 'cannot_reply_to_message', 'restricted_action_thread_locked'])(
    'like %s is about the message that it replies to, so that the alert may stand alone',
    code => {
      expect(meaning(code)).toMatchObject({ isWithoutThread: true, sent: { kind: 'refused' } })
    },
  )

  test.each([
    'invalid_blocks',
    'invalid_blocks_format',
    'invalid_attachments',
    'msg_blocks_too_long',
    'msg_too_long',
    'no_text',
    'too_many_attachments',
  ])('like %s is about the message, and others may be accepted', code => {
    expect(meaning(code).sent).toEqual({ kind: 'refused', why: `Slack refused it: ${code}`, ofMessage: true })
  })

  test.each([
    ['channel_not_found', /Check the channel/],
    ['not_in_channel', /Check the channel/],
    ['is_archived', /Check the channel/],
    ['channel_is_archived', /Check the channel/],
    ['missing_scope', /scope chat:write/],
    ['restricted_action', /ask its administrators/],
  ])('like %s says what to do', (code, whatToDo) => {
    expect(meaning(code)).toEqual({
      sent: { kind: 'refused', why: `Slack refused it: ${code}`, whatToDo: expect.stringMatching(whatToDo) },
    })
  })

  test('that is unknown refuses the message, with its code', () => {
    expect(meaning('brand_new')).toStrictEqual({ sent: { kind: 'refused', why: 'Slack refused it: brand_new' } })
  })

  test('says what else Slack says, unless that contains the token', () => {
    expect(meaning('invalid_blocks', ['no text', 'too long']).sent).toMatchObject({
      why: 'Slack refused it: invalid_blocks (no text; too long)',
    })
    expect(meaning('invalid_blocks', [`token ${TOKEN}`]).sent).toMatchObject({
      why: 'Slack refused it: invalid_blocks',
    })
  })

  test.each(['<html>down</html>', 'a page: not_found', 'not_found: a page', 'a'.repeat(80), 'xoxb-0000-secret'])(
    'that is no code (%s) comes from something else that answered, and is not repeated',
    said => {
      expect(meaning(said).sent).toEqual({ kind: 'refused', why: 'Slack refused it: the answer is not from Slack' })
    },
  )
})

describe('an answer by HTTP alone', () => {
  test.each([408, 500, 503])('of %d is tried again', status => {
    expect(() => readSlackError(http(status), TOKEN)).toThrow(`Slack: HTTP ${status}`)
  })

  test.each([
    [300, ' (redirects are not followed)'],
    [302, ' (redirects are not followed)'],
    [399, ' (redirects are not followed)'],
    [400, ''],
    [404, ''],
    [204, ''],
  ])('of %d is refused%s', (status, more) => {
    expect(readSlackError(http(status), TOKEN)).toEqual({
      sent: { kind: 'refused', why: `Slack refused it: HTTP ${status}${more}` },
    })
  })

  test('of 429 defers the channel, as long as it says or for a while', () => {
    expect(readSlackError(new WebAPIRateLimitedError(7), TOKEN)).toEqual({
      sent: { kind: 'later', seconds: 7, why: 'Slack: 429' },
    })
    const silent = new Error('Retry header did not contain a valid timeout (url: https://slack.com)')
    expect(readSlackError(silent, TOKEN)).toEqual({
      sent: { kind: 'later', seconds: expect.any(Number), why: 'Slack: 429 without Retry-After' },
    })
  })
})

test('a message that did not reach Slack is tried again, and the error does not contain the token', () => {
  const lost = new WebAPIRequestError(new Error('ECONNREFUSED'))
  expect(() => readSlackError(lost, TOKEN)).toThrow('Slack: ECONNREFUSED')
  expect(() => readSlackError(new TypeError(TOKEN), TOKEN)).toThrow(/^Slack: TypeError of its client$/)
  expect(() => readSlackError(TOKEN, TOKEN)).toThrow(/^Slack: an error of its client$/)
})
