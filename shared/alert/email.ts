import type { AlertContent, Field, SecondarySection, Step, Steps } from './alert-content.ts'
import { describeIds } from './content.ts'
import {
  indentText,
  layOutColumns,
  linkRow,
  renderBullet,
  renderLabelledRow,
  renderNumbered,
  renderParagraph,
  renderVerbatim,
} from './lines.ts'

// More text than any person reads, and far less than SNS takes: the JSON body has the rest.
const CHARACTERS = 24_000
// 500 ids are 170 lines: long, and still readable.
const IDS_LISTED = 500

const renderRows = (fields: readonly Field[]): readonly string[] =>
  fields.map(({ label, text }) => renderLabelledRow(label, text))
const renderBullets = (fields: readonly Field[]): readonly string[] =>
  fields.map(({ label, text }) => renderBullet(label, text))

/** The part that a reader needs to act, on one screen. */
const renderMain = (content: AlertContent): string =>
  [
    renderParagraph(`${content.severity}: ${content.title}`),
    ...(content.part === undefined ? [] : [content.part]),
    '',
    ...content.lead.map(renderParagraph),
    ...renderBullets(content.fields),
    ...content.news.map(renderParagraph),
    '',
    ...renderRows(content.facts),
    ...(content.why === undefined ? [] : [renderLabelledRow('Why', content.why)]),
    ...renderRows(content.whatToDo),
    ...(content.did === undefined ? [] : [renderLabelledRow('virtguard', content.did)]),
    ...(content.console === undefined ? [] : [linkRow('Console', content.console)]),
  ].join('\n')

const stepLines = ({ text, copy, next }: Step, index: number): readonly string[] => [
  renderNumbered(index + 1, text),
  ...copy.map(renderVerbatim),
  ...(next === undefined ? [] : [indentText(next.text), ...next.copy.map(renderVerbatim)]),
]

const renderSteps = ({ lead, steps, after }: Steps): string =>
  [renderParagraph(lead), '', ...steps.flatMap(stepLines), '', renderParagraph(after)].join('\n')

const renderSecondarySection = ({ severity, title, messages, fields }: SecondarySection): string =>
  [`${severity}: ${title}`, ...messages.map(indentText), ...renderBullets(fields)].join('\n')

const renderSections = (content: AlertContent): readonly string[] => {
  const { steps, ids, secondarySections, footer, leftOut } = content
  return [
    renderMain(content),
    ...(steps === undefined ? [] : [renderSteps(steps)]),
    ...(secondarySections.length > 0 ? ['Also:'] : []),
    ...secondarySections.map(renderSecondarySection),
    ...(ids === undefined ? [] : [[`The ${describeIds(ids)}:`, ...layOutColumns(ids, IDS_LISTED)].join('\n')]),
    ...leftOut.map(renderParagraph),
    renderRows(footer).join('\n'),
  ]
}

/** A text within so many characters. */
export const cutMail = (text: string, characters: number): string => {
  if (text.length <= characters) return text
  // Never half a character.
  const cut = text.slice(0, characters).replace(/[\ud800-\udbff]$/, '')
  return `${cut}\n... cut off: the JSON of this alert has everything.`
}

/**
 * The content as plain text that reads well in any email client, at most 72 columns wide except for single long words.
 */
export const renderEmail = (content: AlertContent): string => cutMail(renderSections(content).join('\n\n'), CHARACTERS)
