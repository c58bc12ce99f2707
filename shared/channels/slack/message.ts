import { Attachment, Header, Message } from 'slack-block-builder'
import type { Alert } from '../../alert/alert.ts'
import type { AlertStory } from '../../alert/alert-story.ts'
import { subjectOf } from '../../alert/subject.ts'
import { storyOf } from '../../alert/tell.ts'
import { testStory } from '../../alert/test-story.ts'
import { limited } from '../../text/limited.ts'
import { COLOURS, SETTLED } from '../colours.ts'
import type { Pages } from '../pages.ts'
import { bodyOf, newsOf } from './body.ts'
import { mrkdwn } from './mrkdwn.ts'

export type SlackMessage = ReturnType<ReturnType<typeof Message>['buildToObject']>
type Blocks = Parameters<ReturnType<typeof Attachment>['blocks']>

const HEADER = 150

/** Nothing that strangers wrote becomes a link, a mention or an emoji by itself: Slack is told so for every text. */
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
  readonly blocks: readonly Blocks[number][]
}

/** A message for `chat.postMessage` (without its channel) and for incoming webhooks. */
export const slackMessageOf = ({ summary, header, colour, blocks }: Parts): SlackMessage => {
  const attachment = Attachment({ color: colour, fallback: mrkdwn(summary, 300) }).blocks(...blocks)
  const message = Message({ text: mrkdwn(summary, 300) })
  if (header !== undefined) message.blocks(Header({ text: limited(header, HEADER) }))
  const built = message.attachments(attachment).buildToObject()
  literal(built)
  return Object.assign(built, { mrkdwn: false, unfurl_links: false, unfurl_media: false })
}

const colourOf = (story: AlertStory): string => (story.settled === true ? SETTLED : COLOURS[story.severity])

/** One message for all that an alert tells. */
export const slackMessage = (alert: Alert, pages: Pages = {}): SlackMessage => {
  const story = storyOf(alert)
  return slackMessageOf({
    summary: subjectOf(alert),
    header: `${story.severity}: ${story.title}`,
    colour: colourOf(story),
    blocks: bodyOf(story, pages),
  })
}

/** What goes on with a story: for a thread, and compact enough to stand alone. */
export const slackFollowUp = (alert: Alert, pages: Pages = {}): SlackMessage => {
  const story = storyOf(alert)
  return slackMessageOf({ summary: subjectOf(alert), colour: colourOf(story), blocks: newsOf(story, pages) })
}

/** The message of a test, sent at `at` (ISO 8601). */
export const slackTest = (at: string): SlackMessage => {
  const story = testStory(at)
  return slackMessageOf({
    summary: story.title,
    header: story.title,
    colour: SETTLED,
    blocks: bodyOf(story, {}),
  })
}
