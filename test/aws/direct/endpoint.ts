import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { readSettings } from '../../../shared/aws/direct/settings.ts'

export type Request = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly socket: Socket }

/** An endpoint on the loopback interface that answers as it is told, and keeps what reached it. */
export const anEndpoint = async (answer: (request: Request, response: ServerResponse) => void) => {
  const requests: Request[] = []
  const sockets: Socket[] = []
  let bytes = 0
  const server = createServer((message, response) => {
    let body = ''
    message.setEncoding('utf8').on('data', part => {
      body += part
    })
    message.on('end', () => {
      const request = { headers: message.headers, body, socket: message.socket }
      requests.push(request)
      answer(request, response)
    })
  })
  server.on('connection', socket => {
    sockets.push(socket)
    socket.on('data', part => {
      bytes += part.length
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  }
  const settings = readSettings('sns', env)
  if (settings === undefined) throw new Error('the endpoint is not one for direct calls')
  return {
    env,
    settings,
    requests,
    sockets,
    /** How much has reached it, whole requests or not. */
    bytes: () => bytes,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Long enough for anything that is on its way over the loopback interface. */
export const aWhile = () => new Promise(resolve => setTimeout(resolve, 60))

/** Waits until it holds; Jest ends the test if it never does. */
export const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 2))
}
