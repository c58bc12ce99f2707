import type { Alert } from '../../alert/alert.ts'
import type { AlertStory, Aside, Group, Point, Steps } from '../../alert/alert-story.ts'
import { fittingItems, storyOfMany } from '../../alert/many-story.ts'
import { counted } from '../../alert/story.ts'
import { subjectOf } from '../../alert/subject.ts'
import { storyOf } from '../../alert/tell.ts'
import { testStory } from '../../alert/test-story.ts'
import type { Severity } from '../../rules/rule.ts'
import { type Pages, rulePage } from '../pages.ts'
import { card, type Element, openUrl, pair, rich, run, type TeamsMessage } from './elements.ts'

// Teams takes some 28 kB a message (Microsoft, "Limits and specifications"), and a character may take three bytes.
const SENTENCE = 400
const FACT = 250
const ASIDES = 4
const ITEMS = 4_000
const GROUPS = 12

const STYLES: Readonly<Record<Severity, 'attention' | 'warning' | 'accent' | 'emphasis'>> = {
  CRITICAL: 'attention',
  HIGH: 'attention',
  MEDIUM: 'warning',
  LOW: 'accent',
  INFORMATIONAL: 'emphasis',
}

const banner = (text: string, style: string): Element => ({
  type: 'Container',
  style,
  bleed: true,
  items: [rich(run(text, 150, { weight: 'Bolder', size: 'Large' }))],
})

const pairs = (points: readonly Point[], limit: number): readonly Element[] =>
  points.map(({ label, text }) => pair(label, text, limit))

const sentences = (texts: readonly string[]): readonly Element[] => texts.map(text => rich(run(text, SENTENCE)))

const stepsOf = ({ lead, steps, after }: Steps): readonly Element[] => [
  { ...rich(run(lead, SENTENCE, { weight: 'Bolder' })), spacing: 'Large', separator: true },
  ...steps.flatMap(({ text, copy, next }, index) => [
    rich(run(`${index + 1}. ${text}`, SENTENCE)),
    ...[...copy, ...(next === undefined ? [] : [`# ${next.text}`, ...next.copy])].map(line => ({
      ...rich(run(line, FACT, { fontType: 'Monospace', size: 'Small' })),
      spacing: 'None',
    })),
  ]),
  rich(run(after, SENTENCE, { isSubtle: true })),
]

const asideOf = ({ severity, title, messages, points }: Aside): readonly Element[] => [
  { ...rich(run(`Also ${severity}: ${title}`, 150, { weight: 'Bolder' })), separator: true, spacing: 'Medium' },
  ...messages.map(text => rich(run(text, FACT))),
  ...pairs(points, FACT),
]

const asidesOf = ({ asides }: AlertStory): readonly Element[] => {
  const left = asides.slice(ASIDES)
  return [
    ...asides.slice(0, ASIDES).flatMap(asideOf),
    ...sentences(left.length === 0 ? [] : [`Also, without details: ${left.map(({ title }) => title).join(', ')}`]),
  ]
}

const idsOf = ({ ids = [] }: AlertStory): readonly Element[] => {
  const more = ids.length > 30 ? ` and ${counted(ids.length - 30)} more` : ''
  return ids.length === 0 ? [] : [rich(run(ids.slice(0, 30).join(' '), 700, { fontType: 'Monospace' }), run(more, 40))]
}

const footerOf = ({ footer, leftOut }: AlertStory): readonly Element[] =>
  [...leftOut, ...footer.map(({ label, text }) => `${label}: ${text}`)].map(text => ({
    ...rich(run(text, FACT, { isSubtle: true, size: 'Small' })),
    spacing: 'Small',
  }))

const styleOf = ({ settled, severity }: AlertStory): string => (settled === true ? 'good' : STYLES[severity])

type Telling = { readonly title: string; readonly fallbackText: string; readonly pages: Pages }

const storyCard = (story: AlertStory, { title, fallbackText, pages }: Telling): TeamsMessage => {
  const page = rulePage(story.rule, pages)
  return card({
    fallbackText,
    body: [
      banner(title, styleOf(story)),
      ...sentences([...(story.part === undefined ? [] : [story.part]), ...story.lead]),
      ...pairs(story.points.slice(0, 10), FACT),
      ...story.news.map(text => rich(run(text, SENTENCE, { weight: 'Bolder' }))),
      ...pairs(story.facts, FACT),
      ...pairs(story.why === undefined ? [] : [{ label: 'Why', text: story.why }], SENTENCE),
      ...pairs(story.whatToDo, SENTENCE),
      ...pairs(story.did === undefined ? [] : [{ label: 'virtguard', text: story.did }], SENTENCE),
      ...(story.steps === undefined ? [] : stepsOf(story.steps)),
      ...asidesOf(story),
      ...idsOf(story),
      ...footerOf(story),
    ],
    actions: [
      ...(story.console === undefined ? [] : [openUrl('Open in console', story.console)]),
      ...(page === undefined ? [] : [openUrl(page.label, page.url)]),
    ],
  })
}

/** One card for all that an alert tells. */
export const teamsMessage = (alert: Alert, pages: Pages = {}): TeamsMessage => {
  const story = storyOf(alert)
  return storyCard(story, { title: `${story.severity}: ${story.title}`, fallbackText: subjectOf(alert), pages })
}

/** What goes on with a story: without what its beginning said already. */
export const teamsFollowUp = (alert: Alert, pages: Pages = {}): TeamsMessage => {
  const { why: _, asides, ...story } = storyOf(alert)
  const facts = story.facts.filter(({ label }) => label === 'What' || label === 'Where')
  const footer = story.footer.filter(({ label }) => label === 'Alert')
  return storyCard(
    { ...story, facts, footer, asides },
    { title: `${story.severity}: ${story.title}`, fallbackText: subjectOf(alert), pages },
  )
}

const groupOf = ({ severity, title, where, items }: Group, characters: number): readonly Element[] => {
  const [shown, left] = fittingItems(
    items.map(item => item.slice(0, 120)),
    characters,
  )
  return [
    { ...rich(run(`${severity}: ${title}`, 150, { weight: 'Bolder' })), separator: true, spacing: 'Medium' },
    rich(run(`${where}: ${counted(items.length)}`, FACT)),
    ...shown.map(item => ({ ...rich(run(item, 120, { fontType: 'Monospace' })), spacing: 'None' })),
    ...sentences(left > 0 ? [`and ${counted(left)} more`] : []),
  ]
}

/** Many alerts in one card, each launch named as long as they fit. */
export const teamsDigest = (alerts: readonly Alert[]): TeamsMessage => {
  const { severity, title, lead, groups } = storyOfMany(alerts)
  const shown = groups.slice(0, GROUPS)
  const left = groups.slice(GROUPS).reduce((sum, { items }) => sum + items.length, 0)
  const [first] = shown
  return card({
    fallbackText: title,
    body: [
      banner(title, STYLES[severity]),
      ...sentences([lead]),
      ...shown.flatMap(group => groupOf(group, Math.floor(ITEMS / shown.length))),
      ...sentences(left > 0 ? [`And ${counted(left)} more, of less severity.`] : []),
    ],
    actions: first === undefined ? [] : [openUrl('Open in console', first.console)],
  })
}

/** The card of a test, sent at `at` (ISO 8601). */
export const teamsTest = (at: string): TeamsMessage => {
  const story = testStory(at)
  return storyCard(story, { title: story.title, fallbackText: story.title, pages: {} })
}
