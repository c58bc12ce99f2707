import type { Alert } from '../../alert/alert.ts'
import type { AlertStory, Aside, Group, Point, Steps } from '../../alert/alert-story.ts'
import { fittingItems, howMany, storyOfMany } from '../../alert/many-story.ts'
import { counted } from '../../alert/story.ts'
import { storyOf, subjectOf } from '../../alert/tell.ts'
import { testStory } from '../../alert/test-story.ts'
import type { Severity } from '../../rules/rule.ts'
import { limited } from '../../text/limited.ts'
import { fitted, type Scale } from '../fitted.ts'
import { type Pages, rulePage } from '../pages.ts'
import { card, type Element, openUrl, pair, rich, run, type TeamsMessage } from './elements.ts'

// Teams takes some 28 kB a message (Microsoft, "Limits and specifications for Teams"): where a story is larger, its texts
// are made shorter.
const BYTES = 26_000
const SENTENCE = 600
const FACT = 300
const ASIDES = 4
const IDS = 30
const POINTS = 10
const ITEMS = 5_000
const ITEM = 120
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

const sentences = (texts: readonly string[], limit: number): readonly Element[] =>
  texts.map(text => rich(run(text, limit)))

const bytesOf = (message: TeamsMessage): number => new TextEncoder().encode(JSON.stringify(message)).length

const within = (build: (scale: Scale) => TeamsMessage): TeamsMessage => fitted(build, bytesOf, BYTES)

const stepsOf = ({ lead, steps, after }: Steps, scale: Scale): readonly Element[] => [
  { ...rich(run(lead, SENTENCE, { weight: 'Bolder' })), spacing: 'Large', separator: true },
  ...steps.flatMap(({ text, copy, next }, index) => [
    rich(run(`${index + 1}. ${text}`, scale(SENTENCE))),
    ...[...copy, ...(next === undefined ? [] : [`# ${next.text}`, ...next.copy])].map(line => ({
      ...rich(run(line, scale(FACT), { fontType: 'Monospace', size: 'Small' })),
      spacing: 'None',
    })),
  ]),
  rich(run(after, SENTENCE, { isSubtle: true })),
]

const asideOf = ({ severity, title, messages, points }: Aside, limit: number): readonly Element[] => [
  { ...rich(run(`Also ${severity}: ${title}`, 150, { weight: 'Bolder' })), separator: true, spacing: 'Medium' },
  ...sentences(messages, limit),
  ...pairs(points, limit),
]

const asidesOf = ({ asides }: AlertStory, scale: Scale): readonly Element[] => {
  const shown = asides.slice(0, scale(ASIDES))
  const left = asides.slice(shown.length).map(({ title }) => title)
  return [
    ...shown.flatMap(aside => asideOf(aside, scale(FACT))),
    ...sentences(left.length === 0 ? [] : [`Also, without details: ${left.join(', ')}`], scale(SENTENCE)),
  ]
}

const idsOf = ({ ids = [] }: AlertStory, scale: Scale): readonly Element[] => {
  const shown = ids.slice(0, scale(IDS))
  const more = ids.length > shown.length ? ` and ${counted(ids.length - shown.length)} more` : ''
  return ids.length === 0 ? [] : [rich(run(shown.join(' '), 700, { fontType: 'Monospace' }), run(more, 40))]
}

const footerOf = ({ footer, leftOut }: AlertStory, scale: Scale): readonly Element[] =>
  [...leftOut, ...footer.map(({ label, text }) => `${label}: ${text}`)].map(text => ({
    ...rich(run(text, scale(FACT), { isSubtle: true, size: 'Small' })),
    spacing: 'Small',
  }))

const styleOf = ({ settled, severity }: AlertStory): string => (settled === true ? 'good' : STYLES[severity])

const optional = (label: string, text: string | undefined): readonly Point[] =>
  text === undefined ? [] : [{ label, text }]

const bodyOf = (story: AlertStory, scale: Scale): readonly Element[] => [
  ...sentences([...(story.part === undefined ? [] : [story.part]), ...story.lead], scale(SENTENCE)),
  ...pairs(story.points.slice(0, POINTS), scale(FACT)),
  ...story.news.map(text => rich(run(text, scale(SENTENCE), { weight: 'Bolder' }))),
  ...pairs(story.facts, scale(FACT)),
  ...pairs([...optional('Why', story.why), ...story.whatToDo, ...optional('virtguard', story.did)], scale(SENTENCE)),
  ...(story.steps === undefined ? [] : stepsOf(story.steps, scale)),
  ...asidesOf(story, scale),
  ...idsOf(story, scale),
  ...footerOf(story, scale),
]

type Telling = { readonly title: string; readonly fallbackText: string; readonly pages: Pages }

const storyCard = (story: AlertStory, { title, fallbackText, pages }: Telling): TeamsMessage => {
  const page = rulePage(story.rule, pages)
  const actions = [
    ...(story.console === undefined ? [] : [openUrl('Open in console', story.console)]),
    ...(page === undefined ? [] : [openUrl(page.label, page.url)]),
  ]
  return within(scale =>
    card({ fallbackText, body: [banner(title, styleOf(story)), ...bodyOf(story, scale)], actions }),
  )
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
    items.map(item => limited(item, ITEM)),
    characters,
  )
  return [
    { ...rich(run(`${severity}: ${title}`, 150, { weight: 'Bolder' })), separator: true, spacing: 'Medium' },
    rich(run(howMany({ where, items }), FACT)),
    ...shown.map(item => ({ ...rich(run(item, ITEM, { fontType: 'Monospace' })), spacing: 'None' })),
    ...sentences(left > 0 ? [`and ${counted(left)} more`] : [], FACT),
  ]
}

/** Many alerts in one card, each launch named as long as they fit. */
export const teamsDigest = (alerts: readonly Alert[]): TeamsMessage => {
  const { severity, title, lead, groups } = storyOfMany(alerts)
  const [first] = groups
  return within(scale => {
    const shown = groups.slice(0, scale(GROUPS))
    const left = groups.slice(shown.length).reduce((sum, { items }) => sum + items.length, 0)
    return card({
      fallbackText: title,
      body: [
        banner(title, STYLES[severity]),
        ...sentences([lead], SENTENCE),
        ...shown.flatMap(group => groupOf(group, Math.floor(scale(ITEMS) / shown.length))),
        ...sentences(left > 0 ? [`And ${counted(left)} more, not of a higher severity.`] : [], FACT),
      ],
      actions: first === undefined ? [] : [openUrl('Open in console', first.console)],
    })
  })
}

/** The card of a test, sent at `at` (ISO 8601). */
export const teamsTest = (at: string): TeamsMessage => {
  const story = testStory(at)
  return storyCard(story, { title: story.title, fallbackText: story.title, pages: {} })
}
