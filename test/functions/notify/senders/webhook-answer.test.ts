import { describe, expect, test } from '@jest/globals'
import {
  interpretWebhookAnswer,
  isUnauthorized,
  quoteBody,
} from '../../../../functions/notify/senders/webhook-answer.ts'

const answer = (status: number, text = '') => ({ status, text, retryAfter: undefined })
const meaning = (status: number, text = '') => interpretWebhookAnswer(answer(status, text), 'Look at it.')

describe('the answer of a webhook', () => {
  test.each([200, 204, 299])('%d means that it took the message', status => {
    expect(meaning(status)).toEqual({ kind: 'sent', says: `the webhook answered HTTP ${status}` })
  })

  test('ok means that it took the message, also with a line break', () => {
    expect(meaning(200, 'ok\n')).toEqual({ kind: 'sent', says: 'the webhook answered HTTP 200: ok' })
  })

  test.each([408, 425, 500, 503])('%d means that it may take it later, which is thrown', status => {
    expect(() => meaning(status)).toThrow(`HTTP ${status}`)
  })

  test.each([300, 302, 399])(
    '%d means another address, to which nothing is sent because nobody configured it',
    status => {
      expect(meaning(status)).toEqual({
        kind: 'refused',
        why: `HTTP ${status} (redirects are not followed)`,
        whatToDo: 'Put the final URL into the secret.',
      })
    },
  )

  test.each([400, 413])('%d means that it refuses this message, and may take another one', status => {
    expect(meaning(status)).toEqual({
      kind: 'refused',
      why: `HTTP ${status}`,
      whatToDo: 'Look at it.',
      ofMessage: true,
    })
  })

  test.each([0, 199, 401, 403, 404, 410, 414])('%d means that it takes no message', status => {
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

test('the answer of a service is one short line', () => {
  expect(quoteBody(' no  such\n\n topic ')).toBe('no such topic')
  expect(quoteBody('x'.repeat(500))).toHaveLength(200)
})
