import { formatSentence, summarizeReason } from '../wording/reasons.ts'
import type { Alert } from './alert.ts'
import type { AlertContent, Field } from './alert-content.ts'
import { buildConsoleLink } from './console-link.ts'
import { describeAlertResources, describeNames, formatInstances, listResourceIds } from './content.ts'
import { createField, createLocationField, createNameFields } from './facts.ts'
import { describeOmitted } from './left-out.ts'

const getPart = ({ part }: Alert): Pick<AlertContent, 'part'> =>
  part.of > 1 ? { part: `Part ${part.number} of ${part.of}; the reasons count all parts.` } : {}

const formatInstanceCount = (count: number): string =>
  count === 1 ? '1 instance' : `${formatInstances(count)} instances`

const createReasonFields = ({ digest }: Alert): readonly Field[] =>
  (digest?.reasons ?? []).map(({ why, resources }) => createField(formatInstanceCount(resources), formatSentence(why)))

/** The most frequent reason, without its details. */
const getMainReason = ({ digest }: Alert): string => {
  const first = digest?.reasons[0]
  return first === undefined ? 'see the ledger' : summarizeReason(first.code, first.why)
}

const describeAlertedRules = ({ told: alerted, rules }: Alert): string =>
  rules
    .map(rule => {
      const count = alerted
        .filter(group => group.rules.includes(rule))
        .reduce((sum, { resources }) => sum + resources.length, 0)
      return `${rule} (${formatInstances(count)})`
    })
    .join(', ')

const LISTED = '`virtguard findings` lists them, with what was found.'

const TO_DO: Readonly<Record<'none' | 'some' | 'all', string>> = {
  none: `Check them: virtguard does not try these stops again. Stop, fix or exempt each instance yourself. ${LISTED}`,
  some: `Check them: virtguard schedules only some of these stops again by itself. Stop, fix or exempt each other instance yourself. ${LISTED}`,
  all: `Check them: virtguard schedules these stops again by itself, and another alert names each with its new time. Fix or exempt what must keep running. ${LISTED}`,
}

/** The content of a digest of refused stops. */
export const buildDigestContent = (alert: Alert): AlertContent => ({
  kind: 'digest',
  severity: alert.severity,
  subject: {
    leads: ['Not stopped:'],
    names: [`${describeNames(alert)}, ${getMainReason(alert)},`, describeNames(alert)],
  },
  title: `${describeNames(alert)} not stopped: ${getMainReason(alert)}`,
  ...getPart(alert),
  lead: ['Their announced stop was due, and virtguard did not stop them:'],
  fields: createReasonFields(alert),
  news: [],
  facts: [
    createField('What', describeAlertResources(alert)),
    ...createNameFields(alert),
    createLocationField(alert),
    createField('Rules', describeAlertedRules(alert)),
  ],
  whatToDo: [createField('To do', TO_DO[alert.digest?.again ?? 'none'])],
  steps: {
    lead: 'How to have virtguard stop instances again:',
    steps: (alert.digest?.resume ?? []).map(text => ({ text, copy: [] })),
    after: 'If your stack is not named Virtguard, add --stack NAME. docs/runbooks/budget-spent.md has more.',
  },
  secondarySections: [],
  ids: listResourceIds(alert),
  console: buildConsoleLink(alert),
  footer: [createField('Alert', alert.id)],
  leftOut: describeOmitted(alert),
})
