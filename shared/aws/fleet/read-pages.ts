import { DescribeInstancesCommand, type DescribeInstancesCommandInput, type EC2Client } from '@aws-sdk/client-ec2'
import { EventError } from '../../errors.ts'
import type { InstanceFacts } from '../../facts/facts.ts'
import { createPageReader, type Page } from '../../fleet/page.ts'
import type { Query } from '../../fleet/quick.ts'
import { buildPatternFilter } from '../filter.ts'

/** The most that EC2 gives at once. */
const PAGE = 1000

/** Between two pieces of one answer. */
const SILENCE_MS = 20_000

export type MapInstance<T> = (instance: InstanceFacts) => T

const isStream = (body: unknown): body is AsyncIterable<Buffer> & { destroy: (error: Error) => void } =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body && 'destroy' in body

/** The pieces of an answer. Throws a TimeoutError, which the SDK tries again, if one takes too long. */
async function* readPieces(body: unknown, silenceMs: number): AsyncGenerator<Buffer> {
  if (!isStream(body)) throw new EventError('the answer: expected a stream')
  const createTimeoutError = () =>
    body.destroy(Object.assign(new Error('the answer stopped in the middle'), { name: 'TimeoutError' }))
  let timer = setTimeout(createTimeoutError, silenceMs)
  try {
    for await (const piece of body) {
      clearTimeout(timer)
      yield piece
      timer = setTimeout(createTimeoutError, silenceMs)
    }
  } finally {
    clearTimeout(timer)
  }
}

const parsePage = async <T>(body: unknown, look: MapInstance<T>, silenceMs: number): Promise<Page<T>> => {
  const reader = createPageReader(look)
  try {
    for await (const piece of readPieces(body, silenceMs)) reader.write(piece.toString('latin1'))
    return reader.end()
  } catch (error) {
    // The SDK repeats errors that say that they may be repeated.
    if (error instanceof EventError) Object.assign(error, { $retryable: { throttling: false } })
    throw error
  }
}

export type PageOptions<T> = {
  /** The part of an instance that is kept. Called again for the same instance if a page has to be read again. */
  readonly look: MapInstance<T>
  readonly signal?: AbortSignal
  readonly silenceMs?: number
}

/**
 * One page, read as it arrives: signed, sent and repeated by the SDK, whose own reader would keep the whole answer and
 * take many times as long. A page is given whole or not at all. Throws what EC2 throws, EventError for an answer that
 * is no DescribeInstances answer.
 */
export const readPage = async <T>(
  client: EC2Client,
  input: DescribeInstancesCommandInput,
  { look, signal, silenceMs = SILENCE_MS }: PageOptions<T>,
): Promise<Page<T>> => {
  let page: Page<T> | undefined
  const command = new DescribeInstancesCommand(input)
  command.middlewareStack.add(
    next => async args => {
      const result = await next(args)
      const { response } = result
      if (!isAnswer(response)) return result
      page = await parsePage(response.body, look, silenceMs)
      // The SDK's reader gets the answer without the bytes that were read from it.
      response.body = new Uint8Array()
      return result
    },
    // Of low priority: between the SDK's reader and the network.
    { name: 'readPage', step: 'deserialize', priority: 'low' },
  )
  await client.send(command, signal === undefined ? {} : { abortSignal: signal })
  if (page === undefined) throw new EventError('the answer: EC2 gave none')
  return page
}

const isAnswer = (response: unknown): response is { body: unknown } =>
  typeof response === 'object' &&
  response !== null &&
  'body' in response &&
  'statusCode' in response &&
  response.statusCode === 200

const buildInput = (query: Query, token: string | undefined): DescribeInstancesCommandInput => ({
  MaxResults: PAGE,
  ...(query.length > 0 && { Filters: query.map(({ name, values }) => buildPatternFilter(name, values)) }),
  ...(token !== undefined && { NextToken: token }),
})

/**
 * All pages of a query, each requested while the one before is processed. Throws what `readPage` does, and EventError
 * if EC2 points back to a page that was read already, because the reading would never end.
 */
export async function* readPages<T>(
  client: EC2Client,
  query: Query,
  { from, ...options }: Omit<PageOptions<T>, 'signal'> & { readonly from?: string },
): AsyncGenerator<Page<T>> {
  const stop = new AbortController()
  const read = (token: string | undefined): Promise<Page<T>> => {
    const page = readPage(client, buildInput(query, token), { ...options, signal: stop.signal })
    // A caller that stops early does not need the result of the page that was read ahead.
    page.catch(() => {})
    return page
  }
  const tokens = new Set(from === undefined ? [] : [from])
  try {
    let ahead: Promise<Page<T>> | undefined = read(from)
    while (ahead !== undefined) {
      const page: Page<T> = await ahead
      ahead = undefined
      if (page.nextToken !== undefined && !tokens.has(page.nextToken)) {
        tokens.add(page.nextToken)
        ahead = read(page.nextToken)
      } else if (page.nextToken !== undefined) {
        yield page
        throw new EventError(`EC2 points back from page ${tokens.size + 1} to one that was read already`)
      }
      yield page
    }
  } finally {
    stop.abort()
  }
}
