import type { State } from '../ledger/row.ts'
import type { Alert, ToldFinding } from './alert.ts'
import { concerns, messagesOf, todoOf, whyOf } from './chapter.ts'
import { inUtc } from './clock.ts'
import { bullet, consoleRow, indented, paragraph, row } from './lines.ts'
import { sentence } from './reason.ts'
import { fixOf, originRows, whatRows, whereRow } from './rows.ts'
import { type Chapter, chaptersOf, headlineOf, resourceIdsOf } from './story.ts'
import { isOfSweep } from './sweep-alert.ts'

/** What the words are for a promised stop that ended in this state. */
type Ending = {
  /** What a subject and a headline begin with. */
  readonly lead: string
  /** What happened to `id`, and when, and why. */
  readonly told: (id: string, when: string, why: string) => string
  /** What is left to do, beyond what the rule says. Nothing where there is nothing to do. */
  readonly next?: string
  /** Whether what was found is still there, so that the rule's remedy is worth saying. */
  readonly open: boolean
}

const ENDINGS: Readonly<Partial<Record<State, Ending>>> = {
  STOPPED: {
    lead: 'Stopped',
    told: (id, when) => `virtguard stopped ${id}. EC2 says that it is stopped since ${when}.`,
    next: 'To start it again, exempt it first (docs/policy.md): without that it is found and stopped once more. Its EBS volumes and Elastic IP addresses are kept; what was on instance store volumes is gone.',
    open: true,
  },
  FAILED: {
    lead: 'Stop FAILED',
    told: (id, when, why) => `virtguard was to stop ${id} and could not, at ${when}: ${sentence(why)}`,
    next: 'It may still run, and virtguard does not try again: stop it yourself if it must not run. docs/runbooks/stops-failed.md says what to repair.',
    open: true,
  },
  REFUSED: {
    lead: 'Not stopped',
    told: (id, when, why) => `virtguard did not stop ${id} at ${when}: ${sentence(why)}`,
    next: 'It runs on, and virtguard does not try again.',
    open: true,
  },
  SUPPRESSED: {
    lead: 'Exempt, not stopped',
    told: (id, when, why) => `virtguard did not stop ${id} at ${when}: ${sentence(why)}`,
    next: 'Nothing before the exemption ends.',
    open: false,
  },
  RESOLVED: {
    lead: 'Resolved, not stopped',
    told: (id, when, why) => `virtguard had no need to stop ${id} at ${when}: ${sentence(why)}`,
    open: false,
  },
}

const OTHER: Ending = {
  lead: 'Not stopped',
  told: (id, when, why) => `virtguard did not stop ${id} at ${when}: ${sentence(why)}`,
  open: true,
}

const STRONGEST: readonly State[] = ['STOPPED', 'FAILED', 'REFUSED', 'SUPPRESSED', 'RESOLVED']

const endingOf = ({ outcome }: ToldFinding): Ending => (outcome && ENDINGS[outcome.state]) ?? OTHER

const rank = ({ first }: Chapter): number => STRONGEST.indexOf(first.outcome?.state ?? 'NEW')

/** The chapters, what was done to the instance before what was not. */
export const endedChapters = (alert: Alert): readonly Chapter[] =>
  chaptersOf(alert.findings).toSorted((a, b) => rank(a) - rank(b))

/** How the promised stop ended, in a word or two. */
export const endingLead = (alert: Alert): string => {
  const first = endedChapters(alert)[0]?.first
  if (isOfSweep(alert) && first?.outcome?.state === 'RESOLVED') return 'Resolved'
  return first === undefined ? OTHER.lead : endingOf(first).lead
}

const storyOf = ({ first }: Chapter, alert: Alert): string => {
  const { resource, outcome, action } = first
  const id = resourceIdsOf(alert).length === 1 ? resource.id : `${resource.id} and others`
  return endingOf(first).told(id, inUtc(outcome?.at ?? alert.event.time), action.reason)
}

const todo = (chapter: Chapter, alert: Alert): readonly string[] => {
  const { next, open } = endingOf(chapter.first)
  const fix = chapter.first.outcome?.state === 'REFUSED' ? fixOf(alert.actor) : undefined
  return [
    ...(open ? [row('To do', todoOf(chapter))] : []),
    ...(fix === undefined ? [] : [row('Fix', fix)]),
    ...(next === undefined ? [] : [row('Next', next)]),
  ]
}

const mainChapter = (chapter: Chapter, alert: Alert): readonly string[] => [
  `${alert.severity}: ${endingLead(alert)}: ${headlineOf(chapter.first)}`,
  '',
  paragraph(storyOf(chapter, alert)),
  '',
  ...whatRows(alert),
  whereRow(alert),
  ...originRows(alert),
  ...messagesOf(chapter, text => row('Found', text)),
  row('Why', whyOf(chapter)),
  ...todo(chapter, alert),
  consoleRow(alert),
]

const otherChapter = (chapter: Chapter, main: Chapter, alert: Alert): string => {
  const { first } = chapter
  const sameEnding = first.action.reason === main.first.action.reason
  const again = sameEnding ? [] : [bullet(endingOf(first).lead, sentence(first.action.reason))]
  return [
    `${first.severity}: ${headlineOf(first)} (${first.rule})`,
    ...messagesOf(chapter, indented),
    ...concerns(chapter, resourceIdsOf(alert).length),
    ...again,
    ...(endingOf(first).open && todoOf(chapter) !== todoOf(main) ? [bullet('To do', todoOf(chapter))] : []),
  ].join('\n')
}

/** The sections of a mail about what became of a stop. */
export const outcomeMail = (alert: Alert): readonly string[] => {
  const [main, ...others] = endedChapters(alert)
  if (main === undefined) return []
  return [
    mainChapter(main, alert).join('\n'),
    ...(others.length > 0 ? ['Also:'] : []),
    ...others.map(chapter => otherChapter(chapter, main, alert)),
    [row('More', `virtguard rules ${main.first.rule}`), row('Alert', alert.id)].join('\n'),
  ]
}
