/**
 * An endpoint that speaks EC2’s query protocol on a free local port, and as badly as a test wants: for tests of the SDK’s transport.
 * Tests of the functions ask test/support/cloud/ec2.ts.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export type Call = {
  readonly action: string
  readonly region: string
  readonly form: URLSearchParams
  readonly key: string
  /** The request as it is, for services that speak JSON. */
  readonly body: string
}

/** The answer to one call, XML unless it is said. `cut`: the connection ends after so many bytes; `stall`: nothing comes after so many. */
export type Said = {
  readonly status?: number
  readonly body: string
  readonly cut?: number
  readonly stall?: number
  readonly type?: string
}

export type Endpoint = {
  readonly url: string
  readonly calls: readonly Call[]
  readonly close: () => Promise<void>
}

/** The body of an error, as EC2 writes it (EC2 API reference, error codes). */
export const refusal = (code: string, message: string, status = 400): Said => ({
  status,
  body: `<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>0f8fad5b</RequestID></Response>`,
})

const speak = (
  response: ServerResponse,
  { status = 200, body, cut, stall, type = 'text/xml;charset=UTF-8' }: Said,
): void => {
  const bytes = Buffer.from(body)
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length })
  if (stall !== undefined) response.write(bytes.subarray(0, stall))
  else if (cut === undefined) response.end(bytes)
  else response.write(bytes.subarray(0, cut), () => response.destroy())
}

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

export const startEndpoint = async (answer: (call: Call) => Said): Promise<Endpoint> => {
  const calls: Call[] = []
  const server = createServer(async (request, response) => {
    const body = await read(request)
    const form = new URLSearchParams(body)
    const [, key = '', region = ''] =
      /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? []
    const [target = ''] = [request.headers['x-amz-target'] ?? ''].flat()
    // AWSOrganizationsV20161128.ListAccounts
    const call = { action: form.get('Action') ?? target.split('.').at(-1) ?? '', region, form, key, body }
    calls.push(call)
    speak(response, answer(call))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
