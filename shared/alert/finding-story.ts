import type { Alert } from './alert.ts'
import type { AlertStory, Aside, Point } from './alert-story.ts'
import { asideOf, concerns, didOf, messagesOf, todoOf, whyOf } from './chapter.ts'
import { shortTime } from './clock.ts'
import { consoleLink } from './console-link.ts'
import { fixOf, originPoints, point, whatPoints, whereOf } from './facts.ts'
import { leftOutOf } from './left-out.ts'
import { returnLead, returnStory } from './returned.ts'
import { firstStopOf, prevention, stopLead, stopNotice, stopPoints } from './stop-notice.ts'
import { type Chapter, headlineOf, leadOf, namesFor, resourceIdsOf } from './story.ts'
import { sweepNews } from './sweep-story.ts'

const titleOf = ({ first }: Chapter, alert: Alert): string => {
  const again = returnLead(alert)
  const stop = firstStopOf(alert)
  const { event, at = event.time } = alert
  const ends = [
    ...(again === undefined ? [] : [again.toLowerCase()]),
    ...(stop === undefined ? [] : [`to be stopped at ${shortTime(stop, at)}`]),
  ]
  return [headlineOf(first), ...ends].join(', ')
}

/** What will happen, or has happened, comes before what was found. */
const leadsOf = (alert: Alert): readonly string[] => {
  const news = [returnLead(alert), stopLead(alert)].filter(lead => lead !== undefined)
  if (news.length === 0) return [leadOf(alert)]
  const lead = `${news.join(', ').replace(', Stop', ', stop')}:`
  return [`${lead} ${leadOf(alert)}`, lead]
}

const partOf = ({ part }: Alert): Pick<AlertStory, 'part'> =>
  part.of > 1 ? { part: `Part ${part.number} of ${part.of} of the same launch.` } : {}

const whatToDo = (chapter: Chapter, alert: Alert): readonly Point[] => {
  const refused = alert.findings.some(({ action }) => action.decision === 'refuse')
  const fix = refused ? fixOf(alert.actor) : undefined
  return [point('To do', todoOf(chapter)), ...(fix === undefined ? [] : [point('Fix', fix)])]
}

/** A lesser chapter: what the main one says already is not said again. */
const asideTo =
  (main: Chapter, all: number) =>
  (chapter: Chapter): Aside => {
    const { first } = chapter
    const aside = asideOf(chapter, all)
    const sameTodo = todoOf(chapter) === todoOf(main)
    const sameAction = didOf(first.action) === didOf(main.first.action)
    return {
      ...aside,
      points: [
        ...aside.points,
        ...(first.status === 'UNKNOWN' ? [] : [point('Why', whyOf(chapter))]),
        ...(sameTodo ? [] : [point('To do', todoOf(chapter))]),
        ...(sameAction ? [] : [point('virtguard', didOf(first.action))]),
      ],
    }
  }

const EXEMPT =
  'to accept this for a while, add an exemption to the policy, with reason, owner and expiry (docs/policy.md)'

const footer = (alert: Alert, { first }: Chapter): readonly Point[] => [
  point('More', `virtguard rules ${first.rule}`),
  ...(firstStopOf(alert) === undefined ? [point('Exempt', EXEMPT)] : []),
  point('Alert', alert.id),
]

/** The story of what was found: the worst of it whole, what a reader needs to act, and the rest beside it. */
export const findingStory = (alert: Alert, [main, ...others]: readonly [Chapter, ...Chapter[]]): AlertStory => {
  const all = resourceIdsOf(alert).length
  const steps = prevention(alert)
  return {
    kind: 'finding',
    severity: alert.severity,
    subject: { leads: leadsOf(alert), names: namesFor(alert) },
    title: titleOf(main, alert),
    ...partOf(alert),
    lead: messagesOf(main),
    points: concerns(main, all),
    news: [sweepNews(alert), returnStory(alert), stopNotice(alert)].filter(text => text !== undefined),
    facts: [...whatPoints(alert), ...stopPoints(alert), whereOf(alert), ...originPoints(alert)],
    why: whyOf(main),
    whatToDo: whatToDo(main, alert),
    did: didOf(main.first.action),
    ...(steps !== undefined && { steps }),
    asides: others.map(asideTo(main, all)),
    console: consoleLink(alert),
    rule: main.first.rule,
    footer: footer(alert, main),
    leftOut: leftOutOf(alert),
  }
}
