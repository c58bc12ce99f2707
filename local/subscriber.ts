import { SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { Alert } from '../shared/alert/alert.ts'
import { type Cloud, callsOf } from './cloud.ts'
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
  /** What has arrived since the last call; waits a second for the first of it. */
  readonly next: () => Promise<readonly Delivered[]>
}

/** Subscribes a queue of its own to the alerts, as any team would. */
export async function subscribe(cloud: Omit<Cloud, 'stop'>, name = 'local-subscriber'): Promise<Subscriber> {
  const receive = await subscribedQueue(cloud, name)
  return {
    next: async () => {
      const bodies = await receive()
      if (bodies.length === 0) return []
      const calls = callsOf(cloud.folder)
      return bodies.map(body => deliveredIn(body, calls))
    },
  }
}

/** Subscribes a queue to the alerts. Answers what takes up to ten of SNS's envelopes from it, and waits for the first. */
export async function subscribedQueue(
  { clients: { sns, sqs }, stack }: Pick<Cloud, 'clients' | 'stack'>,
  name: string,
): Promise<() => Promise<readonly string[]>> {
  const topicArn = stack.outputs['AlertsTopicArn'] ?? ''
  const arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { Policy: deliveryPolicy(arn, topicArn) } }),
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

/** The alert in SNS's envelope. The emulator drops the text for mails, which is therefore read where it was published. */
function deliveredIn(body: string, calls: readonly Call[]): Delivered {
  const envelope: { MessageId: string; Message: string } = JSON.parse(body)
  const publish = calls.find(call => call.action === 'Publish' && call.response.includes(envelope.MessageId))
  if (!publish) throw new Error(`nobody published the message ${envelope.MessageId}`)
  const { email } = JSON.parse(publish.request['Message'] ?? '')
  return { alert: JSON.parse(envelope.Message), subject: publish.request['Subject'] ?? '', text: email, publish }
}

function deliveryPolicy(queueArn: string, topicArn: string): string {
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
