import { describe, expect, test } from '@jest/globals'
import type { SQSEvent } from 'aws-lambda'
import { type AttemptPorts, handleWithinAttempts } from '../../functions/runtime/within-attempts.ts'
import { countAttempt } from '../../shared/aws/ledger/count-attempt.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'
import { aBatch } from '../support/sqs.ts'

type Handling = 'done' | 'fails' | 'dies' | 'has no capacity'

/** A queue that delivers one message again and again, as SQS counts; and what becomes of it. */
const deliveries = async (handling: (delivery: number) => Handling, most: number, more: Partial<AttemptPorts> = {}) => {
  const ledger = { client: inMemoryDynamo().client(), table: 'ledger' }
  const deadLetters: (readonly [string, string])[] = []
  const lines: string[] = []
  let tried = 0
  const ports: AttemptPorts = {
    count: ({ messageId, claimant }) =>
      countAttempt(ledger, { queue: 'Launches', messageId, claimant, now: new Date('2026-11-24T08:00:00Z') }),
    deadLetter: async (body, reason) => {
      deadLetters.push([body, reason])
    },
    log: (level, message) => lines.push(`${level}: ${message}`),
    ...more,
  }
  for (let count = 1; count <= most; count += 1) {
    const how = handling(count)
    if (how === 'has no capacity') continue
    const Records = aBatch(['the launch'], count).Records.map(record => ({ ...record, receiptHandle: `${count}` }))
    const handle = async ({ Records: given }: SQSEvent) => {
      tried += given.length
      if (how === 'dies' && given.length > 0) throw new Error('cut off')
      return { batchItemFailures: how === 'fails' ? given.map(({ messageId }) => ({ itemIdentifier: messageId })) : [] }
    }
    const answer = await handleWithinAttempts({ Records }, handle, ports).catch(() => undefined)
    if (answer?.batchItemFailures.length === 0) return { end: count, tried, deadLetters, lines }
  }
  return { end: 'waits', tried, deadLetters, lines }
}

describe('a message and its attempts', () => {
  test('are the usual ones if it waited for capacity a hundred times', async () => {
    const later = await deliveries(count => (count <= 100 ? 'has no capacity' : 'done'), 101)
    expect(later).toMatchObject({ end: 101, tried: 1, deadLetters: [] })
  })

  test('go on if it waited, and fails at first', async () => {
    const handling = (count: number) => (count <= 100 ? 'has no capacity' : count < 104 ? 'fails' : 'done')
    expect(await deliveries(handling, 110)).toMatchObject({ end: 104, tried: 4, deadLetters: [] })
  })

  test('end after ten failures, with a reason and where to look', async () => {
    const { end, tried, deadLetters, lines } = await deliveries(() => 'fails', 20)
    expect({ end, tried }).toEqual({ end: 10, tried: 10 })
    expect(deadLetters).toEqual([['the launch', expect.stringMatching(/^delivered 10 times .* message-0$/)]])
    expect(lines).toEqual([expect.stringMatching(/^error: put into the dead-letter queue/)])
  })

  test('end without another try if the function dies each time', async () => {
    expect(await deliveries(() => 'dies', 20)).toMatchObject({
      end: 11,
      tried: 10,
      deadLetters: [['the launch', expect.anything()]],
    })
  })

  test('go on if they cannot be counted', async () => {
    const count = async () => Promise.reject(new Error('throttled'))
    expect(await deliveries(() => 'fails', 20, { count })).toMatchObject({ end: 'waits', tried: 20, deadLetters: [] })
  })

  test('go on if the message cannot be given up', async () => {
    const deadLetter = async () => Promise.reject(new Error('AccessDenied'))
    const { end, lines } = await deliveries(() => 'fails', 12, { deadLetter })
    expect(end).toBe('waits')
    expect(lines[0]).toMatch(/^error: could not be put into the dead-letter queue: .*AccessDenied/)
  })

  test('cost no call before they are counted', async () => {
    const count = async () => Promise.reject(new Error('unexpected call'))
    expect((await deliveries(() => 'fails', 5, { count })).lines).toEqual([])
  })
})

test('a message that is given up leaves the others of its batch alone', async () => {
  const [first, second] = aBatch(['one', 'two'], 10).Records
  if (first === undefined || second === undefined) throw new Error('no records')
  const deadLetters: string[] = []
  const answer = await handleWithinAttempts(
    { Records: [first, second] },
    async ({ Records }) => ({ batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) }),
    {
      count: async ({ messageId }) => (messageId === first.messageId ? 6 : 1),
      deadLetter: async body => {
        deadLetters.push(body)
      },
      log: () => undefined,
    },
  )
  expect(deadLetters).toEqual(['one'])
  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: second.messageId }])
})
