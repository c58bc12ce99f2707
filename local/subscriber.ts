import { SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { Alert } from '../shared/alert/alert.ts'
import { type Cloud, createCalls } from './cloud.ts'
import { ACCOUNT, REGION } from './isolation.ts'
import type { Call } from './relay.ts'

/** An alert as SNS delivered it, with the mail that SNS makes of the same publish. */
export type Delivered = {
  readonly alert: Alert
  readonly subject: string
  readonly text: string
  /** The publish as it went over the wire. */
  readonly publish: Call
}

export type Subscriber = {
  /** The messages that arrived since the last call. Waits a second for the first. */
  readonly next: () => Promise<readonly Delivered[]>
}

/** Subscribes a queue of its own to the alerts, as any team would. */
export async function subscribe(cloud: Omit<Cloud, 'stop'>, name = 'local-subscriber'): Promise<Subscriber> {
  const receive = await createSubscribedQueue(cloud, name)
  return {
    next: async () => {
      const bodies = await receive()
      if (bodies.length === 0) return []
      return Promise.all(bodies.map(body => readDelivered(body, () => createCalls(cloud.folder))))
    },
  }
}

/**
 * Subscribes a queue to the alerts. Returns a function that takes up to ten of SNS's envelopes from it, and waits for
 * the first.
 */
export async function createSubscribedQueue(
  { clients: { sns, sqs }, stack }: Pick<Cloud, 'clients' | 'stack'>,
  name: string,
): Promise<() => Promise<readonly string[]>> {
  const topicArn = stack.outputs['AlertsTopicArn'] ?? ''
  const arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { Policy: buildDeliveryPolicy(arn, topicArn) } }),
  )
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: arn }))
  return async () => {
    const request = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request))
    if (Messages.length === 0) return []
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }))
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
    return Messages.map(({ Body = '' }) => Body)
  }
}

/** The alert in SNS's envelope. The emulator drops the text of emails, which is therefore read at its publication. */
async function readDelivered(body: string, calls: () => readonly Call[]): Promise<Delivered> {
  const envelope: { MessageId: string; Message: string } = JSON.parse(body)
  const publish = await publishOf(envelope.MessageId, calls)
  const { email } = JSON.parse(publish.request['Message'] ?? '')
  return { alert: JSON.parse(envelope.Message), subject: publish.request['Subject'] ?? '', text: email, publish }
}

const ANSWER_MS = 5000

/** SNS may deliver before its answer to the publisher, in which the relay sees the message's id, has arrived. */
async function publishOf(messageId: string, calls: () => readonly Call[]): Promise<Call> {
  const until = Date.now() + ANSWER_MS
  while (Date.now() < until) {
    const publish = calls().find(call => call.action === 'Publish' && call.response.includes(messageId))
    if (publish !== undefined) return publish
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`nobody published the message ${messageId}`)
}

function buildDeliveryPolicy(queueArn: string, topicArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  })
}
