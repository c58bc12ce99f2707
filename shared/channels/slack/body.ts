import { Actions, Button, Context, Section } from 'slack-block-builder'
import type { AlertStory, Aside, Point, Step } from '../../alert/alert-story.ts'
import { type Pages, rulePage } from '../pages.ts'
import { code, codeBlock, mrkdwn, value } from './mrkdwn.ts'

// Slack: 3,000 characters a section, 2,000 a field, 10 fields, 50 blocks (Block Kit reference), and some 13,200 characters a
// message, which is written nowhere (slackapi/bolt-js issue 2509). The limits here add up to less.

type Block = ReturnType<typeof Section> | ReturnType<typeof Actions> | ReturnType<typeof Context>

const SECTION = 2_400
const SENTENCE = 600
const FACT = 300
const LABEL = 60
/** Longer facts get the whole width. */
const FIELD = 80
const FIELDS = 10
const ASIDES = 1_800

/** Lines within a limit; where they do not all fit the last one says how many are left out. */
const joined = (lines: readonly string[], limit: number): string => {
  const room = limit - 40
  const fitting: string[] = []
  let size = 0
  for (const line of lines) {
    size += line.length + 1
    if (size > room) break
    fitting.push(line)
  }
  const left = lines.length - fitting.length
  return [...fitting, ...(left > 0 ? [`_… ${left} more lines are left out._`] : [])].join('\n')
}

const labelled = ({ label, text }: Point, limit = SENTENCE): string =>
  `*${mrkdwn(label, LABEL)}*  ${value(text, limit)}`

const bulleted = ({ label, text }: Point): string => `•  *${mrkdwn(label, LABEL)}*: ${value(text, FACT)}`

const sections = (lines: readonly string[]): readonly Block[] =>
  lines.length === 0 ? [] : [Section({ text: joined(lines, SECTION) })]

const leadOf = ({ part, lead, points, news }: AlertStory): readonly Block[] =>
  sections([
    ...(part === undefined ? [] : [`_${mrkdwn(part, SENTENCE)}_`]),
    ...lead.map(text => mrkdwn(text, SENTENCE)),
    ...points.map(bulleted),
    ...news.map(text => `*${mrkdwn(text, SENTENCE)}*`),
  ])

const isShort = ({ text }: Point): boolean => text.length <= FIELD

const factsOf = ({ facts }: AlertStory): readonly Block[] => {
  const fields = facts.filter(isShort).slice(0, FIELDS)
  const lines = facts.filter(fact => !fields.includes(fact))
  const short = fields.map(({ label, text }) => `*${mrkdwn(label, LABEL)}*\n${value(text, FACT)}`)
  return [
    ...(short.length > 0 ? [Section().fields(...short)] : []),
    ...sections(lines.map(point => labelled(point, FACT))),
  ]
}

const adviceOf = ({ why, whatToDo, did }: AlertStory): readonly Block[] =>
  sections([
    ...(why === undefined ? [] : [labelled({ label: 'Why', text: why })]),
    ...whatToDo.map(point => labelled(point)),
    ...(did === undefined ? [] : [labelled({ label: 'virtguard', text: did })]),
  ])

const stepOf = ({ text, copy, next }: Step, index: number): string => {
  const lines = [...copy, ...(next === undefined ? [] : [`# ${next.text}`, ...next.copy])]
  return `${index + 1}.  ${mrkdwn(text, FACT)}${lines.length === 0 ? '' : `\n${codeBlock(lines, FACT)}`}`
}

const stepsOf = ({ steps }: AlertStory): readonly Block[] =>
  steps === undefined
    ? []
    : sections([`*${mrkdwn(steps.lead, SENTENCE)}*`, ...steps.steps.map(stepOf), mrkdwn(steps.after, SENTENCE)])

const asideOf = ({ severity, title, messages, points }: Aside): string =>
  [`*${severity}: ${mrkdwn(title, 150)}*`, ...messages.map(text => mrkdwn(text, FACT)), ...points.map(bulleted)].join(
    '\n',
  )

const fitting = (texts: readonly string[]): readonly string[] => {
  let left = ASIDES
  const shown: string[] = []
  for (const text of texts) {
    left -= text.length
    if (left < 0) break
    shown.push(text)
  }
  return shown
}

const asidesOf = ({ asides }: AlertStory): readonly Block[] => {
  const shown = fitting(asides.map(asideOf))
  const left = asides.slice(shown.length)
  return [
    ...shown.map((text, index) => Section({ text: index === 0 ? `Also:\n${text}` : text })),
    ...sections(
      left.length === 0
        ? []
        : [mrkdwn(`Also, without details: ${left.map(({ title }) => title).join(', ')}`, SENTENCE)],
    ),
  ]
}

const idsOf = ({ ids = [] }: AlertStory): readonly Block[] => {
  const shown = ids.slice(0, 30)
  const more = ids.length > shown.length ? ` and ${ids.length - shown.length} more` : ''
  return sections(ids.length === 0 ? [] : [`${code(shown.join(' '), 900)}${more}`])
}

const buttonsOf = ({ console, rule }: AlertStory, pages: Pages): readonly Block[] => {
  const page = rulePage(rule, pages)
  const buttons = [
    ...(console === undefined
      ? []
      : [Button({ text: 'Open in console', actionId: 'console', url: console.slice(0, 3_000) })]),
    ...(page === undefined ? [] : [Button({ text: page.label, actionId: 'rule', url: page.url })]),
  ]
  return buttons.length === 0 ? [] : [Actions().elements(...buttons)]
}

const footerOf = ({ footer, leftOut }: AlertStory): readonly Block[] => {
  const lines = [
    ...leftOut.map(text => mrkdwn(text, FACT)),
    ...footer.map(({ label, text }) => `${mrkdwn(label, LABEL)}: ${value(text, FACT)}`),
  ]
  return lines.length === 0 ? [] : [Context().elements(joined(lines, 1_500))]
}

/** Everything of a story but its title. */
export const bodyOf = (story: AlertStory, pages: Pages): readonly Block[] => [
  ...leadOf(story),
  ...factsOf(story),
  ...adviceOf(story),
  ...stepsOf(story),
  ...asidesOf(story),
  ...idsOf(story),
  ...buttonsOf(story, pages),
  ...footerOf(story),
]

/** What is new in a story that was begun elsewhere, and what to do now; the title is said above it. */
export const newsOf = (story: AlertStory, pages: Pages): readonly Block[] => [
  ...sections([
    ...story.lead.map(text => mrkdwn(text, SENTENCE)),
    ...story.news.map(text => mrkdwn(text, SENTENCE)),
    ...[...story.facts.filter(({ label }) => label === 'What' || label === 'Where'), ...story.whatToDo].map(point =>
      labelled(point),
    ),
    ...(story.did === undefined ? [] : [labelled({ label: 'virtguard', text: story.did })]),
  ]),
  ...stepsOf(story),
  ...asidesOf(story),
  ...buttonsOf(story, pages),
  ...footerOf({ ...story, footer: story.footer.filter(({ label }) => label === 'Alert') }),
]
