import type { Alert } from '../../shared/alert/alert.ts'
import { renderAmazonQDigest, renderAmazonQMessage } from '../../shared/channels/amazon-q/notification.ts'
import { renderEmailDigest, renderEmailMessage } from '../../shared/channels/email/digest.ts'
import { buildChangedEvents } from '../../shared/channels/event-bus/changed.ts'
import { renderSlackDigest } from '../../shared/channels/slack/digest.ts'
import { renderSlackFollowUp, renderSlackMessage } from '../../shared/channels/slack/message.ts'
import { renderTeamsDigest, renderTeamsFollowUp, renderTeamsMessage } from '../../shared/channels/teams/card.ts'
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
  email: alert => shownIn(renderEmailMessage(alert)),
  'slack (a message)': alert => shownIn(renderSlackMessage(alert)),
  'slack (a follow-up)': alert => shownIn(renderSlackFollowUp(alert)),
  'teams (a message)': alert => shownIn(renderTeamsMessage(alert)),
  'teams (a follow-up)': alert => shownIn(renderTeamsFollowUp(alert)),
  'amazon q': alert => shownIn(inQ(renderAmazonQMessage(alert))),
}

export const DIGESTS = {
  email: (alerts: readonly Alert[]): Shown => shownIn(renderEmailDigest(alerts)),
  slack: (alerts: readonly Alert[]): Shown => shownIn(renderSlackDigest(alerts)),
  teams: (alerts: readonly Alert[]): Shown => shownIn(renderTeamsDigest(alerts)),
  'amazon q': (alerts: readonly Alert[]): Shown => shownIn(inQ(renderAmazonQDigest(alerts))),
}

/** The details of events, which are for machines. */
export const eventsOf = (alert: Alert): readonly string[] => buildChangedEvents(alert).map(({ Detail }) => Detail)

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
