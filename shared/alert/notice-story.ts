import type { Alert, EndingExemption } from './alert.ts'
import type { AlertStory, Point } from './alert-story.ts'
import { consoleLink } from './console-link.ts'
import { point, whatPoints, whereOf } from './facts.ts'
import { leftOutOf } from './left-out.ts'
import { chaptersOf, counted, headlineOf, resourceIdsOf } from './story.ts'

const firstEnd = ({ exemptions = [] }: Alert): string => exemptions.map(({ expires }) => expires).toSorted()[0] ?? ''

/** `Exemption ends 2026-12-01`; of several the first. */
export const noticeLead = (alert: Alert): string => {
  const several = (alert.exemptions ?? []).length > 1
  return `${several ? 'Exemptions end from' : 'Exemption ends'} ${firstEnd(alert)}`
}

const ending = ({ expires, owner, reason, resources }: EndingExemption): Point =>
  point(`Until the end of ${expires}`, `${reason} (${owner}); covers ${counted(resources)}`)

const TO_DO =
  'Fix what is covered; or, if it has to stay, set a later `expires` in the policy and apply it (docs/policy.md). This is told once for each end.'

/** The story of exemptions that are about to end. */
export const noticeStory = (alert: Alert): AlertStory => {
  const ids = resourceIdsOf(alert)
  return {
    kind: 'notice',
    severity: alert.severity,
    title: noticeLead(alert),
    lead: ['What is exempt until then is told as a finding again once it has ended:'],
    points: (alert.exemptions ?? []).map(ending),
    news: [],
    facts: [...whatPoints(alert), whereOf(alert)],
    whatToDo: [point('To do', TO_DO)],
    asides: chaptersOf(alert.findings).map(({ first, resources }) => ({
      severity: first.severity,
      title: `${headlineOf(first)} (${first.rule})`,
      messages: [`It covers ${counted(resources.length)} of these.`],
      points: [],
    })),
    ...(ids.length > 1 && { ids }),
    console: consoleLink(alert),
    footer: [point('Alert', alert.id)],
    leftOut: leftOutOf(alert),
  }
}
