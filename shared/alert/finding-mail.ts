import type { Alert } from './alert.ts'
import { concerns, didOf, messagesOf, otherChapter, todoOf, whyOf } from './chapter.ts'
import { shortTime } from './clock.ts'
import { consoleRow, paragraph, row } from './lines.ts'
import { returnLead, returnStory } from './returned.ts'
import { fixOf, originRows, whatRows, whereRow } from './rows.ts'
import { firstStopOf, prevention, stopNotice, stopRows } from './stop-notice.ts'
import { type Chapter, chaptersOf, headlineOf, resourceIdsOf } from './story.ts'
import { sweepStory } from './sweep-mail.ts'

const headerOf = ({ first }: Chapter, alert: Alert): string => {
  const again = returnLead(alert)
  const stop = firstStopOf(alert)
  const { severity, event, at = event.time } = alert
  const ends = [
    ...(again === undefined ? [] : [again.toLowerCase()]),
    ...(stop === undefined ? [] : [`to be stopped at ${shortTime(stop, at)}`]),
  ]
  return [`${severity}: ${headlineOf(first)}`, ...ends].join(', ')
}

/** The worst of it, whole: what a reader needs to act, on one screen. */
const mainChapter = (chapter: Chapter, alert: Alert): readonly string[] => {
  const story = [sweepStory(alert), returnStory(alert), stopNotice(alert)].filter(text => text !== undefined)
  const refused = alert.findings.some(({ action }) => action.decision === 'refuse')
  const fix = refused ? fixOf(alert.actor) : undefined
  return [
    headerOf(chapter, alert),
    ...(alert.part.of > 1 ? [`Part ${alert.part.number} of ${alert.part.of} of the same launch.`] : []),
    '',
    ...messagesOf(chapter, paragraph),
    ...concerns(chapter, resourceIdsOf(alert).length),
    ...story.map(paragraph),
    '',
    ...whatRows(alert),
    ...stopRows(alert),
    whereRow(alert),
    ...originRows(alert),
    row('Why', whyOf(chapter)),
    row('To do', todoOf(chapter)),
    ...(fix === undefined ? [] : [row('Fix', fix)]),
    row('virtguard', didOf(chapter.first.action)),
    consoleRow(alert),
  ]
}

const EXEMPT =
  'to accept this for a while, add an exemption to the policy, with reason, owner and expiry (docs/policy.md)'

const footer = (alert: Alert, { first }: Chapter): string =>
  [
    row('More', `virtguard rules ${first.rule}`),
    ...(firstStopOf(alert) === undefined ? [row('Exempt', EXEMPT)] : []),
    row('Alert', alert.id),
  ].join('\n')

/** The sections of a mail about findings; none where there is none. */
export const findingMail = (alert: Alert): readonly string[] => {
  const [main, ...others] = chaptersOf(alert.findings)
  if (main === undefined) return []
  const all = resourceIdsOf(alert).length
  const howToPrevent = prevention(alert)
  return [
    mainChapter(main, alert).join('\n'),
    ...(howToPrevent.length > 0 ? [howToPrevent.join('\n')] : []),
    ...(others.length > 0 ? ['Also:'] : []),
    ...others.map(chapter => otherChapter(chapter, main, all)),
    footer(alert, main),
  ]
}
