import { renderSlackDigest } from '../../../shared/channels/slack/digest.ts'
import {
  renderSlackFollowUp,
  renderSlackMessage,
  renderSlackTest,
  type SlackMessage,
} from '../../../shared/channels/slack/message.ts'
import type { Renderer } from './renderer.ts'

/** The same for an app and for an incoming webhook. */
export const SLACK: Renderer<SlackMessage> = {
  alert: alert => renderSlackMessage(alert),
  followUp: alert => renderSlackFollowUp(alert),
  digest: renderSlackDigest,
  test: renderSlackTest,
}
