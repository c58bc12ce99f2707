import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { SweepMessage } from '../ledger/sweep-message.ts'

/** Puts a message on the queue of sweeps, visible after so many seconds. Throws what SQS throws. */
export const sendTo = async (
  { client, url }: { readonly client: SQSClient; readonly url: string },
  message: SweepMessage,
  delaySeconds = 0,
): Promise<void> => {
  const DelaySeconds = delaySeconds > 0 ? { DelaySeconds: delaySeconds } : {}
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(message), ...DelaySeconds }))
}
