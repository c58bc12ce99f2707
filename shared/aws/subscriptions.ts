import { ListSubscriptionsByTopicCommand, type SNSClient } from '@aws-sdk/client-sns'
import type { Subscription } from '../routing/readers.ts'

/** A page has 100 subscriptions. Somebody who adds subscriptions without end must not keep a sweep from its work. */
const MOST_PAGES = 50

/** The subscriptions of a topic. Throws what SNS throws, and if there are more than 5,000. */
export const listSubscriptions = async (topic: {
  readonly client: SNSClient
  readonly arn: string
}): Promise<readonly Subscription[]> => {
  const found: Subscription[] = []
  let token: string | undefined
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const input = { TopicArn: topic.arn, ...(token !== undefined && { NextToken: token }) }
    const answer = await topic.client.send(new ListSubscriptionsByTopicCommand(input))
    // The ARN of one that is not confirmed is PendingConfirmation.
    for (const { Endpoint: endpoint = '', SubscriptionArn = '' } of answer.Subscriptions ?? [])
      found.push({ endpoint, confirmed: SubscriptionArn.startsWith('arn:') })
    token = answer.NextToken
    if (token === undefined || token === '') return found
  }
  throw new Error(`the topic has more than ${found.length} subscriptions, which is too many to look at`)
}
