import type { Alert } from '../../alert/alert.ts'
import type { AlertStory, Point, Steps } from '../../alert/alert-story.ts'
import { fittingItems, howMany, storyOfMany } from '../../alert/many-story.ts'
import { counted, resourceIdsOf } from '../../alert/story.ts'
import { storyOf } from '../../alert/tell.ts'
import { testStory } from '../../alert/test-story.ts'
import { type Pages, rulePage } from '../pages.ts'
import { chat, chatValue, fixed } from './chat-text.ts'

// Amazon Q Developer in chat applications: custom notifications, schema 1.0. The limits of its fields are written nowhere;
// these are far below those of a message of SNS, and long enough for a story.

/** A custom notification. Anything else on the topic is dropped without a word. */
export type QNotification = {
  readonly version: '1.0'
  readonly source: 'custom'
  readonly id: string
  readonly content: {
    readonly textType: 'client-markdown'
    readonly title: string
    readonly description: string
    readonly nextSteps?: readonly string[]
    readonly keywords?: readonly string[]
  }
  readonly metadata: {
    /** Notifications of one thread are shown in one. */
    readonly threadId?: string
    readonly summary: string
    readonly eventType: string
    readonly relatedResources?: readonly string[]
    readonly enableCustomActions: boolean
  }
}

/** What is published to the topic. */
export type Published = { readonly Message: string }

const TITLE = 250
const DESCRIPTION = 4_000
const SENTENCE = 600
const FACT = 300
const STEPS = 10

const labelled = ({ label, text }: Point): string => `*${chat(label, 60)}*: ${chatValue(text, FACT)}`

const within = (lines: readonly string[], limit: number): string => {
  const [shown, left] = fittingItems(lines, limit)
  return [...shown, ...(left > 0 ? [`… ${left} more lines are left out.`] : [])].join('\n')
}

const fence = (lines: readonly string[]): string => `\`\`\`\n${lines.map(line => fixed(line, FACT)).join('\n')}\n\`\`\``

const stepsOf = ({ lead, steps, after }: Steps): readonly string[] => [
  `*${chat(lead, SENTENCE)}*`,
  ...steps.map(({ text, copy, next }, index) => {
    const lines = [...copy, ...(next === undefined ? [] : [`# ${next.text}`, ...next.copy])]
    return `${index + 1}. ${chat(text, SENTENCE)}${lines.length === 0 ? '' : `\n${fence(lines)}`}`
  }),
  chat(after, SENTENCE),
]

const descriptionOf = (story: AlertStory): string =>
  within(
    [
      ...(story.part === undefined ? [] : [chat(story.part, SENTENCE)]),
      ...story.lead.map(text => chat(text, SENTENCE)),
      ...story.points.map(labelled),
      ...story.news.map(text => `*${chat(text, SENTENCE)}*`),
      '',
      ...story.facts.map(labelled),
      '',
      ...(story.why === undefined ? [] : [labelled({ label: 'Why', text: story.why })]),
      ...(story.did === undefined ? [] : [labelled({ label: 'virtguard', text: story.did })]),
      ...(story.steps === undefined ? [] : ['', ...stepsOf(story.steps)]),
      ...story.asides.flatMap(({ severity, title, messages, points }) => [
        '',
        `*Also ${severity}: ${chat(title, FACT)}*`,
        ...messages.map(text => chat(text, FACT)),
        ...points.map(labelled),
      ]),
      '',
      ...story.leftOut.map(text => chat(text, FACT)),
      ...story.footer.map(labelled),
    ],
    DESCRIPTION,
  )

const nextSteps = (story: AlertStory, pages: Pages): readonly string[] => {
  const page = rulePage(story.rule, pages)
  return [
    ...story.whatToDo.map(({ text }) => chat(text, SENTENCE)),
    ...(story.console === undefined ? [] : [`Open in console: ${story.console}`]),
    ...(page === undefined ? [] : [`${page.label}: ${page.url}`]),
  ].slice(0, STEPS)
}

const published = (notification: QNotification): Published => ({ Message: JSON.stringify(notification) })

/** One notification for all that an alert tells; what goes on with it later has the same thread. */
export const amazonQMessage = (alert: Alert, pages: Pages = {}): Published => {
  const story = storyOf(alert)
  const title = `${story.severity}: ${story.title}`
  return published({
    version: '1.0',
    source: 'custom',
    id: fixed(`${alert.id}#${alert.part.number}`, 256),
    content: {
      textType: 'client-markdown',
      title: chat(title, TITLE),
      description: descriptionOf(story),
      nextSteps: nextSteps(story, pages),
      keywords: [story.severity, ...alert.rules.slice(0, 5)],
    },
    metadata: {
      threadId: fixed(`${alert.accountId}/${alert.region}/${alert.launchId}`, 256),
      summary: chat(title, TITLE),
      eventType: `virtguard ${story.kind}`,
      relatedResources: resourceIdsOf(alert)
        .slice(0, 10)
        .map(id => fixed(id, 256)),
      enableCustomActions: true,
    },
  })
}

/** Many alerts in one notification, each launch named as long as they fit. */
export const amazonQDigest = (alerts: readonly Alert[]): Published => {
  const { title, lead, groups } = storyOfMany(alerts)
  const room = Math.floor(DESCRIPTION / Math.max(1, groups.length))
  const lines = groups.map(({ severity, title: group, where, items }) => {
    const [shown, left] = fittingItems(
      items.map(item => chat(item, 120)),
      Math.max(0, room - 300),
    )
    const more = left > 0 ? ` and ${counted(left)} more` : ''
    return `*${severity}: ${chat(group, 150)}*\n${chat(howMany({ where, items }), 170)}: ${shown.join('; ')}${more}`
  })
  return published({
    version: '1.0',
    source: 'custom',
    id: fixed(`digest/${alerts[0]?.id ?? ''}`, 256),
    content: {
      textType: 'client-markdown',
      title: chat(title, TITLE),
      description: within([chat(lead, SENTENCE), ...lines], DESCRIPTION),
      nextSteps: groups.slice(0, 3).map(({ console }) => `Open in console: ${console}`),
    },
    metadata: { summary: chat(title, TITLE), eventType: 'virtguard digest of alerts', enableCustomActions: false },
  })
}

/** The notification of a test, sent at `at` (ISO 8601). */
export const amazonQTest = (at: string): Published => {
  const story = testStory(at)
  return published({
    version: '1.0',
    source: 'custom',
    id: fixed(`test/${at}`, 256),
    content: { textType: 'client-markdown', title: story.title, description: descriptionOf(story) },
    metadata: { summary: story.title, eventType: 'virtguard test', enableCustomActions: false },
  })
}
