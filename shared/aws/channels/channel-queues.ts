import { GetQueueAttributesCommand, QueueDoesNotExist, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { ChannelMessage } from '../../channels/message.ts'

const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const

/** About how many messages are in a queue. Undefined if it was deleted. Throws what SQS throws. */
export const countMessages = async (client: SQSClient, url: string): Promise<number | undefined> => {
  try {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...COUNTS] }),
    )
    return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0)
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined
    throw error
  }
}

/** Requests the release of the alerts that were scheduled until then. Throws what SQS throws. */
export const requestRelease = async (
  client: SQSClient,
  { url, channel, at }: { readonly url: string; readonly channel: string; readonly at: Date },
): Promise<void> => {
  const message: ChannelMessage = { kind: 'flush', channel, at: at.toISOString() }
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(message) }))
}
