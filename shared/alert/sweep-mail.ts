import type { Alert } from './alert.ts'
import { messagesOf } from './chapter.ts'
import { inUtc } from './clock.ts'
import { bullet, columnsOf, consoleRow, indented, paragraph, row } from './lines.ts'
import { endedChapters, endingLead } from './outcome-mail.ts'
import { sentence } from './reason.ts'
import { whatRows, whereRow } from './rows.ts'
import { type Chapter, counted, headlineOf, resourceIdsOf } from './story.ts'
import { isOfSweep } from './sweep-alert.ts'

const IDS_LISTED = 500

/** That no launch was reported, where a sweep found it. */
export const sweepStory = (alert: Alert): string | undefined => {
  if (!isOfSweep(alert)) return undefined
  const one = resourceIdsOf(alert).length === 1
  return `A sweep found ${one ? 'it' : 'them'}: there before virtguard, or launched without an event that said enough.`
}

const instances = (count: number): string => (count === 1 ? '1 resource' : `${counted(count)} resources`)

const chapter = ({ first, messages, resources }: Chapter): string =>
  [
    `${first.severity}: ${headlineOf(first)} (${first.rule})`,
    bullet(instances(resources.length), sentence(first.outcome?.why ?? first.action.reason)),
    ...messagesOf({ first, messages, resources }, indented),
  ].join('\n')

/** The sections of a mail about what a sweep found to be gone or fixed. */
export const sweepOutcomeMail = (alert: Alert): readonly string[] => {
  const chapters = endedChapters(alert)
  const [main] = chapters
  if (main === undefined) return []
  const ids = resourceIdsOf(alert)
  const part = alert.part.of > 1 ? [`Part ${alert.part.number} of ${alert.part.of}.`] : []
  return [
    [
      `${alert.severity}: ${endingLead(alert)}: ${headlineOf(main.first)}`,
      ...part,
      '',
      paragraph(`What an earlier alert told has ended, as a sweep saw at ${inUtc(alert.event.time)}:`),
      '',
      ...whatRows(alert),
      whereRow(alert),
      row('To do', 'Nothing for what is resolved. Should it come back, it is told anew.'),
      consoleRow(alert),
    ].join('\n'),
    ...chapters.map(chapter),
    ...(ids.length > 1 ? [[`The ${instances(ids.length)}:`, ...columnsOf(ids, IDS_LISTED)].join('\n')] : []),
    row('Alert', alert.id),
  ]
}
