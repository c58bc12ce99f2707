import { amazonQMessage } from '../../shared/channels/amazon-q/notification.ts'
import { emailDigest, emailMessage } from '../../shared/channels/email/digest.ts'
import { slackDigest } from '../../shared/channels/slack/digest.ts'
import { slackFollowUp, slackMessage } from '../../shared/channels/slack/message.ts'
import { teamsMessage } from '../../shared/channels/teams/card.ts'
import { burst, observed, ofGroup, stopped, toBeStopped } from './alerts.ts'
import { amazonQPage } from './amazon-q.ts'
import { slackPage } from './slack.ts'
import { teamsPage } from './teams.ts'
import { terminalPage } from './terminal.ts'

const PAGES = { docs: 'https://git.example.com/virtguard/docs' }
const MAIL_TIME = 'Tue, 24 Nov 2026 08:00:31 +0000'

/** Each picture's name, and the page that it is taken of: made by the builders that the product sends with. */
export const SCENES: Readonly<Record<string, () => string>> = {
  'slack-launch': () => slackPage([{ message: slackMessage(observed(), PAGES), time: '08:00' }]),
  'slack-stop': () =>
    slackPage([
      { message: slackMessage(toBeStopped(), PAGES), time: '08:00' },
      { message: slackFollowUp(stopped(), PAGES), time: '08:16' },
    ]),
  'slack-digest': () => slackPage([{ message: slackDigest(burst()), time: '08:01' }]),
  'teams-launch': () => teamsPage(teamsMessage(ofGroup(), PAGES), '08:00'),
  'amazon-q-launch': () => amazonQPage(amazonQMessage(observed(), PAGES), '08:00'),
  'email-launch': () => terminalPage(emailMessage(observed()), MAIL_TIME),
  'email-digest': () => terminalPage(emailDigest(burst()), MAIL_TIME),
}
