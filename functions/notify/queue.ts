import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { putDeadLetter } from '../../shared/aws/dead-letter.ts'
import type { NotifyPorts } from './ports.ts'

/** The queue of a channel, and its dead-letter queue. */
export const createChannelQueue = (
  client: SQSClient,
  { queueUrl, undeliveredUrl }: { readonly queueUrl: string; readonly undeliveredUrl: string },
): NotifyPorts['queue'] => ({
  postpone: async (ReceiptHandle, VisibilityTimeout) => {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }))
  },
  deadLetter: (body, reason) => putDeadLetter({ client, url: undeliveredUrl }, { body, reason }),
})
