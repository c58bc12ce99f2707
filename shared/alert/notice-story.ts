import type { Alert, EndingExemption } from './alert.ts'
import type { AlertStory, Point } from './alert-story.ts'
import { consoleLink } from './console-link.ts'
import { point, whatPoints, whereOf } from './facts.ts'
import { leftOutOf } from './left-out.ts'
import { type Chapter, chaptersOf, counted, headlineOf, idsBeyondNamed, namesFor, resourceIdsOf } from './story.ts'

const firstEnd = ({ exemptions = [] }: Alert): string => exemptions.map(({ expires }) => expires).toSorted()[0] ?? ''

/** `Exemption ends 2026-12-01`; of several the first. */
const noticeLead = (alert: Alert): string => {
  const several = (alert.exemptions ?? []).length > 1
  return `${several ? 'Exemptions end from' : 'Exemption ends'} ${firstEnd(alert)}`
}

const ending = ({ expires, owner, reason, resources }: EndingExemption): Point =>
  point(`Until the end of ${expires}`, `${reason} (${owner}); covers ${counted(resources)}`)

const coveredPoint = ({ first, resources }: Chapter): Point =>
  point('Covered', `${headlineOf(first)} (${first.rule}), ${first.severity}: ${counted(resources.length)}`)

const TO_DO =
  'Fix what is covered; or, if it has to stay, set a later `expires` in the policy and apply it (docs/policy.md). This is told once for each end.'

/** The story of exemptions that are about to end. */
export const noticeStory = (alert: Alert): AlertStory => ({
  kind: 'notice',
  severity: alert.severity,
  subject: { leads: [`${noticeLead(alert)}:`], names: namesFor(alert) },
  title: noticeLead(alert),
  lead: ['What is exempt until then is told as a finding again once it has ended:'],
  points: (alert.exemptions ?? []).map(ending),
  news: [],
  facts: [...whatPoints(alert), whereOf(alert), ...chaptersOf(alert.findings).map(coveredPoint)],
  whatToDo: [point('To do', TO_DO)],
  asides: [],
  ...idsBeyondNamed(resourceIdsOf(alert)),
  console: consoleLink(alert),
  footer: [point('Alert', alert.id)],
  leftOut: leftOutOf(alert),
})
