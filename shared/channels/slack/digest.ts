import { Actions, Button, Context, Section } from 'slack-block-builder'
import type { Alert } from '../../alert/alert.ts'
import type { CombinedContent } from '../../alert/alert-content.ts'
import { buildManyContent, countItems, describeUnshown, selectGroupItems } from '../../alert/combined-content.ts'
import { formatInstances } from '../../alert/content.ts'
import { COLOURS } from '../colours.ts'
import type { Scale } from '../fitted.ts'
import type { Block } from './body.ts'
import { fitSlackMessage, type SlackMessage } from './message.ts'
import { toMrkdwn, toValue } from './mrkdwn.ts'

// Sections of 3,000 characters and 50 blocks (Block Kit reference); how long it is in all is seen to with the message.
const ITEMS = 9_000
const SECTION = 2_600
const GROUPS = 20
const ITEM = 160

/** Lines in as many sections as they need. */
const splitIntoSections = (lines: readonly string[]): readonly Block[] => {
  const texts: string[] = []
  for (const line of lines) {
    const last = texts.at(-1)
    if (last === undefined || last.length + line.length + 1 > SECTION) texts.push(line)
    else texts[texts.length - 1] = `${last}\n${line}`
  }
  return texts.map(text => Section({ text }))
}

type Shown = ReturnType<typeof selectGroupItems>[number]

const groupOf = ({ group: { severity, title, where, items }, shown, left }: Shown): readonly Block[] =>
  splitIntoSections([
    `*${severity}: ${toMrkdwn(title, 150)}*`,
    toMrkdwn(countItems({ where, items }), 170),
    ...shown,
    ...(left > 0 ? [`and ${formatInstances(left)} more`] : []),
  ])

const renderBlocks = ({ lead, groups }: CombinedContent, scale: Scale): readonly Block[] => {
  const shown = groups.slice(0, scale(GROUPS))
  const characters = scale(ITEMS)
  const unshown = describeUnshown(groups, shown.length)
  const [first] = shown
  return [
    Section({ text: toMrkdwn(lead, 600) }),
    ...selectGroupItems(shown, {
      characters,
      forStops: characters,
      render: item => `•  ${toValue(item, ITEM)}`,
    }).flatMap(groupOf),
    ...(unshown === undefined ? [] : [Context().elements(unshown)]),
    ...(first === undefined
      ? []
      : [Actions().elements(Button({ text: 'Open in console', actionId: 'console', url: first.console }))]),
  ]
}

/** Many alerts in one message, each launch named as long as they fit. */
export const renderSlackDigest = (alerts: readonly Alert[]): SlackMessage => {
  const content = buildManyContent(alerts)
  return fitSlackMessage({
    summary: content.title,
    header: content.title,
    colour: COLOURS[content.severity],
    blocks: scale => renderBlocks(content, scale),
  })
}
