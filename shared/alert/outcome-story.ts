import type { State } from '../ledger/row.ts'
import type { Action } from '../reasons/action.ts'
import { reasonSentence } from '../wording/reasons.ts'
import type { Alert, ToldFinding } from './alert.ts'
import type { AlertStory, Aside, Point, Subject } from './alert-story.ts'
import { asideOf, messagesOf, todoOf, whyOf } from './chapter.ts'
import { inUtc } from './clock.ts'
import { consoleLink } from './console-link.ts'
import { fixOf, originPoints, point, whatPoints, whereOf } from './facts.ts'
import { leftOutOf } from './left-out.ts'
import { type Chapter, chaptersOf, headlineOf, namesFor, resourceIdsOf } from './story.ts'
import { isOfSweep } from './sweep-alert.ts'

/** What the words are for a promised stop that ended in this state. */
type Ending = {
  /** What a subject and a headline begin with. */
  readonly lead: string
  /** What happened to `id`, and when, and why. */
  readonly told: (id: string, when: string, action: Action) => string
  /** What is left to do, beyond what the rule says. Nothing where there is nothing to do. */
  readonly next?: string
  /** Whether what was found is still there, so that the rule's remedy is worth saying. */
  readonly open: boolean
}

const whyOfAction = (action: Action): string => reasonSentence(action, action.reason)

const ENDINGS: Readonly<Partial<Record<State, Ending>>> = {
  STOPPED: {
    lead: 'Stopped',
    told: (id, when, action) =>
      action.code === 'STOPPED_AND_RECURRED'
        ? `virtguard stopped ${id}: ${whyOfAction(action)}`
        : `virtguard stopped ${id}. EC2 says that it is stopped since ${when}.`,
    next: 'To start it again, exempt it first (docs/policy.md): without that it is found and stopped once more. Its EBS volumes and Elastic IP addresses are kept; what was on instance store volumes is gone.',
    open: true,
  },
  FAILED: {
    lead: 'Stop FAILED',
    told: (id, when, action) => `virtguard was to stop ${id} and could not, at ${when}: ${whyOfAction(action)}`,
    next: 'It may still run, and virtguard does not try again: stop it yourself if it must not run. docs/runbooks/stops-failed.md says what to repair.',
    open: true,
  },
  REFUSED: {
    lead: 'Not stopped',
    told: (id, when, action) => `virtguard did not stop ${id} at ${when}: ${whyOfAction(action)}`,
    next: 'It runs on, and virtguard does not try again.',
    open: true,
  },
  SUPPRESSED: {
    lead: 'Exempt, not stopped',
    told: (id, when, action) => `virtguard did not stop ${id} at ${when}: ${whyOfAction(action)}`,
    next: 'Nothing before the exemption ends.',
    open: false,
  },
  RESOLVED: {
    lead: 'Resolved, not stopped',
    told: (id, when, action) => `virtguard had no need to stop ${id} at ${when}: ${whyOfAction(action)}`,
    open: false,
  },
}

const OTHER: Ending = {
  lead: 'Not stopped',
  told: (id, when, action) => `virtguard did not stop ${id} at ${when}: ${whyOfAction(action)}`,
  open: true,
}

const STRONGEST: readonly State[] = ['STOPPED', 'FAILED', 'REFUSED', 'SUPPRESSED', 'RESOLVED']

const endingOf = ({ outcome }: ToldFinding): Ending => (outcome && ENDINGS[outcome.state]) ?? OTHER

const rank = ({ first }: Chapter): number => STRONGEST.indexOf(first.outcome?.state ?? 'NEW')

/** The chapters, what was done to the instance before what was not. */
export const endedChapters = (alert: Alert): readonly Chapter[] =>
  chaptersOf(alert.findings).toSorted((a, b) => rank(a) - rank(b))

/** How a finding of an alert ended, in a word or two: what a sweep resolves was not to be stopped. */
export const endingWord = (alert: Alert, finding: ToldFinding): string =>
  isOfSweep(alert) && finding.outcome?.state === 'RESOLVED' ? 'Resolved' : endingOf(finding).lead

/** The same of the finding that matters most. */
export const endingLead = (alert: Alert): string => {
  const first = endedChapters(alert)[0]?.first
  return first === undefined ? OTHER.lead : endingWord(alert, first)
}

export const endingSubject = (alert: Alert): Subject => {
  const first = endedChapters(alert)[0]?.first
  const lead = `${endingLead(alert)}:`
  const leads = first === undefined ? [lead] : [`${lead} ${headlineOf(first)}:`, lead]
  return { leads, names: namesFor(alert) }
}

const happened = ({ first }: Chapter, alert: Alert): string => {
  const { resource, outcome, action } = first
  const id = resourceIdsOf(alert).length === 1 ? resource.id : `${resource.id} and others`
  return endingOf(first).told(id, inUtc(outcome?.at ?? alert.event.time), action)
}

const whatToDo = (chapter: Chapter, alert: Alert): readonly Point[] => {
  const { next, open } = endingOf(chapter.first)
  const fix = chapter.first.outcome?.state === 'REFUSED' ? fixOf(alert.actor) : undefined
  return [
    ...(open ? [point('To do', todoOf(chapter))] : []),
    ...(fix === undefined ? [] : [point('Fix', fix)]),
    ...(next === undefined ? [] : [point('Next', next)]),
  ]
}

const asideTo =
  (main: Chapter, all: number) =>
  (chapter: Chapter): Aside => {
    const { first } = chapter
    const aside = asideOf(chapter, all)
    const { lead, open } = endingOf(first)
    const why = whyOfAction(first.action)
    const sameEnding = why === whyOfAction(main.first.action)
    return {
      ...aside,
      points: [
        ...aside.points,
        ...(sameEnding ? [] : [point(lead, why)]),
        ...(open && todoOf(chapter) !== todoOf(main) ? [point('To do', todoOf(chapter))] : []),
      ],
    }
  }

/** The story of what became of a stop; `chapters` as `endedChapters` has them. */
export const outcomeStory = (alert: Alert, chapters: readonly [Chapter, ...Chapter[]]): AlertStory => {
  const [main, ...others] = chapters
  const isSettled = chapters.every(({ first }) => !endingOf(first).open)
  return {
    kind: 'outcome',
    severity: alert.severity,
    subject: endingSubject(alert),
    title: `${endingLead(alert)}: ${headlineOf(main.first)}`,
    lead: [happened(main, alert)],
    points: [],
    news: [],
    facts: [
      ...whatPoints(alert),
      whereOf(alert),
      ...originPoints(alert),
      ...messagesOf(main).map(text => point('Found', text)),
    ],
    why: whyOf(main),
    whatToDo: whatToDo(main, alert),
    asides: others.map(asideTo(main, resourceIdsOf(alert).length)),
    console: consoleLink(alert),
    rule: main.first.rule,
    footer: [point('More', `virtguard rules ${main.first.rule}`), point('Alert', alert.id)],
    leftOut: leftOutOf(alert),
    ...(isSettled && { settled: true }),
  }
}
