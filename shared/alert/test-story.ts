import type { AlertStory } from './alert-story.ts'
import { inUtc } from './clock.ts'
import { point } from './facts.ts'

/** What `virtguard notify test` sends; `at` is when, ISO 8601. */
export const testStory = (at: string): AlertStory => ({
  kind: 'finding',
  severity: 'INFORMATIONAL',
  subject: { leads: ['A test of virtguard'], names: [] },
  title: 'A test of virtguard',
  lead: ['Alerts of virtguard arrive here. Nothing was found, and there is nothing to do.'],
  points: [],
  news: [],
  facts: [point('When', inUtc(at))],
  whatToDo: [],
  did: 'Somebody asked for this message with `virtguard notify test`.',
  asides: [],
  settled: true,
  footer: [],
  leftOut: [],
})
