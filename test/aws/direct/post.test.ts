import { afterEach, describe, expect, test } from '@jest/globals'
import { createPoster } from '../../../shared/aws/direct/post.ts'
import { anEndpoint, aWhile, until } from './endpoint.ts'

type Endpoint = Awaited<ReturnType<typeof anEndpoint>>

const open: Endpoint[] = []
const endpoint = async (answer: Parameters<typeof anEndpoint>[0]) => {
  const made = await anEndpoint(answer)
  open.push(made)
  return made
}

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

const MESSAGE = { headers: { 'content-type': 'text/plain' }, body: 'größer' }

describe('a direct call', () => {
  test('sends its headers, its signature and its body, and returns the whole answer', async () => {
    const at = await endpoint((_, response) => {
      response.writeHead(201)
      response.write('one, ')
      setTimeout(() => response.end('two'), 5)
    })
    expect(await createPoster(at.settings).post(MESSAGE)).toEqual({ status: 201, body: 'one, two' })
    expect(at.requests[0]?.body).toBe('größer')
    expect(at.requests[0]?.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '8',
      'user-agent': 'virtguard',
      authorization: expect.stringContaining('SignedHeaders=content-type;host;x-amz-date, '),
    })
    expect(at.requests[0]?.headers).not.toHaveProperty('x-amzn-trace-id')
  })

  test('names the trace of the invocation that is running', async () => {
    const at = await endpoint((_, response) => response.end())
    let trace = 'Root=1-first'
    const { post } = createPoster({ ...at.settings, traceId: () => trace })
    await post(MESSAGE)
    trace = 'Root=1-second'
    await post(MESSAGE)
    expect(at.requests.map(({ headers }) => headers['x-amzn-trace-id'])).toEqual(['Root=1-first', 'Root=1-second'])
  })

  test('reports that it was sent before it has an answer', async () => {
    const at = await endpoint((_, response) => setTimeout(() => response.end(), 50))
    const alerted: string[] = []
    await createPoster(at.settings)
      .post(MESSAGE, () => alerted.push('sent'))
      .then(() => alerted.push('answered'))
    expect(alerted).toEqual(['sent', 'answered'])
  })

  test('uses the connection of the one before, and another if that was closed meanwhile', async () => {
    const at = await endpoint((_, response) => response.end('taken'))
    const { post } = createPoster(at.settings)
    await post(MESSAGE)
    await post(MESSAGE)
    expect(at.sockets).toHaveLength(1)
    // Neither end has told the other, as after a freeze: the next request goes into the old connection.
    at.sockets[0]?.removeAllListeners('data').once('data', () => at.sockets[0]?.resetAndDestroy())
    expect(await post(MESSAGE)).toEqual({ status: 200, body: 'taken' })
    expect(at.sockets).toHaveLength(2)
  })

  test.each([
    ['is refused', (at: Endpoint) => at.close()],
    ['is cut off', async () => undefined],
  ])('whose connection %s throws, once', async (_, before) => {
    const at = await endpoint(({ socket }) => socket.destroy())
    await before(at)
    await expect(createPoster(at.settings).post(MESSAGE)).rejects.toThrow(/ECONNREFUSED|socket hang up|ECONNRESET/)
    expect(at.requests.length).toBeLessThan(2)
  })

  test('whose answer breaks off throws', async () => {
    const at = await endpoint(({ socket }, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half')
      setTimeout(() => socket.destroy(), 5)
    })
    await expect(createPoster(at.settings).post(MESSAGE)).rejects.toThrow('aborted')
  })
})

describe('a prepared call', () => {
  test('has its connection, and has not sent a byte', async () => {
    const at = await endpoint((_, response) => response.end('taken'))
    const scheduled = createPoster(at.settings).hold(MESSAGE)
    await until(() => at.sockets.length === 1)
    await aWhile()
    expect(at.bytes()).toBe(0)
    expect(await scheduled.send()).toEqual({ status: 200, body: 'taken' })
    expect(at.sockets).toHaveLength(1)
    expect(at.requests.map(({ body }) => body)).toEqual(['größer'])
  })

  test('leaves nothing behind if it is dropped', async () => {
    const at = await endpoint((_, response) => response.end())
    const scheduled = createPoster(at.settings).hold(MESSAGE)
    await until(() => at.sockets.length === 1)
    scheduled.drop()
    await until(() => at.sockets[0]?.destroyed === true)
    expect(at.bytes()).toBe(0)
    await expect(scheduled.send()).rejects.toThrow()
  })

  test('opens no connection if there is a free one, which stays open when the call is dropped', async () => {
    const at = await endpoint((_, response) => response.end('taken'))
    const { post, hold } = createPoster(at.settings)
    await post(MESSAGE)
    hold(MESSAGE).drop()
    const scheduled = hold(MESSAGE)
    await aWhile()
    expect(at.requests).toHaveLength(1)
    expect(await scheduled.send()).toEqual({ status: 200, body: 'taken' })
    expect(at.sockets).toHaveLength(1)
  })

  test('throws when it is sent, and not before, if it loses its connection', async () => {
    const at = await endpoint((_, response) => response.end())
    const scheduled = createPoster(at.settings).hold(MESSAGE)
    await until(() => at.sockets.length === 1)
    at.sockets[0]?.resetAndDestroy()
    await aWhile()
    await expect(scheduled.send()).rejects.toThrow()
  })
})
