import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { SnsMessage } from '../../../shared/alert/sns-message.ts'
import type { Answer, Message, Poster } from '../../../shared/aws/direct/post.ts'
import { createDirectPublish } from '../../../shared/aws/direct/publish.ts'

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:Alerts'

const MESSAGE: SnsMessage = {
  Subject: '[HIGH] PV instance',
  MessageStructure: 'json',
  Message: JSON.stringify({ default: '{"a":1}', email: 'größer & *kleiner* 100% + ~' }),
  MessageAttributes: {
    rule: { DataType: 'String.Array', StringValue: '["paravirtual-instance"]' },
    severity: { DataType: 'String', StringValue: 'HIGH' },
  },
}

/** A topic that answers so, and an SDK that says that it was asked. */
const against = (answer: Answer | Error, sdkFails?: Error) => {
  const sent: Message[] = []
  const bySdk: SnsMessage[] = []
  const why: string[] = []
  const dropped: Message[] = []
  const post: Poster['post'] = async message => {
    sent.push(message)
    if (answer instanceof Error) throw answer
    return answer
  }
  const hold: Poster['hold'] = message => ({ send: () => post(message), drop: () => dropped.push(message) })
  const sdk = async (message: SnsMessage) => {
    bySdk.push(message)
    if (sdkFails !== undefined) throw sdkFails
  }
  return {
    topic: createDirectPublish({ post, hold }, TOPIC, { sdk, onFailure: text => why.push(text) }),
    sent,
    bySdk,
    why,
    dropped,
  }
}

const formOf = (body: string) => [...new URLSearchParams(body)].sort()

describe('an alert that is published directly', () => {
  test('is what the SDK would have sent, whatever it says', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async text => {
        const message = { ...MESSAGE, Message: text, Subject: `a ${text}` }
        const { topic, sent } = against({ status: 200, body: '' })
        await topic.publish(message)
        const expected: string[] = []
        const requestHandler = {
          handle: async ({ headers, body }: { headers: Record<string, string>; body: string }) => {
            expected.push(body)
            expect(headers['content-type']).toBe(sent[0]?.headers['content-type'])
            return { response: { statusCode: 200, headers: {}, body: new Blob(['<a/>']).stream() } }
          },
        }
        const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
        const client = new SNSClient({ region: 'us-east-1', credentials, requestHandler, maxAttempts: 1 })
        await client.send(new PublishCommand({ TopicArn: TOPIC, ...message })).catch(() => undefined)
        expect(expected).toHaveLength(1)
        expect(formOf(sent[0]?.body ?? '')).toEqual(formOf(expected[0] ?? ''))
      }),
      { numRuns: 40 },
    ))

  test('may contain halves of surrogate pairs, which arrive as the replacement character', async () => {
    const { topic, sent } = against({ status: 200, body: '' })
    const region = { DataType: 'String', StringValue: 'eu-\ud800' }
    await topic.publish({ ...MESSAGE, MessageAttributes: { region } })
    const form = new URLSearchParams(sent[0]?.body)
    expect(form.get('MessageAttributes.entry.1.Value.StringValue')).toBe('eu-\ufffd')
  })

  test('needs no SDK if SNS accepts it', async () => {
    const { topic, sent, bySdk, why } = against({ status: 200, body: '<PublishResponse/>' })
    await topic.publish(MESSAGE)
    expect(sent).toHaveLength(1)
    expect([...bySdk, ...why]).toEqual([])
  })

  test.each<[string, Answer | Error]>([
    ['has no answer', new Error('socket hang up')],
    ['is throttled', { status: 400, body: '<Code>Throttling</Code>' }],
    ['meets a failure', { status: 503, body: '' }],
    ['is sent elsewhere', { status: 307, body: '' }],
  ])('is published by the SDK if it %s', async (_, answer) => {
    const { topic, sent, bySdk, why } = against(answer)
    await topic.publish(MESSAGE)
    await topic.hold(MESSAGE).send()
    expect(sent).toHaveLength(2)
    expect(bySdk).toEqual([MESSAGE, MESSAGE])
    expect(why).toHaveLength(2)
  })

  test('throws what the SDK throws if SNS refuses it', async () => {
    const refusal = Object.assign(new Error('no such topic'), { name: 'NotFoundException' })
    const { topic } = against({ status: 404, body: '' }, refusal)
    await expect(topic.publish(MESSAGE)).rejects.toBe(refusal)
    await expect(topic.hold(MESSAGE).send()).rejects.toBe(refusal)
  })

  test('is not sent while it is only prepared, and never if it is dropped', async () => {
    const { topic, sent, dropped } = against({ status: 200, body: '' })
    const scheduled = topic.hold(MESSAGE)
    const other = topic.hold(MESSAGE)
    expect(sent).toEqual([])
    other.drop()
    await scheduled.send()
    expect([sent.length, dropped.length]).toEqual([1, 1])
  })
})
