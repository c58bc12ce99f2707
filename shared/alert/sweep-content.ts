import { describeReasonInSentence } from '../wording/reasons.ts'
import type { Alert } from './alert.ts'
import type { AlertContent, Field } from './alert-content.ts'
import { formatUtc } from './clock.ts'
import { buildConsoleLink } from './console-link.ts'
import { buildHeadline, describeIds, listResourceIds, listUnnamedIds, type Section } from './content.ts'
import { createField, createLocationField, createResourceFields } from './facts.ts'
import { describeOmitted } from './left-out.ts'
import { buildOutcomeSubject, getOutcomeLabel, getOutcomeLead } from './outcome-content.ts'
import { isOfSweep } from './sweep-alert.ts'

/** Says that no launch was reported, if a sweep found the instance. */
export const sweepNews = (alert: Alert): string | undefined => {
  if (!isOfSweep(alert)) return undefined
  const one = listResourceIds(alert).length === 1
  return `A sweep found ${one ? 'it. It was' : 'them. They were'} there before virtguard, or no event reported the launch in enough detail.`
}

const endPoint =
  (alert: Alert) =>
  ({ first, resources }: Section): Field => {
    const why = describeReasonInSentence(first.outcome ?? first.action, first.outcome?.why ?? first.action.reason)
    return createField(
      describeIds(resources),
      `${getOutcomeLabel(alert, first)}: ${why} The finding was: ${buildHeadline(first)} (${first.rule}).`,
    )
  }

const RESOLVED = 'Nothing for what is resolved. If it recurs, you get a new alert.'
// A pending outcome of Enforce.
const OTHERS =
  'Check what is not resolved: virtguard does not try again. `virtguard findings` lists it, with what to do.'

/** The content of an alert of findings that a sweep resolved. `sections` are those of `groupResolvedSections`. */
export const sweepOutcomeContent = (alert: Alert, sections: readonly [Section, ...Section[]]): AlertContent => {
  const [main] = sections
  const isResolved = sections.every(({ first }) => first.outcome?.state === 'RESOLVED')
  return {
    kind: 'outcome',
    severity: alert.severity,
    subject: buildOutcomeSubject(alert),
    title: `${getOutcomeLead(alert)}: ${buildHeadline(main.first)}`,
    ...(alert.part.of > 1 && { part: `Part ${alert.part.number} of ${alert.part.of}.` }),
    lead: [`A sweep saw at ${formatUtc(alert.event.time)} that findings of earlier alerts have ended:`],
    fields: sections.map(endPoint(alert)),
    news: [],
    facts: [...createResourceFields(alert), createLocationField(alert)],
    whatToDo: [createField('To do', RESOLVED), ...(isResolved ? [] : [createField('Then', OTHERS)])],
    secondarySections: [],
    ...listUnnamedIds(listResourceIds(alert)),
    console: buildConsoleLink(alert),
    rule: main.first.rule,
    footer: [createField('Alert', alert.id)],
    leftOut: describeOmitted(alert),
    ...(isResolved && { resolved: true }),
  }
}
