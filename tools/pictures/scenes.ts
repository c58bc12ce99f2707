import { renderAmazonQMessage } from '../../shared/channels/amazon-q/notification.ts'
import { renderEmailDigest, renderEmailMessage } from '../../shared/channels/email/digest.ts'
import { renderSlackDigest } from '../../shared/channels/slack/digest.ts'
import { renderSlackFollowUp, renderSlackMessage } from '../../shared/channels/slack/message.ts'
import { renderTeamsMessage } from '../../shared/channels/teams/card.ts'
import { createObserved, createOfGroup, createStopped, runBurst, toBeStopped } from './alerts.ts'
import { renderAmazonQPage } from './amazon-q.ts'
import { renderSlackPage } from './slack.ts'
import { renderTeamsPage } from './teams.ts'
import { renderTerminalPage } from './terminal.ts'

const PAGES = { docs: 'https://git.example.com/virtguard/docs' }
const MAIL_TIME = 'Tue, 24 Nov 2026 08:00:31 +0000'

/** Each picture's name and page, made by the builders of the product. */
export const SCENES: Readonly<Record<string, () => string>> = {
  'slack-launch': () => renderSlackPage([{ message: renderSlackMessage(createObserved(), PAGES), time: '08:00' }]),
  'slack-stop': () =>
    renderSlackPage([
      { message: renderSlackMessage(toBeStopped(), PAGES), time: '08:00' },
      { message: renderSlackFollowUp(createStopped(), PAGES), time: '08:16' },
    ]),
  'slack-digest': () => renderSlackPage([{ message: renderSlackDigest(runBurst()), time: '08:01' }]),
  'teams-launch': () => renderTeamsPage(renderTeamsMessage(createOfGroup(), PAGES), '08:00'),
  'amazon-q-launch': () => renderAmazonQPage(renderAmazonQMessage(createObserved(), PAGES), '08:00'),
  'email-launch': () => renderTerminalPage(renderEmailMessage(createObserved()), MAIL_TIME),
  'email-digest': () => renderTerminalPage(renderEmailDigest(runBurst()), MAIL_TIME),
}
