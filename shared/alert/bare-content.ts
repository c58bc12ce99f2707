import type { Alert } from './alert.ts'
import type { AlertContent } from './alert-content.ts'
import { buildConsoleLink } from './console-link.ts'
import { leadOf, listNameVariants, type Section } from './content.ts'
import { createField, createLocationField, createResourceFields } from './facts.ts'
import { describeOmitted } from './left-out.ts'

/** Whether the alert still has a finding. */
export const isSome = (sections: readonly Section[]): sections is readonly [Section, ...Section[]] =>
  sections.length > 0

/** The content of an alert without any finding left. */
export const buildBareContent = (alert: Alert): AlertContent => ({
  kind: alert.kind ?? 'finding',
  severity: alert.severity,
  subject: { leads: [leadOf(alert)], names: listNameVariants(alert) },
  title: `Findings of ${alert.rules.join(', ')}`,
  lead: [],
  fields: [],
  news: [],
  facts: [...createResourceFields(alert), createLocationField(alert)],
  whatToDo: [],
  secondarySections: [],
  console: buildConsoleLink(alert),
  footer: [createField('Alert', alert.id)],
  leftOut: describeOmitted(alert),
})
