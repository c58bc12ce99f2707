import { ListSubscriptionsByTopicCommand, type SNSClient } from '@aws-sdk/client-sns'
import type { Subscription } from '../routing/readers.ts'

/** The subscriptions of a topic. Throws what SNS throws. */
export const listSubscriptions = async (topic: {
  readonly client: SNSClient
  readonly arn: string
}): Promise<readonly Subscription[]> => {
  const found: Subscription[] = []
  let token: string | undefined
  do {
    const input = { TopicArn: topic.arn, ...(token !== undefined && { NextToken: token }) }
    const page = await topic.client.send(new ListSubscriptionsByTopicCommand(input))
    // The ARN of one that is not confirmed is PendingConfirmation.
    for (const { Endpoint: endpoint = '', SubscriptionArn = '' } of page.Subscriptions ?? [])
      found.push({ endpoint, confirmed: SubscriptionArn.startsWith('arn:') })
    token = page.NextToken
  } while (token !== undefined && token !== '')
  return found
}
