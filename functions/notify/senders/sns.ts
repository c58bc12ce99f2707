import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  type PublishCommandInput,
  type SNSClient,
} from '@aws-sdk/client-sns'
import type { Job, Sender } from '../../../shared/channels/sending.ts'
import { interpretAwsError } from './aws-error.ts'
import { type Renderer, renderJob } from './renderer.ts'

type Published = Omit<PublishCommandInput, 'TopicArn' | 'TargetArn' | 'PhoneNumber'>

export type Topic = {
  readonly client: SNSClient
  readonly arn: string
  readonly renderer: Renderer<Published>
  /** Who receives the messages, in words. Asked only in a test. */
  readonly audience: () => Promise<string>
}

/** The message is out, whether its readers can be counted or not. */
const countAudience = async (audience: Topic['audience']): Promise<string> => {
  try {
    return await audience()
  } catch {
    return 'subscribers that could not be counted'
  }
}

const describeSent = async ({ kind }: Job, id: string | undefined, { audience }: Topic): Promise<string> =>
  `SNS accepted it as message ${id ?? 'without an id'}${kind === 'test' ? `, for ${await countAudience(audience)}` : ''}`

/** Publishes to a topic: chat applications through Amazon Q Developer, and digests by email. */
export const createSnsSender =
  (topic: Topic): Sender =>
  async job => {
    try {
      const message = { TopicArn: topic.arn, ...renderJob(topic.renderer, job) }
      const { MessageId } = await topic.client.send(new PublishCommand(message))
      return { kind: 'sent', says: await describeSent(job, MessageId, topic) }
    } catch (error) {
      return interpretAwsError(error)
    }
  }

/** How many confirmed subscriptions a topic has. */
export const countSubscribers = (client: SNSClient, arn: string) => async (): Promise<string> => {
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: arn }))
  const [confirmed, pending] = [Attributes?.['SubscriptionsConfirmed'], Attributes?.['SubscriptionsPending']]
  return `${confirmed ?? 0} confirmed subscriptions (${pending ?? 0} not confirmed)`
}

/** How many of these addresses have confirmed that they want mail. */
export const listMailboxes =
  (client: SNSClient, arn: string, addresses: readonly string[]) => async (): Promise<string> => {
    const confirmed = new Set<string>()
    let NextToken: string | undefined
    do {
      const page = await client.send(
        new ListSubscriptionsByTopicCommand({ TopicArn: arn, ...(NextToken !== undefined && { NextToken }) }),
      )
      for (const { Protocol, Endpoint, SubscriptionArn } of page.Subscriptions ?? [])
        if (Protocol === 'email' && Endpoint !== undefined && SubscriptionArn?.startsWith('arn:') === true)
          confirmed.add(Endpoint)
      NextToken = page.NextToken
    } while (NextToken !== undefined && NextToken !== '')
    const count = addresses.filter(address => confirmed.has(address)).length
    return `${count} of ${addresses.length} addresses that have confirmed their subscription`
  }
