import { Attachment, Header, Message } from 'slack-block-builder'
import type { Alert } from '../../alert/alert.ts'
import type { AlertContent } from '../../alert/alert-content.ts'
import { describeNames } from '../../alert/content.ts'
import { buildAlertContent, renderSubject } from '../../alert/render-alert.ts'
import { testContent } from '../../alert/test-content.ts'
import { limitText } from '../../text/limited.ts'
import { breakLinks } from '../../text/unlinked.ts'
import { COLOURS, SETTLED } from '../colours.ts'
import { fitToLimit, type Scale } from '../fitted.ts'
import type { Pages } from '../pages.ts'
import { type Block, renderBody, renderNews } from './body.ts'
import { toMrkdwn } from './mrkdwn.ts'

type Built = ReturnType<ReturnType<typeof Message>['buildToObject']>

/** For `chat.postMessage`, without its channel, and for incoming webhooks. */
export type SlackMessage = Readonly<Built> & {
  readonly mrkdwn: false
  readonly unfurl_links: false
  readonly unfurl_media: false
}

const HEADER = 150
const SUMMARY = 300
// Slack refuses some 13,200 as `msg_blocks_too_long`, which is written nowhere (slackapi/bolt-js issue 2509).
const CHARACTERS = 12_000

/** No text becomes a link, a mention or an emoji by itself: each one says so to Slack. */
const makeLiteral = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return
  if ('type' in value && value.type === 'mrkdwn') Object.assign(value, { verbatim: true })
  if ('type' in value && value.type === 'plain_text') Object.assign(value, { emoji: false })
  for (const inner of Object.values(value)) makeLiteral(inner)
}

type Parts = {
  /** The text of a notification, on one line. It is above the coloured part too if there is no header. */
  readonly summary: string
  /** Above the coloured part, in large letters. */
  readonly header?: string
  readonly colour: string
  readonly blocks: (scale: Scale) => readonly Block[]
}

const buildSlackParts = ({ summary, header, colour, blocks }: Parts, scale: Scale): SlackMessage => {
  const attachment = Attachment({ color: colour, fallback: toMrkdwn(summary, SUMMARY) }).blocks(...blocks(scale))
  const message = Message({ text: toMrkdwn(summary, SUMMARY) })
  if (header !== undefined) message.blocks(Header({ text: limitText(breakLinks(header), HEADER) }))
  const object = message.attachments(attachment).buildToObject()
  makeLiteral(object)
  return { ...object, mrkdwn: false, unfurl_links: false, unfurl_media: false }
}

/** A message within Slack's limits, with shorter texts if it would be too long. */
export const fitSlackMessage = (parts: Parts): SlackMessage =>
  fitToLimit(
    scale => buildSlackParts(parts, scale),
    message => JSON.stringify(message).length,
    CHARACTERS,
  )

const getColour = (content: AlertContent): string => (content.resolved === true ? SETTLED : COLOURS[content.severity])

/** One message for the whole alert. */
export const renderSlackMessage = (alert: Alert, pages: Pages = {}): SlackMessage => {
  const content = buildAlertContent(alert)
  return fitSlackMessage({
    summary: renderSubject(alert),
    header: `${content.severity}: ${content.title}`,
    colour: getColour(content),
    blocks: scale => renderBody(content, { pages, scale }),
  })
}

/** A follow-up: for a thread, and compact enough to stand alone. */
export const renderSlackFollowUp = (alert: Alert, pages: Pages = {}): SlackMessage => {
  const content = buildAlertContent(alert)
  const names = describeNames(alert)
  const title = `${content.severity}: ${content.title}`
  return fitSlackMessage({
    summary: title.includes(names) ? title : `${title}: ${names}`,
    colour: getColour(content),
    blocks: scale => renderNews(content, { pages, scale }),
  })
}

/** The message of a test, sent at `at` (ISO 8601). */
export const renderSlackTest = (at: string): SlackMessage => {
  const content = testContent(at)
  return fitSlackMessage({
    summary: content.title,
    header: content.title,
    colour: SETTLED,
    blocks: scale => renderBody(content, { pages: {}, scale }),
  })
}
