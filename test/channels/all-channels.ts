import type { Alert } from '../../shared/alert/alert.ts'
import { amazonQDigest, amazonQMessage } from '../../shared/channels/amazon-q/notification.ts'
import { emailDigest, emailMessage } from '../../shared/channels/email/digest.ts'
import { changedEvents } from '../../shared/channels/event-bus/changed.ts'
import { slackDigest } from '../../shared/channels/slack/digest.ts'
import { slackFollowUp, slackMessage } from '../../shared/channels/slack/message.ts'
import { teamsDigest, teamsFollowUp, teamsMessage } from '../../shared/channels/teams/card.ts'
import { textsIn } from '../formats/schemas.ts'

/** What a channel for people shows of an alert: all text in it, and the addresses that it links to apart. */
export type Shown = { readonly text: string; readonly links: readonly string[]; readonly bytes: number }

const isLink = (text: string): boolean => /^https:\/\/[^\s]+$/.test(text)

const shownIn = (message: unknown): Shown => {
  const texts = textsIn(message)
  return {
    text: texts.filter(text => !isLink(text)).join('\n'),
    links: texts.filter(isLink),
    bytes: Buffer.byteLength(JSON.stringify(message)),
  }
}

const inQ = ({ Message }: { Message: string }): unknown => JSON.parse(Message)

export const MESSAGES: Readonly<Record<string, (alert: Alert) => Shown>> = {
  email: alert => shownIn(emailMessage(alert)),
  'slack (a message)': alert => shownIn(slackMessage(alert)),
  'slack (a follow-up)': alert => shownIn(slackFollowUp(alert)),
  'teams (a message)': alert => shownIn(teamsMessage(alert)),
  'teams (a follow-up)': alert => shownIn(teamsFollowUp(alert)),
  'amazon q': alert => shownIn(inQ(amazonQMessage(alert))),
}

export const DIGESTS: Readonly<Record<string, (alerts: readonly Alert[]) => Shown>> = {
  email: alerts => shownIn(emailDigest(alerts)),
  slack: alerts => shownIn(slackDigest(alerts)),
  teams: alerts => shownIn(teamsDigest(alerts)),
  'amazon q': alerts => shownIn(inQ(amazonQDigest(alerts))),
}

/** The details of events, which are for machines. */
export const eventsOf = (alert: Alert): readonly string[] => changedEvents(alert).map(({ Detail }) => Detail)

const LOOKALIKES: Readonly<Record<string, string>> = {
  '∗': '*',
  '＿': '_',
  '∼': '~',
  '›': '>',
  '‹': '<',
  '∶': ':',
  '⟦': '[',
  '⟧': ']',
  '＃': '#',
  '∣': '|',
  '＆': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
}

/** Text as its writer meant it, however a channel had to put it: for comparing what channels tell. */
export const meant = (text: string): string =>
  text
    .replace(/&(lt|gt|amp);|[∗＿∼›‹∶⟦⟧＃∣＆]/gu, shown => LOOKALIKES[shown] ?? shown)
    .replaceAll('[:]//', '://')
    .replaceAll('`', "'")
    .replace(/\s+/g, ' ')
