import type { Alert } from '../../alert/alert.ts'
import type { AlertContent, Field, SecondarySection, Steps } from '../../alert/alert-content.ts'
import { buildManyContent, countItems, describeUnshown, selectGroupItems } from '../../alert/combined-content.ts'
import { formatInstances } from '../../alert/content.ts'
import { buildAlertContent, renderSubject } from '../../alert/render-alert.ts'
import { testContent } from '../../alert/test-content.ts'
import type { Severity } from '../../rules/rule.ts'
import { limitText } from '../../text/limited.ts'
import { fitToLimit, type Scale } from '../fitted.ts'
import { linkRulePage, type Pages } from '../pages.ts'
import { createCard, createPair, createRichText, type Element, openUrl, run, type TeamsMessage } from './elements.ts'

// Teams takes some 28 kB a message (Microsoft, "Limits and specifications for Teams"). The texts of larger content are
// made shorter.
const BYTES = 26_000
const SENTENCE = 600
const FACT = 300
const ASIDES = 4
const IDS = 30
const POINTS = 10
const ITEMS = 5_000
const ITEM = 160
const GROUPS = 20

const STYLES: Readonly<Record<Severity, 'attention' | 'warning' | 'accent' | 'emphasis'>> = {
  CRITICAL: 'attention',
  HIGH: 'attention',
  MEDIUM: 'warning',
  LOW: 'accent',
  INFORMATIONAL: 'emphasis',
}

const renderBanner = (text: string, style: string): Element => ({
  type: 'Container',
  style,
  bleed: true,
  items: [createRichText(run(text, 150, { weight: 'Bolder', size: 'Large' }))],
})

const renderPairs = (fields: readonly Field[], limit: number): readonly Element[] =>
  fields.map(({ label, text }) => createPair(label, text, limit))

const renderSentences = (texts: readonly string[], limit: number): readonly Element[] =>
  texts.map(text => createRichText(run(text, limit)))

const countMessageBytes = (message: TeamsMessage): number => new TextEncoder().encode(JSON.stringify(message)).length

const fitWithin = (build: (scale: Scale) => TeamsMessage): TeamsMessage => fitToLimit(build, countMessageBytes, BYTES)

const renderSteps = ({ lead, steps, after }: Steps, scale: Scale): readonly Element[] => [
  { ...createRichText(run(lead, SENTENCE, { weight: 'Bolder' })), spacing: 'Large', separator: true },
  ...steps.flatMap(({ text, copy, next }, index) => [
    createRichText(run(`${index + 1}. ${text}`, scale(SENTENCE))),
    ...[...copy, ...(next === undefined ? [] : [`# ${next.text}`, ...next.copy])].map(line => ({
      ...createRichText(run(line, scale(FACT), { fontType: 'Monospace', size: 'Small' })),
      spacing: 'None',
    })),
  ]),
  createRichText(run(after, SENTENCE, { isSubtle: true })),
]

const renderSecondarySection = (
  { severity, title, messages, fields }: SecondarySection,
  limit: number,
): readonly Element[] => [
  {
    ...createRichText(run(`Also ${severity}: ${title}`, 150, { weight: 'Bolder' })),
    separator: true,
    spacing: 'Medium',
  },
  ...renderSentences(messages, limit),
  ...renderPairs(fields, limit),
]

const renderSecondarySections = ({ secondarySections }: AlertContent, scale: Scale): readonly Element[] => {
  const shown = secondarySections.slice(0, scale(ASIDES))
  const left = secondarySections.slice(shown.length).map(({ title }) => title)
  return [
    ...shown.flatMap(secondary => renderSecondarySection(secondary, scale(FACT))),
    ...renderSentences(left.length === 0 ? [] : [`Also, without details: ${left.join(', ')}`], scale(SENTENCE)),
  ]
}

const renderIds = ({ ids = [] }: AlertContent, scale: Scale): readonly Element[] => {
  const shown = ids.slice(0, scale(IDS))
  const more = ids.length > shown.length ? ` and ${formatInstances(ids.length - shown.length)} more` : ''
  return ids.length === 0 ? [] : [createRichText(run(shown.join(' '), 700, { fontType: 'Monospace' }), run(more, 40))]
}

const renderFooter = ({ footer, leftOut }: AlertContent, scale: Scale): readonly Element[] =>
  [...leftOut, ...footer.map(({ label, text }) => `${label}: ${text}`)].map(text => ({
    ...createRichText(run(text, scale(FACT), { isSubtle: true, size: 'Small' })),
    spacing: 'Small',
  }))

