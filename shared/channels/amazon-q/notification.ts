import type { Alert } from '../../alert/alert.ts'
import type { AlertContent, Field, Steps } from '../../alert/alert-content.ts'
import { buildManyContent, countItems, selectFittingItems, selectGroupItems } from '../../alert/combined-content.ts'
import { formatInstances, listResourceIds } from '../../alert/content.ts'
import { buildAlertContent } from '../../alert/render-alert.ts'
import { testContent } from '../../alert/test-content.ts'
import { linkRulePage, type Pages } from '../pages.ts'
import { toChatText, toChatValue, toFixedWidth } from './chat-text.ts'

// Amazon Q Developer in chat applications: custom notifications, schema 1.0. Amazon does not document the limits of its
// fields. These are far below those of a message of SNS, and long enough for an alert.

/** A custom notification. Amazon Q drops anything else on the topic silently. */
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

/** The notification for the topic. */
export type Published = { readonly Message: string }

const TITLE = 250
const DESCRIPTION = 4_000
const SENTENCE = 600
const FACT = 300
const STEPS = 10
const HEADING = 300
const ITEM = 160
// Of a digest. As many stops as one has (functions/notify) are named, whatever else is in it.
const STOPS = 2_500

const renderLabelled = ({ label, text }: Field): string => `*${toChatText(label, 60)}*: ${toChatValue(text, FACT)}`

const fitWithin = (lines: readonly string[], limit: number): string => {
  const [shown, left] = selectFittingItems(lines, limit)
  return [...shown, ...(left > 0 ? [`… ${left} more lines are left out.`] : [])].join('\n')
}

const renderFence = (lines: readonly string[]): string =>
  `\`\`\`\n${lines.map(line => toFixedWidth(line, FACT)).join('\n')}\n\`\`\``

const renderSteps = ({ lead, steps, after }: Steps): readonly string[] => [
  `*${toChatText(lead, SENTENCE)}*`,
  ...steps.map(({ text, copy, next }, index) => {
    const lines = [...copy, ...(next === undefined ? [] : [`# ${next.text}`, ...next.copy])]
    return `${index + 1}. ${toChatText(text, SENTENCE)}${lines.length === 0 ? '' : `\n${renderFence(lines)}`}`
  }),
  toChatText(after, SENTENCE),
]

const renderDescription = (content: AlertContent): string =>
  fitWithin(
    [
      ...(content.part === undefined ? [] : [toChatText(content.part, SENTENCE)]),
      ...content.lead.map(text => toChatText(text, SENTENCE)),
      ...content.fields.map(renderLabelled),
      ...content.news.map(text => `*${toChatText(text, SENTENCE)}*`),
      '',
      ...content.facts.map(renderLabelled),
      '',
      ...(content.why === undefined ? [] : [renderLabelled({ label: 'Why', text: content.why })]),
      ...(content.did === undefined ? [] : [renderLabelled({ label: 'virtguard', text: content.did })]),
      ...(content.steps === undefined ? [] : ['', ...renderSteps(content.steps)]),
      ...content.secondarySections.flatMap(({ severity, title, messages, fields }) => [
        '',
        `*Also ${severity}: ${toChatText(title, FACT)}*`,
        ...messages.map(text => toChatText(text, FACT)),
        ...fields.map(renderLabelled),
      ]),
      '',
      ...content.leftOut.map(text => toChatText(text, FACT)),
      ...content.footer.map(renderLabelled),
    ],
    DESCRIPTION,
  )

const listNextSteps = (content: AlertContent, pages: Pages): readonly string[] => {
  const page = linkRulePage(content.rule, pages)
  return [
    ...content.whatToDo.map(({ text }) => toChatText(text, SENTENCE)),
    ...(content.console === undefined ? [] : [`Open in console: ${content.console}`]),
    ...(page === undefined ? [] : [`${page.label}: ${page.url}`]),
  ].slice(0, STEPS)
}

const toPublished = (notification: QNotification): Published => ({ Message: JSON.stringify(notification) })

/**
 * The thread of a launch, also for its updates. An alert that announces a stop is in none: another one may have begun the
 * thread long ago, and who reads the channel sees no reply there.
 */
const getThread = ({ accountId, region, launchId, stops }: Alert): Pick<QNotification['metadata'], 'threadId'> =>
  stops === undefined ? { threadId: toFixedWidth(`${accountId}/${region}/${launchId}`, 256) } : {}

/** A later alert of a launch may announce a stop under the id of the first. */
const buildId = ({ id, part, stops = [] }: Alert): string => [id, part.number, ...stops.map(({ at }) => at)].join('#')

/** One notification for the whole alert. */
export const renderAmazonQMessage = (alert: Alert, pages: Pages = {}): Published => {
  const content = buildAlertContent(alert)
  const title = `${content.severity}: ${content.title}`
  return toPublished({
    version: '1.0',
    source: 'custom',
    id: toFixedWidth(buildId(alert), 256),
    content: {
      textType: 'client-markdown',
      title: toChatText(title, TITLE),
      description: renderDescription(content),
      nextSteps: listNextSteps(content, pages),
      keywords: [content.severity, ...alert.rules.slice(0, 5)],
    },
    metadata: {
      ...getThread(alert),
      summary: toChatText(title, TITLE),
      eventType: `virtguard ${content.kind}`,
      relatedResources: listResourceIds(alert)
        .slice(0, 10)
        .map(id => toFixedWidth(id, 256)),
      enableCustomActions: true,
    },
  })
}

/** Many alerts in one notification, each launch named as long as they fit. */
export const renderAmazonQDigest = (alerts: readonly Alert[]): Published => {
  const { title, lead, groups } = buildManyContent(alerts)
  const lines = selectGroupItems(groups, {
    characters: DESCRIPTION - HEADING * groups.length,
    forStops: STOPS,
    render: item => toChatText(item, ITEM),
  }).map(({ group: { severity, title: group, where, items }, shown, left }) => {
    const more = left > 0 ? ` and ${formatInstances(left)} more` : ''
    return `*${severity}: ${toChatText(group, 150)}*\n${toChatText(countItems({ where, items }), 170)}: ${shown.join('; ')}${more}`
  })
  return toPublished({
    version: '1.0',
    source: 'custom',
    id: toFixedWidth(`digest/${alerts[0]?.id ?? ''}`, 256),
    content: {
      textType: 'client-markdown',
      title: toChatText(title, TITLE),
      description: fitWithin([toChatText(lead, SENTENCE), ...lines], DESCRIPTION),
      nextSteps: groups.slice(0, 3).map(({ console }) => `Open in console: ${console}`),
    },
    metadata: {
      summary: toChatText(title, TITLE),
      eventType: 'virtguard digest of alerts',
      enableCustomActions: false,
    },
  })
}

/** The notification of a test, sent at `at` (ISO 8601). */
export const renderAmazonQTest = (at: string): Published => {
  const content = testContent(at)
  return toPublished({
    version: '1.0',
    source: 'custom',
    id: toFixedWidth(`test/${at}`, 256),
    content: { textType: 'client-markdown', title: content.title, description: renderDescription(content) },
    metadata: { summary: content.title, eventType: 'virtguard test', enableCustomActions: false },
  })
}
