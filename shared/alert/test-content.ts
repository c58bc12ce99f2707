import type { AlertContent } from './alert-content.ts'
import { formatUtc } from './clock.ts'
import { createField } from './facts.ts'

/** The content of `virtguard notify test`. `at` is its time, ISO 8601. */
export const testContent = (at: string): AlertContent => ({
  kind: 'finding',
  severity: 'INFORMATIONAL',
  subject: { leads: ['A test of virtguard'], names: [] },
  title: 'A test of virtguard',
  lead: ['virtguard alerts arrive here. This is a test. Nothing was found, and there is nothing to do.'],
  fields: [],
  news: [],
  facts: [createField('When', formatUtc(at))],
  whatToDo: [],
  did: 'Sent because somebody ran `virtguard notify test`.',
  secondarySections: [],
  resolved: true,
  footer: [],
  leftOut: [],
})
