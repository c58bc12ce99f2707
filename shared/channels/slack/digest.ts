import { Actions, Button, Context, Section } from 'slack-block-builder'
import type { Alert } from '../../alert/alert.ts'
import type { Group } from '../../alert/alert-story.ts'
import { fittingItems, storyOfMany } from '../../alert/many-story.ts'
import { counted } from '../../alert/story.ts'
import { COLOURS } from '../colours.ts'
import { type SlackMessage, slackMessageOf } from './message.ts'
import { code, mrkdwn } from './mrkdwn.ts'

// Within the limits that body.ts names: sections of 3,000 characters, some 13,200 in all.
const ITEMS = 8_000
const SECTION = 2_600
const GROUPS = 20
const ITEM = 120

const groupText = ({ severity, title, where, items }: Group, characters: number): string => {
  const [shown, left] = fittingItems(
    items.map(item => code(item, ITEM)),
    characters,
  )
  const more = left > 0 ? ` and ${counted(left)} more` : ''
  return `*${severity}: ${mrkdwn(title, 150)}*\n${mrkdwn(where, 150)}: ${counted(items.length)}\n${shown.join(', ')}${more}`
}

/** Many alerts in one message, each launch named as long as they fit. */
export const slackDigest = (alerts: readonly Alert[]): SlackMessage => {
  const { severity, title, lead, groups } = storyOfMany(alerts)
  const shown = groups.slice(0, GROUPS)
  const room = Math.min(SECTION, Math.floor(ITEMS / Math.max(1, shown.length)))
  const left = groups.slice(GROUPS).reduce((sum, { items }) => sum + items.length, 0)
  const [first] = shown
  return slackMessageOf({
    summary: title,
    header: title,
    colour: COLOURS[severity],
    blocks: [
      Section({ text: mrkdwn(lead, 600) }),
      ...shown.map(group => Section({ text: groupText(group, room) })),
      ...(left > 0 ? [Context().elements(`And ${counted(left)} more, of less severity.`)] : []),
      ...(first === undefined
        ? []
        : [Actions().elements(Button({ text: 'Open in console', actionId: 'console', url: first.console }))]),
    ],
  })
}
