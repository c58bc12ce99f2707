import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { toPlainText } from '../text/untrusted.ts'

export const createDeadLetterClient = (): SQSClient => new SQSClient({ maxAttempts: 3 })

/** An attribute has no line breaks or control characters, so that it is read as one line wherever it is shown. */
const REASON_LENGTH = 500

type DeadLetter = {
  readonly body: string
  readonly reason: string
  /** The time for which it stays hidden there, also from a redrive. */
  readonly hiddenSeconds?: number
}

/** Puts the body of a message into a dead-letter queue, with the reason. Throws what SQS throws. */
export const putDeadLetter = async (
  { client, url }: { readonly client: SQSClient; readonly url: string },
  { body: MessageBody, reason, hiddenSeconds }: DeadLetter,
): Promise<void> => {
  const StringValue = toPlainText(reason).slice(0, REASON_LENGTH)
  await client.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody,
      ...(hiddenSeconds !== undefined && { DelaySeconds: hiddenSeconds }),
      MessageAttributes: { reason: { DataType: 'String', StringValue } },
    }),
  )
}
