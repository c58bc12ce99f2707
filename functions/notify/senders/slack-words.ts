import { slackDigest } from '../../../shared/channels/slack/digest.ts'
import { type SlackMessage, slackFollowUp, slackMessage, slackTest } from '../../../shared/channels/slack/message.ts'
import type { Words } from './words.ts'

/** The same for an app and for an incoming webhook. */
export const SLACK: Words<SlackMessage> = {
  alert: alert => slackMessage(alert),
  followUp: alert => slackFollowUp(alert),
  digest: slackDigest,
  test: slackTest,
}
