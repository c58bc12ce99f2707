import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { UserError } from '../../shared/errors.ts'
import { askAws } from '../aws/asking.ts'
import { formatCount } from '../output/counted.ts'
import type { Moved } from './move-task.ts'

type Urls = { readonly from: string; readonly to: string }

type Course = Urls & {
  readonly sqs: SQSClient
  /** The ids of messages that the other queue has taken: received again, they are only deleted. */
  readonly sent: Set<string>
  /** Those of them that could not be deleted. */
  readonly left: Set<string>
}

// Long enough to send ten messages, short enough to be back soon after a crash.
const HIDDEN_SECONDS = 60
// A long poll asks all servers of SQS; two empty answers in a row are the end.
const POLL_SECONDS = 1
const EMPTY_ANSWERS = 2

const receive = async ({ sqs, from }: Course): Promise<readonly Message[]> => {
  const call = sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: from,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: POLL_SECONDS,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['AWSTraceHeader'],
    }),
  )
  return (await askAws('sqs:ReceiveMessage', call)).Messages ?? []
}

const sendOn = async ({ sqs, to, sent }: Course, message: Message): Promise<void> => {
  const { MessageId: id = '', Body: body = '', MessageAttributes: attributes, Attributes } = message
  if (sent.has(id)) return
  const trace = Attributes?.AWSTraceHeader
  const call = sqs.send(
    new SendMessageCommand({
      QueueUrl: to,
      MessageBody: body,
      ...(attributes !== undefined && { MessageAttributes: attributes }),
      ...(trace !== undefined && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
      }),
    }),
  )
  await askAws('sqs:SendMessage', call)
  sent.add(id)
}

const remove = async ({ sqs, from, left }: Course, messages: readonly Message[]): Promise<void> => {
  if (messages.length === 0) return
  for (const { MessageId = '' } of messages) left.add(MessageId)
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
  const call = sqs.send(new DeleteMessageBatchCommand({ QueueUrl: from, Entries }))
  const { Successful = [] } = await askAws('sqs:DeleteMessage', call)
  for (const { Id } of Successful) left.delete(messages[Number(Id)]?.MessageId ?? '')
}

/**
 * Sends the received messages, then deletes those that were accepted. Throws the first refusal, after the others are
 * done.
 */
const pass = async (course: Course, messages: readonly Message[]): Promise<void> => {
  const results = await Promise.allSettled(messages.map(message => sendOn(course, message)))
  await remove(
    course,
    messages.filter((_, index) => results[index]?.status === 'fulfilled'),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

const moveAll = async (course: Course): Promise<void> => {
  for (let empty = 0; empty < EMPTY_ANSWERS; ) {
    const messages = await receive(course)
    empty = messages.length === 0 ? empty + 1 : 0
    await pass(course, messages)
  }
}

const describeLeft = ({ left }: Course): readonly string[] =>
  left.size === 0
    ? []
    : [
        `${formatCount(left.size, 'message')} of these could not be deleted where ${left.size === 1 ? 'it was' : 'they were'}; redriven again, ${left.size === 1 ? 'it arrives' : 'they arrive'} twice, which virtguard does not mind`,
      ]

/**
 * Moves messages one by one: each is sent with its body and attributes, and deleted only when the other queue has
 * accepted it. If it breaks off, none is lost, and one may arrive twice.
 */
export const moveMessages = async (sqs: SQSClient, urls: Urls): Promise<Moved> => {
  const course: Course = { ...urls, sqs, sent: new Set(), left: new Set() }
  const problems: string[] = []
  try {
    await moveAll(course)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    problems.push(`${error.message}; what was not moved is visible again in ${HIDDEN_SECONDS} seconds`)
  }
  const problem = [...problems, ...describeLeft(course)].join('; ')
  return { moved: course.sent.size, ...(problem !== '' && { problem }) }
}
