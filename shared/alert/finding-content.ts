import type { Alert } from './alert.ts'
import type { AlertContent, Field, SecondarySection } from './alert-content.ts'
import { formatShortTime } from './clock.ts'
import { buildConsoleLink } from './console-link.ts'
import { buildHeadline, leadOf, listNameVariants, listResourceIds, type Section } from './content.ts'
import {
  createField,
  createLocationField,
  createOriginFields,
  createResourceFields,
  describeTemplateFix,
} from './facts.ts'
import { describeOmitted } from './left-out.ts'
import { recurredContent, returnLead } from './recurred.ts'
import { refusedBeforeContent } from './refused-before.ts'
import {
  createSecondarySection,
  describeAction,
  getMessages,
  getRationale,
  getRemediation,
  listConcernedResources,
} from './section.ts'
import { describePrevention, findFirstStop, stopLead, stopNotice, stopPoints } from './stop-notice.ts'
import { sweepNews } from './sweep-content.ts'

const buildTitle = ({ first }: Section, alert: Alert): string => {
  const again = returnLead(alert)
  const stop = findFirstStop(alert)
  const { event, at = event.time } = alert
  const ends = [
    ...(again === undefined ? [] : [again.toLowerCase()]),
    ...(stop === undefined ? [] : [`to be stopped at ${formatShortTime(stop, at)}`]),
  ]
  return [buildHeadline(first), ...ends].join(', ')
}

/** A future or past stop comes before the finding. */
const buildLeads = (alert: Alert): readonly string[] => {
  const news = [returnLead(alert), stopLead(alert)].filter(lead => lead !== undefined)
  if (news.length === 0) return [leadOf(alert)]
  const lead = `${news.join(', ').replace(', Stop', ', stop')}:`
  return [`${lead} ${leadOf(alert)}`, lead]
}

const getPart = ({ part }: Alert): Pick<AlertContent, 'part'> =>
  part.of > 1 ? { part: `Part ${part.number} of ${part.of} of the same launch.` } : {}

const buildRemediationFields = (section: Section, alert: Alert): readonly Field[] => {
  const refused = alert.findings.find(({ action }) => action.decision === 'refuse')
  // The actor of an alert is what its findings have in common, and only one instance of a launch may be in a group.
  const fix = refused && (describeTemplateFix(alert.actor) ?? describeTemplateFix(refused.actor))
  return [createField('To do', getRemediation(section)), ...(fix === undefined ? [] : [createField('Fix', fix)])]
}

/** A secondary section, which does not repeat the main one. */
const secondarySectionFor =
  (main: Section, all: number) =>
  (section: Section): SecondarySection => {
    const { first } = section
    const secondary = createSecondarySection(section, all)
    const sameTodo = getRemediation(section) === getRemediation(main)
    const sameAction = describeAction(first.action) === describeAction(main.first.action)
    return {
      ...secondary,
      fields: [
        ...secondary.fields,
        ...(first.status === 'UNKNOWN' ? [] : [createField('Why', getRationale(section))]),
        ...(sameTodo ? [] : [createField('To do', getRemediation(section))]),
        ...(sameAction ? [] : [createField('virtguard', describeAction(first.action))]),
      ],
    }
  }

const EXEMPT =
  'to accept this for a while, add an exemption to the policy, with reason, owner and expiry (docs/policy.md)'

const buildFooter = (alert: Alert, { first }: Section): readonly Field[] => [
  createField('More', `virtguard rules ${first.rule}`),
  ...(findFirstStop(alert) === undefined ? [createField('Exempt', EXEMPT)] : []),
  createField('Alert', alert.id),
]

/** The content of an alert of findings: the worst complete, so that a reader can act, and the others beside it. */
export const buildFindingContent = (
  alert: Alert,
  [main, ...others]: readonly [Section, ...Section[]],
): AlertContent => {
  const all = listResourceIds(alert).length
  const steps = describePrevention(alert)
  return {
    kind: 'finding',
    severity: alert.severity,
    subject: { leads: buildLeads(alert), names: listNameVariants(alert) },
    title: buildTitle(main, alert),
    ...getPart(alert),
    lead: getMessages(main),
    fields: listConcernedResources(main, all),
    news: [sweepNews(alert), recurredContent(alert), refusedBeforeContent(alert), stopNotice(alert)].filter(
      text => text !== undefined,
    ),
    facts: [
      ...createResourceFields(alert),
      ...stopPoints(alert),
      createLocationField(alert),
      ...createOriginFields(alert),
    ],
    why: getRationale(main),
    whatToDo: buildRemediationFields(main, alert),
    did: describeAction(main.first.action),
    ...(steps !== undefined && { steps }),
    secondarySections: others.map(secondarySectionFor(main, all)),
    console: buildConsoleLink(alert),
    rule: main.first.rule,
    footer: buildFooter(alert, main),
    leftOut: describeOmitted(alert),
  }
}
