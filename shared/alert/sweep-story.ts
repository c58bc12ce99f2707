import { reasonSentence } from '../wording/reasons.ts'
import type { Alert } from './alert.ts'
import type { AlertStory, Point } from './alert-story.ts'
import { inUtc } from './clock.ts'
import { consoleLink } from './console-link.ts'
import { point, whatPoints, whereOf } from './facts.ts'
import { leftOutOf } from './left-out.ts'
import { endingLead, endingSubject, endingWord } from './outcome-story.ts'
import { type Chapter, headlineOf, idsBeyondNamed, resourceIdsOf, resourcesIn } from './story.ts'
import { isOfSweep } from './sweep-alert.ts'

/** That no launch was reported, where a sweep found it. */
export const sweepNews = (alert: Alert): string | undefined => {
  if (!isOfSweep(alert)) return undefined
  const one = resourceIdsOf(alert).length === 1
  return `A sweep found ${one ? 'it' : 'them'}: there before virtguard, or launched without an event that said enough.`
}

const endPoint =
  (alert: Alert) =>
  ({ first, resources }: Chapter): Point => {
    const why = reasonSentence(first.outcome ?? first.action, first.outcome?.why ?? first.action.reason)
    return point(
      resourcesIn(resources),
      `${endingWord(alert, first)}: ${why} It was: ${headlineOf(first)} (${first.rule}).`,
    )
  }

const RESOLVED = 'Nothing for what is resolved. Should it come back, it is told anew.'
// An outcome of Enforce that nobody had told.
const OTHERS =
  'Look at what is not: virtguard does not come back to it. `virtguard findings` lists it, with what to do.'

/** The story of what a sweep found to be gone or fixed; `chapters` as `endedChapters` has them. */
export const sweepOutcomeStory = (alert: Alert, chapters: readonly [Chapter, ...Chapter[]]): AlertStory => {
  const [main] = chapters
  const isSettled = chapters.every(({ first }) => first.outcome?.state === 'RESOLVED')
  return {
    kind: 'outcome',
    severity: alert.severity,
    subject: endingSubject(alert),
    title: `${endingLead(alert)}: ${headlineOf(main.first)}`,
    ...(alert.part.of > 1 && { part: `Part ${alert.part.number} of ${alert.part.of}.` }),
    lead: [`What an earlier alert told has ended, as a sweep saw at ${inUtc(alert.event.time)}:`],
    points: chapters.map(endPoint(alert)),
    news: [],
    facts: [...whatPoints(alert), whereOf(alert)],
    whatToDo: [point('To do', RESOLVED), ...(isSettled ? [] : [point('Then', OTHERS)])],
    asides: [],
    ...idsBeyondNamed(resourceIdsOf(alert)),
    console: consoleLink(alert),
    rule: main.first.rule,
    footer: [point('Alert', alert.id)],
    leftOut: leftOutOf(alert),
    ...(isSettled && { settled: true }),
  }
}
