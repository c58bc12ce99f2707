import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns'
import type { SnsMessage } from '../alert/sns-message.ts'
import type { PromiseMessage, StartMessage } from '../ledger/sweep-message.ts'

/** Publishes one alert. Resolves only when SNS has accepted it. Throws what SNS throws. */
export const publishTo = async (topic: { client: SNSClient; arn: string }, message: SnsMessage): Promise<void> => {
  await topic.client.send(new PublishCommand({ TopicArn: topic.arn, ...message }))
}

/**
 * Requests a sweep, or stops for findings. The request goes through a topic that leads to the queue of sweeps only,
 * because an alerting function has a client of SNS, and one of SQS would be a tenth of its code more. Throws what SNS
 * throws.
 */
export const requestSweep = async (
  topic: { client: SNSClient; arn: string },
  message: StartMessage | PromiseMessage,
): Promise<void> => {
  await topic.client.send(new PublishCommand({ TopicArn: topic.arn, Message: JSON.stringify(message) }))
}
