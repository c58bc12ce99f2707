import type { PublishCommandInput } from '@aws-sdk/client-sns'
import {
  type Published,
  renderAmazonQDigest,
  renderAmazonQMessage,
  renderAmazonQTest,
} from '../../../shared/channels/amazon-q/notification.ts'
import {
  type Mail,
  renderEmailDigest,
  renderEmailMessage,
  renderEmailTest,
} from '../../../shared/channels/email/digest.ts'
import type { Renderer } from './renderer.ts'

/** Notifications for Amazon Q Developer in chat applications. */
export const AMAZON_Q: Renderer<Published> = {
  alert: alert => renderAmazonQMessage(alert),
  followUp: alert => renderAmazonQMessage(alert),
  digest: renderAmazonQDigest,
  test: renderAmazonQTest,
}

type Addressed = Mail & Pick<PublishCommandInput, 'MessageAttributes'>

/**
 * Mails through the topic of alerts, to the addresses of one channel: it has the attribute `channels` only, by which the
 * other subscriptions know that it is not for them.
 */
export const createEmailRenderer = (channel: string): Renderer<Addressed> => {
  const toAddressed = (mail: Mail): Addressed => ({
    ...mail,
    MessageAttributes: { channels: { DataType: 'String.Array', StringValue: JSON.stringify([channel]) } },
  })
  return {
    alert: alert => toAddressed(renderEmailMessage(alert)),
    followUp: alert => toAddressed(renderEmailMessage(alert)),
    digest: alerts => toAddressed(renderEmailDigest(alerts)),
    test: at => toAddressed(renderEmailTest(at)),
  }
}
