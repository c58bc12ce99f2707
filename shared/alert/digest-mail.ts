import type { Alert } from './alert.ts'
import { bullet, columnsOf, consoleRow, numbered, paragraph, row } from './lines.ts'
import { gistOf, sentence } from './reason.ts'
import { whereRow } from './rows.ts'
import { counted, namesOf, resourceIdsOf, resourcesOf } from './story.ts'

// 500 ids are 170 lines: long, and still something that one looks through.
const IDS_LISTED = 500

const partOf = ({ part }: Alert): readonly string[] =>
  part.of > 1 ? [`Part ${part.number} of ${part.of}; the reasons count all parts.`] : []

const instances = (count: number): string => (count === 1 ? '1 instance' : `${counted(count)} instances`)

const reasonsOf = ({ digest }: Alert): readonly string[] =>
  (digest?.reasons ?? []).map(({ why, resources }) => bullet(instances(resources), sentence(why)))

/** The most frequent reason, without its details. */
export const mainReason = ({ digest }: Alert): string => gistOf(digest?.reasons[0]?.why ?? '') || 'see the ledger'

const rulesOf = ({ told, rules }: Alert): string =>
  rules
    .map(rule => {
      const count = told
        .filter(group => group.rules.includes(rule))
        .reduce((sum, { resources }) => sum + resources.length, 0)
      return `${rule} (${counted(count)})`
    })
    .join(', ')

/** The sections of a mail about stops that were held back. */
export const digestMail = (alert: Alert): readonly string[] => {
  const ids = resourceIdsOf(alert)
  return [
    [
      paragraph(`${alert.severity}: ${namesOf(alert)} not stopped: ${mainReason(alert)}`),
      ...partOf(alert),
      '',
      paragraph('They were announced to be stopped, the time has come, and virtguard let them run:'),
      ...reasonsOf(alert),
      '',
      row('What', resourcesOf(alert)),
      whereRow(alert),
      row('Rules', rulesOf(alert)),
      row(
        'To do',
        'Look at them: virtguard does not come back to these. Stop, fix or exempt each yourself; `virtguard findings` lists them, with what was found.',
      ),
      consoleRow(alert),
    ].join('\n'),
    [
      paragraph('What makes virtguard stop instances again:'),
      ...(alert.digest?.resume ?? []).map((text, index) => numbered(index + 1, text)),
      '',
      paragraph('LEDGER is the output LedgerTable of the stack; docs/runbooks/budget-spent.md has more.'),
    ].join('\n'),
    [`The ${instances(ids.length)}:`, ...columnsOf(ids, IDS_LISTED)].join('\n'),
    row('Alert', alert.id),
  ]
}
