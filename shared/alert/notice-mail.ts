import type { Alert, EndingExemption } from './alert.ts'
import { bullet, columnsOf, paragraph, row } from './lines.ts'
import { whatRows, whereRow } from './rows.ts'
import { chaptersOf, counted, headlineOf, resourceIdsOf } from './story.ts'

const IDS_LISTED = 500

const firstEnd = ({ exemptions = [] }: Alert): string => exemptions.map(({ expires }) => expires).toSorted()[0] ?? ''

/** `Exemption ends 2026-12-01`; of several the first. */
export const noticeLead = (alert: Alert): string => {
  const several = (alert.exemptions ?? []).length > 1
  return `${several ? 'Exemptions end from' : 'Exemption ends'} ${firstEnd(alert)}`
}

const line = ({ expires, owner, reason, resources }: EndingExemption): string =>
  bullet(`Until the end of ${expires}`, `${reason} (${owner}); covers ${counted(resources)}`)

const found = (alert: Alert): readonly string[] =>
  chaptersOf(alert.findings).map(({ first, resources }) =>
    bullet(`${first.severity}, ${counted(resources.length)}`, `${headlineOf(first)} (${first.rule})`),
  )

/** The sections of a mail about exemptions that are about to end. */
export const noticeMail = (alert: Alert): readonly string[] => {
  const ids = resourceIdsOf(alert)
  return [
    [
      `${alert.severity}: ${noticeLead(alert)}`,
      '',
      paragraph('What is exempt until then is told as a finding again once it has ended:'),
      ...(alert.exemptions ?? []).map(line),
      '',
      ...whatRows(alert),
      whereRow(alert),
      row(
        'To do',
        'Fix what is covered; or, if it has to stay, set a later `expires` in the policy and apply it (docs/policy.md). This is told once for each end.',
      ),
    ].join('\n'),
    ['What is covered:', ...found(alert)].join('\n'),
    ...(ids.length > 1 ? [[`The ${counted(ids.length)} resources:`, ...columnsOf(ids, IDS_LISTED)].join('\n')] : []),
    row('Alert', alert.id),
  ]
}
