import type { State } from '../ledger/row.ts'
import type { Action } from '../reasons/action.ts'
import { describeReasonInSentence } from '../wording/reasons.ts'
import type { Alert, AlertedFinding } from './alert.ts'
import type { AlertContent, Field, SecondarySection, Subject } from './alert-content.ts'
import { formatUtc } from './clock.ts'
import { buildConsoleLink } from './console-link.ts'
import { buildHeadline, groupSections, listNameVariants, listResourceIds, type Section } from './content.ts'
import {
  createField,
  createLocationField,
  createOriginFields,
  createResourceFields,
  describeTemplateFix,
} from './facts.ts'
import { describeOmitted } from './left-out.ts'
import { createSecondarySection, getMessages, getRationale, getRemediation } from './section.ts'
import { isOfSweep } from './sweep-alert.ts'

/** The words for each outcome of a promised stop. */
type OutcomeWording = {
  /** The beginning of a subject and a headline. */
  readonly lead: string
  /** The event of `id`, with time and reason. */
  readonly describe: (id: string, when: string, action: Action) => string
  /** The remaining steps, beyond those of the rule. Empty if there are none. */
  readonly next?: string
  /** Whether the finding is still there, so that the rule's remedy is of use. */
  readonly open: boolean
}

const describeActionReason = (action: Action): string => describeReasonInSentence(action, action.reason)

const ENDINGS: Readonly<Partial<Record<State, OutcomeWording>>> = {
  STOPPED: {
    lead: 'Stopped',
    describe: (id, when, action) =>
      action.code === 'STOPPED_AND_RECURRED'
        ? `virtguard stopped ${id}: ${describeActionReason(action)}`
        : `virtguard stopped ${id}. EC2 reported it as stopped at ${when}.`,
    next: 'Exempt it before you start it again (docs/policy.md). Otherwise virtguard finds it and stops it again. Its EBS volumes and Elastic IP addresses are kept. Data on instance store volumes is lost.',
    open: true,
  },
  FAILED: {
    lead: 'Stop FAILED',
    describe: (id, when, action) => `virtguard could not stop ${id} at ${when}: ${describeActionReason(action)}`,
    next: 'It may still be running, and virtguard does not try again. Stop it yourself if it must not run. docs/runbooks/stops-failed.md says what to repair.',
    open: true,
  },
  REFUSED: {
    lead: 'Not stopped',
    describe: (id, when, action) => `virtguard did not stop ${id} at ${when}: ${describeActionReason(action)}`,
    next: 'It keeps running, and virtguard does not try again.',
    open: true,
  },
  SUPPRESSED: {
    lead: 'Exempt, not stopped',
    describe: (id, when, action) => `virtguard did not stop ${id} at ${when}: ${describeActionReason(action)}`,
    next: 'Nothing until the exemption ends.',
    open: false,
  },
  RESOLVED: {
    lead: 'Resolved, not stopped',
    describe: (id, when, action) => `virtguard did not need to stop ${id} at ${when}: ${describeActionReason(action)}`,
    open: false,
  },
}

const OTHER: OutcomeWording = {
  lead: 'Not stopped',
  describe: (id, when, action) => `virtguard did not stop ${id} at ${when}: ${describeActionReason(action)}`,
  open: true,
}

const STRONGEST: readonly State[] = ['STOPPED', 'FAILED', 'REFUSED', 'SUPPRESSED', 'RESOLVED']

const getOutcomeWording = ({ outcome }: AlertedFinding): OutcomeWording => (outcome && ENDINGS[outcome.state]) ?? OTHER

const rank = ({ first }: Section): number => STRONGEST.indexOf(first.outcome?.state ?? 'NEW')

/** The sections: a stop before other outcomes. */
export const groupResolvedSections = (alert: Alert): readonly Section[] =>
  groupSections(alert.findings).toSorted((a, b) => rank(a) - rank(b))

/** The outcome of a finding, in a word or two. A finding that a sweep resolves had no promised stop. */
export const getOutcomeLabel = (alert: Alert, finding: AlertedFinding): string =>
  isOfSweep(alert) && finding.outcome?.state === 'RESOLVED' ? 'Resolved' : getOutcomeWording(finding).lead

/** The same of the finding that matters most. */
export const getOutcomeLead = (alert: Alert): string => {
  const first = groupResolvedSections(alert)[0]?.first
  return first === undefined ? OTHER.lead : getOutcomeLabel(alert, first)
}

export const buildOutcomeSubject = (alert: Alert): Subject => {
  const first = groupResolvedSections(alert)[0]?.first
  const lead = `${getOutcomeLead(alert)}:`
  const leads = first === undefined ? [lead] : [`${lead} ${buildHeadline(first)}:`, lead]
  return { leads, names: listNameVariants(alert) }
}

const describeOutcome = ({ first }: Section, alert: Alert): string => {
  const { resource, outcome, action } = first
  const id = listResourceIds(alert).length === 1 ? resource.id : `${resource.id} and others`
  return getOutcomeWording(first).describe(id, formatUtc(outcome?.at ?? alert.event.time), action)
}

const LATE_START =
  'It runs on. virtguard promises the stop again within minutes, if nothing speaks against it: another alert names the time.'

const buildRemediationFields = (section: Section, alert: Alert): readonly Field[] => {
  const { outcome } = section.first
  const { next: usual, open } = getOutcomeWording(section.first)
  const next = outcome?.code === 'STARTED_AFTER_DUE' ? LATE_START : usual
  const fix = outcome?.state === 'REFUSED' ? describeTemplateFix(alert.actor) : undefined
  return [
    ...(open ? [createField('To do', getRemediation(section))] : []),
    ...(fix === undefined ? [] : [createField('Fix', fix)]),
    ...(next === undefined ? [] : [createField('Next', next)]),
  ]
}

const secondarySectionFor =
  (main: Section, all: number) =>
  (section: Section): SecondarySection => {
    const { first } = section
    const secondary = createSecondarySection(section, all)
    const { lead, open } = getOutcomeWording(first)
    const why = describeActionReason(first.action)
    const sameOutcome = why === describeActionReason(main.first.action)
    return {
      ...secondary,
      fields: [
        ...secondary.fields,
        ...(sameOutcome ? [] : [createField(lead, why)]),
        ...(open && getRemediation(section) !== getRemediation(main)
          ? [createField('To do', getRemediation(section))]
          : []),
      ],
    }
  }

/** The content of an outcome. `sections` are those of `groupResolvedSections`. */
export const buildOutcomeContent = (alert: Alert, sections: readonly [Section, ...Section[]]): AlertContent => {
  const [main, ...others] = sections
  const isResolved = sections.every(({ first }) => !getOutcomeWording(first).open)
  return {
    kind: 'outcome',
    severity: alert.severity,
    subject: buildOutcomeSubject(alert),
    title: `${getOutcomeLead(alert)}: ${buildHeadline(main.first)}`,
    lead: [describeOutcome(main, alert)],
    fields: [],
    news: [],
    facts: [
      ...createResourceFields(alert),
      createLocationField(alert),
      ...createOriginFields(alert),
      ...getMessages(main).map(text => createField('Found', text)),
    ],
    why: getRationale(main),
    whatToDo: buildRemediationFields(main, alert),
    secondarySections: others.map(secondarySectionFor(main, listResourceIds(alert).length)),
    console: buildConsoleLink(alert),
    rule: main.first.rule,
    footer: [createField('More', `virtguard rules ${main.first.rule}`), createField('Alert', alert.id)],
    leftOut: describeOmitted(alert),
    ...(isResolved && { resolved: true }),
  }
}
