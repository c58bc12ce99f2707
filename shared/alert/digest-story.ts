import { reasonGist, sentence } from '../wording/reasons.ts'
import type { Alert } from './alert.ts'
import type { AlertStory, Point } from './alert-story.ts'
import { consoleLink } from './console-link.ts'
import { point, whereOf } from './facts.ts'
import { leftOutOf } from './left-out.ts'
import { counted, namesOf, resourceIdsOf, resourcesOf } from './story.ts'

const partOf = ({ part }: Alert): Pick<AlertStory, 'part'> =>
  part.of > 1 ? { part: `Part ${part.number} of ${part.of}; the reasons count all parts.` } : {}

const instances = (count: number): string => (count === 1 ? '1 instance' : `${counted(count)} instances`)

const reasonsOf = ({ digest }: Alert): readonly Point[] =>
  (digest?.reasons ?? []).map(({ why, resources }) => point(instances(resources), sentence(why)))

/** The most frequent reason, without its details. */
const mainReason = ({ digest }: Alert): string => {
  const first = digest?.reasons[0]
  return first === undefined ? 'see the ledger' : reasonGist(first.code, first.why)
}

const rulesOf = ({ told, rules }: Alert): string =>
  rules
    .map(rule => {
      const count = told
        .filter(group => group.rules.includes(rule))
        .reduce((sum, { resources }) => sum + resources.length, 0)
      return `${rule} (${counted(count)})`
    })
    .join(', ')

const TO_DO =
  'Look at them: virtguard does not come back to these. Stop, fix or exempt each yourself; `virtguard findings` lists them, with what was found.'

/** The story of stops that were held back. */
export const digestStory = (alert: Alert): AlertStory => ({
  kind: 'digest',
  severity: alert.severity,
  subject: { leads: ['Not stopped:'], names: [`${namesOf(alert)}, ${mainReason(alert)},`, namesOf(alert)] },
  title: `${namesOf(alert)} not stopped: ${mainReason(alert)}`,
  ...partOf(alert),
  lead: ['They were announced to be stopped, the time has come, and virtguard let them run:'],
  points: reasonsOf(alert),
  news: [],
  facts: [point('What', resourcesOf(alert)), whereOf(alert), point('Rules', rulesOf(alert))],
  whatToDo: [point('To do', TO_DO)],
  steps: {
    lead: 'What makes virtguard stop instances again:',
    steps: (alert.digest?.resume ?? []).map(text => ({ text, copy: [] })),
    after: 'Where the stack is not named Virtguard, add --stack NAME; docs/runbooks/budget-spent.md has more.',
  },
  asides: [],
  ids: resourceIdsOf(alert),
  console: consoleLink(alert),
  footer: [point('Alert', alert.id)],
  leftOut: leftOutOf(alert),
})
