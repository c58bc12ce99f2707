import type { Alert } from './alert.ts'
import type { AlertStory, Aside } from './alert-story.ts'
import { messagesOf } from './chapter.ts'
import { inUtc } from './clock.ts'
import { consoleLink } from './console-link.ts'
import { point, whatPoints, whereOf } from './facts.ts'
import { leftOutOf } from './left-out.ts'
import { endingLead } from './outcome-story.ts'
import { sentence } from './reason.ts'
import { type Chapter, counted, headlineOf, resourceIdsOf } from './story.ts'
import { isOfSweep } from './sweep-alert.ts'

/** That no launch was reported, where a sweep found it. */
export const sweepNews = (alert: Alert): string | undefined => {
  if (!isOfSweep(alert)) return undefined
  const one = resourceIdsOf(alert).length === 1
  return `A sweep found ${one ? 'it' : 'them'}: there before virtguard, or launched without an event that said enough.`
}

const resources = (count: number): string => (count === 1 ? '1 resource' : `${counted(count)} resources`)

const asideOf = (chapter: Chapter): Aside => {
  const { first } = chapter
  return {
    severity: first.severity,
    title: `${headlineOf(first)} (${first.rule})`,
    messages: messagesOf(chapter),
    points: [point(resources(chapter.resources.length), sentence(first.outcome?.why ?? first.action.reason))],
  }
}

/** The story of what a sweep found to be gone or fixed; `chapters` as `endedChapters` has them. */
export const sweepOutcomeStory = (alert: Alert, chapters: readonly [Chapter, ...Chapter[]]): AlertStory => {
  const [main] = chapters
  const ids = resourceIdsOf(alert)
  const isSettled = chapters.every(({ first }) => first.outcome?.state === 'RESOLVED')
  return {
    kind: 'outcome',
    severity: alert.severity,
    title: `${endingLead(alert)}: ${headlineOf(main.first)}`,
    ...(alert.part.of > 1 && { part: `Part ${alert.part.number} of ${alert.part.of}.` }),
    lead: [`What an earlier alert told has ended, as a sweep saw at ${inUtc(alert.event.time)}:`],
    points: [],
    news: [],
    facts: [...whatPoints(alert), whereOf(alert)],
    whatToDo: [point('To do', 'Nothing for what is resolved. Should it come back, it is told anew.')],
    asides: chapters.map(asideOf),
    ...(ids.length > 1 && { ids }),
    console: consoleLink(alert),
    rule: main.first.rule,
    footer: [point('Alert', alert.id)],
    leftOut: leftOutOf(alert),
    ...(isSettled && { settled: true }),
  }
}
