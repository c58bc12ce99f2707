import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns'
import type { SnsMessage } from '../alert/sns-message.ts'

/** Publishes one alert. Resolves only when SNS has taken it; throws what SNS throws. */
export const publishTo = async (topic: { client: SNSClient; arn: string }, message: SnsMessage): Promise<void> => {
  await topic.client.send(new PublishCommand({ TopicArn: topic.arn, ...message }))
}
