import type { Alert } from './alert.ts'
import type { AlertStory } from './alert-story.ts'
import { consoleLink } from './console-link.ts'
import { point, whatPoints, whereOf } from './facts.ts'
import { leftOutOf } from './left-out.ts'
import { type Chapter, leadOf, namesFor } from './story.ts'

/** Whether a finding is left to tell of. */
export const isSome = (chapters: readonly Chapter[]): chapters is readonly [Chapter, ...Chapter[]] =>
  chapters.length > 0

/** What is left to say where no finding is in the alert any more. */
export const bareStory = (alert: Alert): AlertStory => ({
  kind: alert.kind ?? 'finding',
  severity: alert.severity,
  subject: { leads: [leadOf(alert)], names: namesFor(alert) },
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
