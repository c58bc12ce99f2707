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

describe('a call', () => {
  test('brings its headers, its signature and its body, and gives the whole answer', async () => {
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

  test('names the trace of the invocation that is under way', async () => {
    const at = await endpoint((_, response) => response.end())
    let trace = 'Root=1-first'
    const { post } = createPoster({ ...at.settings, traceId: () => trace })
    await post(MESSAGE)
    trace = 'Root=1-second'
    await post(MESSAGE)
    expect(at.requests.map(({ headers }) => headers['x-amzn-trace-id'])).toEqual(['Root=1-first', 'Root=1-second'])
  })

  test('says that it is on its way before it has an answer', async () => {
    const at = await endpoint((_, response) => setTimeout(() => response.end(), 50))
    const alerted: string[] = []
    await createPoster(at.settings)
      .post(MESSAGE, () => alerted.push('sent'))
      .then(() => alerted.push('answered'))
    expect(alerted).toEqual(['sent', 'answered'])
  })

  test('uses the connection of the one before, and another where that was closed meanwhile', async () => {
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

describe('a call that is held', () => {
  test('has its connection, and not a byte of it has left', async () => {
    const at = await endpoint((_, response) => response.end('taken'))
    const scheduled = createPoster(at.settings).hold(MESSAGE)
    await until(() => at.sockets.length === 1)
    await aWhile()
    expect(at.bytes()).toBe(0)
    expect(await scheduled.send()).toEqual({ status: 200, body: 'taken' })
    expect(at.sockets).toHaveLength(1)
    expect(at.requests.map(({ body }) => body)).toEqual(['größer'])
  })

  test('and is dropped leaves nothing behind', async () => {
    const at = await endpoint((_, response) => response.end())
    const scheduled = createPoster(at.settings).hold(MESSAGE)
    await until(() => at.sockets.length === 1)
    scheduled.drop()
    await until(() => at.sockets[0]?.destroyed === true)
    expect(at.bytes()).toBe(0)
    await expect(scheduled.send()).rejects.toThrow()
  })

  test('takes no connection where there is a free one, which a drop leaves open', async () => {
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

  test('and loses its connection throws when it is sent, and not before', async () => {
    const at = await endpoint((_, response) => response.end())
    const scheduled = createPoster(at.settings).hold(MESSAGE)
    await until(() => at.sockets.length === 1)
    at.sockets[0]?.resetAndDestroy()
    await aWhile()
    await expect(scheduled.send()).rejects.toThrow()
  })
})
