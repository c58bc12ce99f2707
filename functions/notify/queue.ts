import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { plain } from '../../shared/text/untrusted.ts'
import type { NotifyPorts } from './ports.ts'

/** An attribute has no line breaks or control characters, so that it is read as one line wherever it is shown. */
const REASON_LENGTH = 500

/** The queue of a channel, and its dead-letter queue. */
export const channelQueue = (
  client: SQSClient,
  { queueUrl, undeliveredUrl }: { readonly queueUrl: string; readonly undeliveredUrl: string },
): NotifyPorts['queue'] => ({
  postpone: async (ReceiptHandle, VisibilityTimeout) => {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }))
  },
  park: async (MessageBody, reason) => {
    const StringValue = plain(reason).slice(0, REASON_LENGTH)
    await client.send(
      new SendMessageCommand({
        QueueUrl: undeliveredUrl,
        MessageBody,
        MessageAttributes: { reason: { DataType: 'String', StringValue } },
      }),
    )
  },
})
