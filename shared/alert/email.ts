import type { AlertStory, Aside, Point, Step, Steps } from './alert-story.ts'
import { bullet, columnsOf, indented, linkRow, numbered, paragraph, row, verbatim } from './lines.ts'
import { resourcesIn } from './story.ts'

// More text than any person reads, and far less than SNS takes: the JSON body has the rest.
const CHARACTERS = 24_000
// 500 ids are 170 lines: long, and still something that one looks through.
const IDS_LISTED = 500

const rows = (points: readonly Point[]): readonly string[] => points.map(({ label, text }) => row(label, text))
const bullets = (points: readonly Point[]): readonly string[] => points.map(({ label, text }) => bullet(label, text))

/** What a reader needs to act, on one screen. */
const main = (story: AlertStory): string =>
  [
    paragraph(`${story.severity}: ${story.title}`),
    ...(story.part === undefined ? [] : [story.part]),
    '',
    ...story.lead.map(paragraph),
    ...bullets(story.points),
    ...story.news.map(paragraph),
    '',
    ...rows(story.facts),
    ...(story.why === undefined ? [] : [row('Why', story.why)]),
    ...rows(story.whatToDo),
    ...(story.did === undefined ? [] : [row('virtguard', story.did)]),
    ...(story.console === undefined ? [] : [linkRow('Console', story.console)]),
  ].join('\n')

const stepLines = ({ text, copy, next }: Step, index: number): readonly string[] => [
  numbered(index + 1, text),
  ...copy.map(verbatim),
  ...(next === undefined ? [] : [indented(next.text), ...next.copy.map(verbatim)]),
]

const stepsOf = ({ lead, steps, after }: Steps): string =>
  [paragraph(lead), '', ...steps.flatMap(stepLines), '', paragraph(after)].join('\n')

const asideOf = ({ severity, title, messages, points }: Aside): string =>
  [`${severity}: ${title}`, ...messages.map(indented), ...bullets(points)].join('\n')

const sectionsOf = (story: AlertStory): readonly string[] => {
  const { steps, ids, asides, footer, leftOut } = story
  return [
    main(story),
    ...(steps === undefined ? [] : [stepsOf(steps)]),
    ...(asides.length > 0 ? ['Also:'] : []),
    ...asides.map(asideOf),
    ...(ids === undefined ? [] : [[`The ${resourcesIn(ids)}:`, ...columnsOf(ids, IDS_LISTED)].join('\n')]),
    ...leftOut.map(paragraph),
    rows(footer).join('\n'),
  ]
}

/** A text within so many characters. */
export const cutMail = (text: string, characters: number): string => {
  if (text.length <= characters) return text
  // Never half a character.
  const cut = text.slice(0, characters).replace(/[\ud800-\udbff]$/, '')
  return `${cut}\n... cut: the whole is in the JSON of this alert.`
}

/** A story as plain text that reads well in any mail client, at most 72 columns wide but for single long words. */
export const emailOf = (story: AlertStory): string => cutMail(sectionsOf(story).join('\n\n'), CHARACTERS)