const styleOf = ({ resolved, severity }: AlertContent): string => (resolved === true ? 'good' : STYLES[severity])

const collectOptional = (label: string, text: string | undefined): readonly Field[] =>
  text === undefined ? [] : [{ label, text }]

const renderBody = (content: AlertContent, scale: Scale): readonly Element[] => [
  ...renderSentences([...(content.part === undefined ? [] : [content.part]), ...content.lead], scale(SENTENCE)),
  ...renderPairs(content.fields.slice(0, POINTS), scale(FACT)),
  ...content.news.map(text => createRichText(run(text, scale(SENTENCE), { weight: 'Bolder' }))),
  ...renderPairs(content.facts, scale(FACT)),
  ...renderPairs(
    [...collectOptional('Why', content.why), ...content.whatToDo, ...collectOptional('virtguard', content.did)],
    scale(SENTENCE),
  ),
  ...(content.steps === undefined ? [] : renderSteps(content.steps, scale)),
  ...renderSecondarySections(content, scale),
  ...renderIds(content, scale),
  ...renderFooter(content, scale),
]

type CardText = { readonly title: string; readonly fallbackText: string; readonly pages: Pages }

const renderCard = (content: AlertContent, { title, fallbackText, pages }: CardText): TeamsMessage => {
  const page = linkRulePage(content.rule, pages)
  const actions = [
    ...(content.console === undefined ? [] : [openUrl('Open in console', content.console)]),
    ...(page === undefined ? [] : [openUrl(page.label, page.url)]),
  ]
  return fitWithin(scale =>
    createCard({ fallbackText, body: [renderBanner(title, styleOf(content)), ...renderBody(content, scale)], actions }),
  )
}

/** One card for the whole alert. */
export const renderTeamsMessage = (alert: Alert, pages: Pages = {}): TeamsMessage => {
  const content = buildAlertContent(alert)
  return renderCard(content, {
    title: `${content.severity}: ${content.title}`,
    fallbackText: renderSubject(alert),
    pages,
  })
}

/** A follow-up, without the content of the first alert. */
export const renderTeamsFollowUp = (alert: Alert, pages: Pages = {}): TeamsMessage => {
  const { why: _, secondarySections, ...content } = buildAlertContent(alert)
  const facts = content.facts.filter(({ label }) => ['What', 'Name', 'Where'].includes(label))
  const footer = content.footer.filter(({ label }) => label === 'Alert')
  return renderCard(
    { ...content, facts, footer, secondarySections },
    { title: `${content.severity}: ${content.title}`, fallbackText: renderSubject(alert), pages },
  )
}

type Shown = ReturnType<typeof selectGroupItems>[number]

const groupOf = ({ group: { severity, title, where, items }, shown, left }: Shown): readonly Element[] => [
  { ...createRichText(run(`${severity}: ${title}`, 150, { weight: 'Bolder' })), separator: true, spacing: 'Medium' },
  createRichText(run(countItems({ where, items }), FACT)),
  ...shown.map(item => ({ ...createRichText(run(item, ITEM, { fontType: 'Monospace' })), spacing: 'None' })),
  ...renderSentences(left > 0 ? [`and ${formatInstances(left)} more`] : [], FACT),
]

/** Many alerts in one card, each launch named as long as they fit. */
export const renderTeamsDigest = (alerts: readonly Alert[]): TeamsMessage => {
  const { severity, title, lead, groups } = buildManyContent(alerts)
  const [first] = groups
  return fitWithin(scale => {
    const shown = groups.slice(0, scale(GROUPS))
    const characters = scale(ITEMS)
    const unshown = describeUnshown(groups, shown.length)
    return createCard({
      fallbackText: title,
      body: [
        renderBanner(title, STYLES[severity]),
        ...renderSentences([lead], SENTENCE),
        ...selectGroupItems(shown, {
          characters,
          forStops: characters,
          render: item => limitText(item, ITEM),
        }).flatMap(groupOf),
        ...renderSentences(unshown === undefined ? [] : [unshown], FACT),
      ],
      actions: first === undefined ? [] : [openUrl('Open in console', first.console)],
    })
  })
}

/** The card of a test, sent at `at` (ISO 8601). */
export const renderTeamsTest = (at: string): TeamsMessage => {
  const content = testContent(at)
  return renderCard(content, { title: content.title, fallbackText: content.title, pages: {} })
}
