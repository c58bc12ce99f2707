import { describe, expect, test } from '@jest/globals'
import {
  interpretWebhookAnswer,
  isUnauthorized,
  quoteBody,
} from '../../../../functions/notify/senders/webhook-answer.ts'

const answer = (status: number, text = '') => ({ status, text, retryAfter: undefined })
const meaning = (status: number, text = '') => interpretWebhookAnswer(answer(status, text), 'Look at it.')

describe('a webhook that answers', () => {
  test.each([200, 204, 299])('%d has taken the message', status => {
    expect(meaning(status)).toEqual({ kind: 'sent', says: `the webhook answered HTTP ${status}` })
  })

  test('ok, with a line break after it, has taken it', () => {
    expect(meaning(200, 'ok\n')).toEqual({ kind: 'sent', says: 'the webhook answered HTTP 200: ok' })
  })

  test.each([408, 425, 500, 503])('%d may take it later: that is thrown', status => {
    expect(() => meaning(status)).toThrow(`HTTP ${status}`)
  })

  test.each([300, 302, 399])('%d is elsewhere: nothing is sent to a place that nobody configured', status => {
    expect(meaning(status)).toEqual({
      kind: 'refused',
      why: `HTTP ${status} (redirects are not followed)`,
      whatToDo: 'Put the final URL into the secret.',
    })
  })

  test.each([400, 413])('%d does not take this message: another one may be taken', status => {
    expect(meaning(status)).toEqual({
      kind: 'refused',
      why: `HTTP ${status}`,
      whatToDo: 'Look at it.',
      ofMessage: true,
    })
  })

  test.each([0, 199, 401, 403, 404, 410, 414])('%d takes no message', status => {
    expect(meaning(status)).toStrictEqual({ kind: 'refused', why: `HTTP ${status}`, whatToDo: 'Look at it.' })
  })

  test.each([
    [401, true],
    [403, true],
    [400, false],
    [404, false],
  ])('%d may mean that its secret was rotated: %p', (status, expected) => {
    expect(isUnauthorized(answer(status))).toBe(expected)
  })
})

test('what a service said is one short line', () => {
  expect(quoteBody(' no  such\n\n topic ')).toBe('no such topic')
  expect(quoteBody('x'.repeat(500))).toHaveLength(200)
})
