import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { postJson } from '../../../../functions/notify/senders/post.ts'
import { START } from '../world.ts'

const URL_OF_HOOK = new URL('https://hooks.example.com/services/verysecret')

const posted = () => postJson({ url: URL_OF_HOOK, body: '{}', headers: {}, timeoutMs: 20_000 })

const answering = (body: ReadableStream | string | null, init: ResponseInit = {}): void => {
  jest.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(body, init))
}

/** A body that comes in these pieces. */
const inPieces = (...pieces: readonly Uint8Array[]): ReadableStream =>
  new ReadableStream({
    start: controller => {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })

afterEach(() => {
  jest.restoreAllMocks()
})

describe('the time that a server asks to wait', () => {
  test.each<[string, number | undefined]>([
    ['7', 7],
    ['0', 0],
    ['-5', 0],
    ['Tue, 24 Nov 2026 08:00:30 GMT', 30],
    ['Tue, 24 Nov 2026 07:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [' ', undefined],
  ])('for "%s" is %p seconds', async (header, seconds) => {
    jest.spyOn(Date, 'now').mockReturnValue(START.getTime())
    answering('', { status: 429, headers: { 'retry-after': header } })
    expect(await posted()).toEqual({ status: 429, retryAfter: seconds, text: '' })
  })

  test('is not known if the server says nothing', async () => {
    answering('', { status: 429 })
    expect(await posted()).toHaveProperty('retryAfter', undefined)
  })
})

describe('the answer of a server', () => {
  test('may be empty', async () => {
    answering(null, { status: 204 })
    expect(await posted()).toEqual({ status: 204, retryAfter: undefined, text: '' })
  })

  test('is read whole if a character comes in two pieces', async () => {
    const bytes = new TextEncoder().encode('größe')
    answering(inPieces(bytes.slice(0, 3), bytes.slice(3)))
    expect(await posted()).toHaveProperty('text', 'größe')
  })

  test('is cut after 2,000 characters, and an endless one is not waited for', async () => {
    let pieces = 0
    const endless = new ReadableStream({
      pull: controller => {
        pieces += 1
        controller.enqueue(new TextEncoder().encode('x'.repeat(1_500)))
      },
    })
    answering(endless)
    expect(await posted()).toHaveProperty('text', 'x'.repeat(2_000))
    expect(pieces).toBeLessThan(5)
  })

  test('counts as far as it came if the connection breaks off', async () => {
    const pieces = [new TextEncoder().encode('no_team')]
    const broken = new ReadableStream({
      pull: controller => {
        const piece = pieces.shift()
        if (piece === undefined) controller.error(new Error('reset'))
        else controller.enqueue(piece)
      },
    })
    answering(broken, { status: 404 })
    expect(await posted()).toMatchObject({ status: 404, text: 'no_team' })
  })
})

describe('a server that does not answer is named, without the URL, and with the reason as far as it is known', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })

  test.each<[string, unknown]>([
    ['no answer in time', new DOMException('timed out', 'TimeoutError')],
    ['ECONNREFUSED', new TypeError('fetch failed', { cause: refused })],
    ['TypeError', new TypeError('fetch failed')],
    ['TypeError', new TypeError('fetch failed', { cause: null })],
    ['TypeError', new TypeError('fetch failed', { cause: {} })],
    ['connection closed', 'connection closed'],
  ])('after %s', async (why, error) => {
    jest.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.reject(error))
    await expect(posted()).rejects.toThrow(new Error(`no answer of hooks.example.com: ${why}`))
  })
})
