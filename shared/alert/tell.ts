import type { Alert } from './alert.ts'
import type { AlertStory } from './alert-story.ts'
import { consoleLink } from './console-link.ts'
import { digestStory } from './digest-story.ts'
import { point, whatPoints, whereOf } from './facts.ts'
import { findingStory } from './finding-story.ts'
import { leftOutOf } from './left-out.ts'
import { noticeStory } from './notice-story.ts'
import { endedChapters, outcomeStory } from './outcome-story.ts'
import { type Chapter, chaptersOf } from './story.ts'
import { isOfSweep } from './sweep-alert.ts'
import { sweepOutcomeStory } from './sweep-story.ts'

const isSome = (chapters: readonly Chapter[]): chapters is readonly [Chapter, ...Chapter[]] => chapters.length > 0

/** What is left to say where no finding is in the alert any more. */
const bareStory = (alert: Alert): AlertStory => ({
  kind: alert.kind ?? 'finding',
  severity: alert.severity,
  title: `Findings of ${alert.rules.join(', ')}`,
  lead: [],
  points: [],
  news: [],
  facts: [...whatPoints(alert), whereOf(alert)],
  whatToDo: [],
  asides: [],
  console: consoleLink(alert),
  footer: [point('Alert', alert.id)],
  leftOut: leftOutOf(alert),
})

/** The story of an alert, the same for every channel. */
export const storyOf = (alert: Alert): AlertStory => {
  if (alert.kind === 'digest') return digestStory(alert)
  if (alert.kind === 'notice') return noticeStory(alert)
  const chapters = alert.kind === 'outcome' ? endedChapters(alert) : chaptersOf(alert.findings)
  if (!isSome(chapters)) return bareStory(alert)
  if (alert.kind !== 'outcome') return findingStory(alert, chapters)
  return isOfSweep(alert) ? sweepOutcomeStory(alert, chapters) : outcomeStory(alert, chapters)
}
