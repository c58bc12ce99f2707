import { Actions, Button, Context, Divider, Section } from 'slack-block-builder'
import type { AlertStory, Aside, Point, Step } from '../../alert/alert-story.ts'
import type { Scale } from '../fitted.ts'
import { type Pages, rulePage } from '../pages.ts'
import { code, codeBlock, mrkdwn, value } from './mrkdwn.ts'

// Slack: 3,000 characters a section, 2,000 a field, 10 fields, 50 blocks (Block Kit reference).

export type Block = ReturnType<typeof Section | typeof Actions | typeof Context | typeof Divider>

const SECTION = 2_800
const CONTEXT = 1_900
const SENTENCE = 600
const FACT = 300
const LABEL = 60
const TITLE = 150
/** Longer facts get the whole width. */
const FIELD = 60
const FIELDS = 10
const ASIDES = 6
const IDS = 30

/** How a story is laid out: with what pages, and how long its texts may be. */
export type Layout = { readonly pages: Pages; readonly scale: Scale }

/** Lines within a limit; where they do not all fit the last one says how many are left out. */
const joined = (lines: readonly string[], limit: number): string => {
  const fitting: string[] = []
  let size = 0
  for (const line of lines) {
    size += line.length + 1
    if (size > limit - 40) break
    fitting.push(line)
  }
  const left = lines.length - fitting.length
  return [...fitting, ...(left > 0 ? [`_… ${left} more lines are left out._`] : [])].join('\n')
}

const sections = (lines: readonly string[]): readonly Block[] =>
  lines.length === 0 ? [] : [Section({ text: joined(lines, SECTION) })]

const labelled = ({ label, text }: Point, limit: number): string => `*${mrkdwn(label, LABEL)}*  ${value(text, limit)}`

const bulleted = ({ label, text }: Point, limit: number): string =>
  `•  *${mrkdwn(label, LABEL)}*: ${value(text, limit)}`

const leadOf = ({ part, lead, points, news }: AlertStory, { scale }: Layout): readonly Block[] =>
  sections([
    ...(part === undefined ? [] : [`_${mrkdwn(part, SENTENCE)}_`]),
    ...lead.map(text => mrkdwn(text, scale(SENTENCE))),
    ...points.map(point => bulleted(point, scale(FACT))),
    ...news.map(text => `*${mrkdwn(text, scale(SENTENCE))}*`),
  ])

const factsOf = ({ facts }: AlertStory, { scale }: Layout): readonly Block[] => {
  const fields = facts.filter(({ text }) => text.length <= FIELD).slice(0, FIELDS)
  const lines = facts.filter(fact => !fields.includes(fact))
  const short = fields.map(({ label, text }) => `*${mrkdwn(label, LABEL)}*\n${value(text, scale(FACT))}`)
  return [
    ...(short.length > 0 ? [Section().fields(...short)] : []),
    ...sections(lines.map(point => labelled(point, scale(FACT)))),
  ]
}

const adviceOf = ({ why, whatToDo, did }: AlertStory, { scale }: Layout): readonly Block[] =>
  [
    ...(why === undefined ? [] : [{ label: 'Why', text: why }]),
    ...whatToDo,
    ...(did === undefined ? [] : [{ label: 'virtguard', text: did }]),
  ].flatMap(point => sections([labelled(point, scale(SENTENCE))]))

const stepOf =
  (limit: number) =>
  ({ text, copy, next }: Step, index: number): string => {
    const lines = [...copy, ...(next === undefined ? [] : [`# ${next.text}`, ...next.copy])]
    const block = lines.length === 0 ? '' : `\n${codeBlock(lines, limit)}`
    return `${index + 1}.  ${mrkdwn(text, limit)}${block}`
  }

const stepsOf = ({ steps }: AlertStory, { scale }: Layout): readonly Block[] =>
  steps === undefined
    ? []
    : sections([
        `*${mrkdwn(steps.lead, SENTENCE)}*`,
        ...steps.steps.map(stepOf(scale(FACT))),
        mrkdwn(steps.after, SENTENCE),
      ])

const asideOf =
  (limit: number) =>
  ({ severity, title, messages, points }: Aside): readonly Block[] => [
    Divider(),
    ...sections([`*Also ${severity}: ${mrkdwn(title, TITLE)}*`, ...messages.map(text => mrkdwn(text, limit))]),
    ...(points.length === 0
      ? []
      : [
          Context().elements(
            joined(
              points.map(point => bulleted(point, limit)),
              CONTEXT,
            ),
          ),
        ]),
  ]

const asidesOf = ({ asides }: AlertStory, { scale }: Layout): readonly Block[] => {
  const shown = asides.slice(0, scale(ASIDES))
  const left = asides.slice(shown.length).map(({ title }) => title)
  return [
    ...shown.flatMap(asideOf(scale(FACT))),
    ...sections(left.length === 0 ? [] : [mrkdwn(`Also, without details: ${left.join(', ')}`, scale(SENTENCE))]),
  ]
}

const idsOf = ({ ids = [] }: AlertStory, { scale }: Layout): readonly Block[] => {
  const shown = ids.slice(0, scale(IDS))
  const more = ids.length > shown.length ? ` and ${ids.length - shown.length} more` : ''
  return sections(ids.length === 0 ? [] : [`${code(shown.join(' '), 900)}${more}`])
}

const buttonsOf = ({ console, rule }: AlertStory, { pages }: Layout): readonly Block[] => {
  const page = rulePage(rule, pages)
  const buttons = [
    ...(console === undefined ? [] : [Button({ text: 'Open in console', actionId: 'console', url: console })]),
    ...(page === undefined ? [] : [Button({ text: page.label, actionId: 'rule', url: page.url })]),
  ]
  return buttons.length === 0 ? [] : [Actions().elements(...buttons)]
}

const footerOf = ({ footer, leftOut }: AlertStory, { scale }: Layout): readonly Block[] => {
  const lines = [
    ...leftOut.map(text => mrkdwn(text, FACT)),
    ...footer.map(({ label, text }) => `${mrkdwn(label, LABEL)}: ${value(text, scale(FACT))}`),
  ]
  return lines.length === 0 ? [] : [Context().elements(joined(lines, CONTEXT))]
}

/** Everything of a story but its title. */
export const bodyOf = (story: AlertStory, layout: Layout): readonly Block[] =>
  [leadOf, factsOf, adviceOf, buttonsOf, stepsOf, asidesOf, idsOf, footerOf].flatMap(part => part(story, layout))

/** What is new in a story that was begun elsewhere, and what to do now; the title is said above it. */
export const newsOf = (story: AlertStory, layout: Layout): readonly Block[] => {
  const { why: _, ...rest } = story
  const facts = story.facts.filter(({ label }) => label === 'What' || label === 'Where')
  const footer = story.footer.filter(({ label }) => label === 'Alert')
  return bodyOf({ ...rest, facts, footer }, layout)
}
