import type { Alert, ExpiringExemption } from './alert.ts'
import type { AlertContent, Field } from './alert-content.ts'
import { buildConsoleLink } from './console-link.ts'
import {
  buildHeadline,
  formatInstances,
  groupSections,
  listNameVariants,
  listResourceIds,
  listUnnamedIds,
  type Section,
} from './content.ts'
import { createField, createLocationField, createResourceFields } from './facts.ts'
import { describeOmitted } from './left-out.ts'

const findFirstExpiry = ({ exemptions = [] }: Alert): string =>
  exemptions.map(({ expires }) => expires).toSorted()[0] ?? ''

/** `Exemption ends 2026-12-01`; of several the first. */
const noticeLead = (alert: Alert): string => {
  const several = (alert.exemptions ?? []).length > 1
  return `${several ? 'Exemptions end from' : 'Exemption ends'} ${findFirstExpiry(alert)}`
}

const createExpiryField = ({ expires, owner, reason, resources }: ExpiringExemption): Field =>
  createField(`Until the end of ${expires}`, `${reason} (${owner}); covers ${formatInstances(resources)}`)

const createCoveredField = ({ first, resources }: Section): Field =>
  createField(
    'Covered',
    `${buildHeadline(first)} (${first.rule}), ${first.severity}: ${formatInstances(resources.length)}`,
  )

const TO_DO =
  'Fix what is covered. If it has to stay, set a later `expires` in the policy and apply it (docs/policy.md). You get this notice once for each end.'

/** The content of a notice about exemptions that are about to end. */
export const noticeContent = (alert: Alert): AlertContent => ({
  kind: 'notice',
  severity: alert.severity,
  subject: { leads: [`${noticeLead(alert)}:`], names: listNameVariants(alert) },
  title: noticeLead(alert),
  lead: ['What an exemption covers is alerted as a finding again once the exemption has ended:'],
  fields: (alert.exemptions ?? []).map(createExpiryField),
  news: [],
  facts: [
    ...createResourceFields(alert),
    createLocationField(alert),
    ...groupSections(alert.findings).map(createCoveredField),
  ],
  whatToDo: [createField('To do', TO_DO)],
  secondarySections: [],
  ...listUnnamedIds(listResourceIds(alert)),
  console: buildConsoleLink(alert),
  footer: [createField('Alert', alert.id)],
  leftOut: describeOmitted(alert),
})
