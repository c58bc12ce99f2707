import type { PublishCommandInput } from '@aws-sdk/client-sns'
import {
  amazonQDigest,
  amazonQMessage,
  amazonQTest,
  type Published,
} from '../../../shared/channels/amazon-q/notification.ts'
import { emailDigest, emailMessage, emailTest, type Mail } from '../../../shared/channels/email/digest.ts'
import type { Words } from './words.ts'

/** Notifications for Amazon Q Developer in chat applications. */
export const AMAZON_Q: Words<Published> = {
  alert: alert => amazonQMessage(alert),
  followUp: alert => amazonQMessage(alert),
  digest: amazonQDigest,
  test: amazonQTest,
}

type Addressed = Mail & Pick<PublishCommandInput, 'MessageAttributes'>

/**
 * Mails through the topic of alerts, to the addresses of one channel: it has the attribute `channels` only, by which the
 * other subscriptions know that it is not for them.
 */
export const emailFor = (channel: string): Words<Addressed> => {
  const addressed = (mail: Mail): Addressed => ({
    ...mail,
    MessageAttributes: { channels: { DataType: 'String.Array', StringValue: JSON.stringify([channel]) } },
  })
  return {
    alert: alert => addressed(emailMessage(alert)),
    followUp: alert => addressed(emailMessage(alert)),
    digest: alerts => addressed(emailDigest(alerts)),
    test: at => addressed(emailTest(at)),
  }
}
