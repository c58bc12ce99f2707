import { Attachment, Header, Message } from 'slack-block-builder'
import type { Alert } from '../../alert/alert.ts'
import type { AlertStory } from '../../alert/alert-story.ts'
import { namesOf } from '../../alert/story.ts'
import { storyOf, subjectOf } from '../../alert/tell.ts'
import { testStory } from '../../alert/test-story.ts'
import { limited } from '../../text/limited.ts'
import { unlinked } from '../../text/unlinked.ts'
import { COLOURS, SETTLED } from '../colours.ts'
import { fitted, type Scale } from '../fitted.ts'
import type { Pages } from '../pages.ts'
import { type Block, bodyOf, newsOf } from './body.ts'
import { mrkdwn } from './mrkdwn.ts'

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

/** Nothing in a text becomes a link, a mention or an emoji by itself: Slack is told so for each. */
const literal = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return
  if ('type' in value && value.type === 'mrkdwn') Object.assign(value, { verbatim: true })
  if ('type' in value && value.type === 'plain_text') Object.assign(value, { emoji: false })
  for (const inner of Object.values(value)) literal(inner)
}

type Parts = {
  /** What a notification shows, on one line; shown above the coloured part too where there is no header. */
  readonly summary: string
  /** Above the coloured part, in large letters. */
  readonly header?: string
  readonly colour: string
  readonly blocks: (scale: Scale) => readonly Block[]
}

const built = ({ summary, header, colour, blocks }: Parts, scale: Scale): SlackMessage => {
  const attachment = Attachment({ color: colour, fallback: mrkdwn(summary, SUMMARY) }).blocks(...blocks(scale))
  const message = Message({ text: mrkdwn(summary, SUMMARY) })
  if (header !== undefined) message.blocks(Header({ text: limited(unlinked(header), HEADER) }))
  const object = message.attachments(attachment).buildToObject()
  literal(object)
  return { ...object, mrkdwn: false, unfurl_links: false, unfurl_media: false }
}

/** A message within Slack's limits, its texts shorter where it would be too long. */
export const slackMessageOf = (parts: Parts): SlackMessage =>
  fitted(
    scale => built(parts, scale),
    message => JSON.stringify(message).length,
    CHARACTERS,
  )

const colourOf = (story: AlertStory): string => (story.settled === true ? SETTLED : COLOURS[story.severity])

/** One message for all that an alert tells. */
export const slackMessage = (alert: Alert, pages: Pages = {}): SlackMessage => {
  const story = storyOf(alert)
  return slackMessageOf({
    summary: subjectOf(alert),
    header: `${story.severity}: ${story.title}`,
    colour: colourOf(story),
    blocks: scale => bodyOf(story, { pages, scale }),
  })
}

/** What goes on with a story: for a thread, and compact enough to stand alone. */
export const slackFollowUp = (alert: Alert, pages: Pages = {}): SlackMessage => {
  const story = storyOf(alert)
  const names = namesOf(alert)
  const title = `${story.severity}: ${story.title}`
  return slackMessageOf({
    summary: title.includes(names) ? title : `${title}: ${names}`,
    colour: colourOf(story),
    blocks: scale => newsOf(story, { pages, scale }),
  })
}

/** The message of a test, sent at `at` (ISO 8601). */
export const slackTest = (at: string): SlackMessage => {
  const story = testStory(at)
  return slackMessageOf({
    summary: story.title,
    header: story.title,
    colour: SETTLED,
    blocks: scale => bodyOf(story, { pages: {}, scale }),
  })
}
