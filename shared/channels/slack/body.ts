import { Actions, Button, Context, Divider, Section } from 'slack-block-builder'
import type { AlertContent, Field, SecondarySection, Step } from '../../alert/alert-content.ts'
import type { Scale } from '../fitted.ts'
import { linkRulePage, type Pages } from '../pages.ts'
import { toCode, toCodeBlock, toMrkdwn, toValue } from './mrkdwn.ts'

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

/** The layout of the content: its pages, and the limit of its texts. */
export type Layout = { readonly pages: Pages; readonly scale: Scale }

/** Lines within a limit. If they do not all fit the last one says how many are left out. */
const joinLines = (lines: readonly string[], limit: number): string => {
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

const renderSectionBlocks = (lines: readonly string[]): readonly Block[] =>
  lines.length === 0 ? [] : [Section({ text: joinLines(lines, SECTION) })]

const renderLabelled = ({ label, text }: Field, limit: number): string =>
  `*${toMrkdwn(label, LABEL)}*  ${toValue(text, limit)}`

const renderBulleted = ({ label, text }: Field, limit: number): string =>
  `•  *${toMrkdwn(label, LABEL)}*: ${toValue(text, limit)}`

const leadOf = ({ part, lead, fields, news }: AlertContent, { scale }: Layout): readonly Block[] =>
  renderSectionBlocks([
    ...(part === undefined ? [] : [`_${toMrkdwn(part, SENTENCE)}_`]),
    ...lead.map(text => toMrkdwn(text, scale(SENTENCE))),
    ...fields.map(field => renderBulleted(field, scale(FACT))),
    ...news.map(text => `*${toMrkdwn(text, scale(SENTENCE))}*`),
  ])

const renderFacts = ({ facts }: AlertContent, { scale }: Layout): readonly Block[] => {
  const fields = facts.filter(({ text }) => text.length <= FIELD).slice(0, FIELDS)
  const lines = facts.filter(fact => !fields.includes(fact))
  const short = fields.map(({ label, text }) => `*${toMrkdwn(label, LABEL)}*\n${toValue(text, scale(FACT))}`)
  return [
    ...(short.length > 0 ? [Section().fields(...short)] : []),
    ...renderSectionBlocks(lines.map(field => renderLabelled(field, scale(FACT)))),
  ]
}

const renderAdvice = ({ why, whatToDo, did }: AlertContent, { scale }: Layout): readonly Block[] =>
  [
    ...(why === undefined ? [] : [{ label: 'Why', text: why }]),
    ...whatToDo,
    ...(did === undefined ? [] : [{ label: 'virtguard', text: did }]),
  ].flatMap(field => renderSectionBlocks([renderLabelled(field, scale(SENTENCE))]))

const stepOf =
  (limit: number) =>
  ({ text, copy, next }: Step, index: number): string => {
    const lines = [...copy, ...(next === undefined ? [] : [`# ${next.text}`, ...next.copy])]
    const block = lines.length === 0 ? '' : `\n${toCodeBlock(lines, limit)}`
    return `${index + 1}.  ${toMrkdwn(text, limit)}${block}`
  }

const renderSteps = ({ steps }: AlertContent, { scale }: Layout): readonly Block[] =>
  steps === undefined
    ? []
    : renderSectionBlocks([
        `*${toMrkdwn(steps.lead, SENTENCE)}*`,
        ...steps.steps.map(stepOf(scale(FACT))),
        toMrkdwn(steps.after, SENTENCE),
      ])

const secondarySectionRenderer =
  (limit: number) =>
  ({ severity, title, messages, fields }: SecondarySection): readonly Block[] => [
    Divider(),
    ...renderSectionBlocks([
      `*Also ${severity}: ${toMrkdwn(title, TITLE)}*`,
      ...messages.map(text => toMrkdwn(text, limit)),
    ]),
    ...(fields.length === 0
      ? []
      : [
          Context().elements(
            joinLines(
              fields.map(field => renderBulleted(field, limit)),
              CONTEXT,
            ),
          ),
        ]),
  ]

const renderSecondarySections = ({ secondarySections }: AlertContent, { scale }: Layout): readonly Block[] => {
  const shown = secondarySections.slice(0, scale(ASIDES))
  const left = secondarySections.slice(shown.length).map(({ title }) => title)
  return [
    ...shown.flatMap(secondarySectionRenderer(scale(FACT))),
    ...renderSectionBlocks(
      left.length === 0 ? [] : [toMrkdwn(`Also, without details: ${left.join(', ')}`, scale(SENTENCE))],
    ),
  ]
}

const renderIds = ({ ids = [] }: AlertContent, { scale }: Layout): readonly Block[] => {
  const shown = ids.slice(0, scale(IDS))
  const more = ids.length > shown.length ? ` and ${ids.length - shown.length} more` : ''
  return renderSectionBlocks(ids.length === 0 ? [] : [`${toCode(shown.join(' '), 900)}${more}`])
}

const renderButtons = ({ console, rule }: AlertContent, { pages }: Layout): readonly Block[] => {
  const page = linkRulePage(rule, pages)
  const buttons = [
    ...(console === undefined ? [] : [Button({ text: 'Open in console', actionId: 'console', url: console })]),
    ...(page === undefined ? [] : [Button({ text: page.label, actionId: 'rule', url: page.url })]),
  ]
  return buttons.length === 0 ? [] : [Actions().elements(...buttons)]
}

const renderFooter = ({ footer, leftOut }: AlertContent, { scale }: Layout): readonly Block[] => {
  const lines = [
    ...leftOut.map(text => toMrkdwn(text, FACT)),
    ...footer.map(({ label, text }) => `${toMrkdwn(label, LABEL)}: ${toValue(text, scale(FACT))}`),
  ]
  return lines.length === 0 ? [] : [Context().elements(joinLines(lines, CONTEXT))]
}

/** The whole content except its title. */
export const renderBody = (content: AlertContent, layout: Layout): readonly Block[] =>
  [
    leadOf,
    renderFacts,
    renderAdvice,
    renderButtons,
    renderSteps,
    renderSecondarySections,
    renderIds,
    renderFooter,
  ].flatMap(part => part(content, layout))

/** The news of a follow-up, and what to do now. The title stands above it. */
export const renderNews = (content: AlertContent, layout: Layout): readonly Block[] => {
  const { why: _, ...rest } = content
  const facts = content.facts.filter(({ label }) => ['What', 'Name', 'Where'].includes(label))
  const footer = content.footer.filter(({ label }) => label === 'Alert')
  return renderBody({ ...rest, facts, footer }, layout)
}
