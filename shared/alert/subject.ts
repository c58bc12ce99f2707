import { unlinked } from '../text/unlinked.ts'
import { plain } from '../text/untrusted.ts'
import type { Alert } from './alert.ts'
import { mainReason } from './digest-story.ts'
import { noticeLead } from './notice-story.ts'
import { endedChapters, endingLead } from './outcome-story.ts'
import { returnLead } from './returned.ts'
import { stopLead } from './stop-notice.ts'
import { headlineOf, leadOf, namesOf, resourcesOf } from './story.ts'

/** SNS: less than 100 characters, no line breaks or control characters (SNS API reference, Publish). */
const SUBJECT_CHARACTERS = 99
// So much of the resource is shown even where it costs the end of the place.
const NAME_CHARACTERS = 12

const shortened = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 3)}...`

/** ASCII only: some mail systems still garble the rest in a subject. */
const ascii = (text: string): string => unlinked(plain(text)).replace(/[^\x20-\x7e]/g, '?')

/** A text as a subject: ASCII, and cut where it is too long. */
export const subjectWithin = (text: string): string => shortened(ascii(text), SUBJECT_CHARACTERS)

/** What comes before the resource: everything first, and then, for where that is too long, only what matters most. */
const leadsOf = (alert: Alert): readonly string[] => {
  if (alert.kind === 'digest') return ['Not stopped:']
  if (alert.kind === 'notice') return [`${noticeLead(alert)}:`]
  if (alert.kind === 'outcome') {
    const first = endedChapters(alert)[0]?.first
    const lead = `${endingLead(alert)}:`
    return first === undefined ? [lead] : [`${lead} ${headlineOf(first)}:`, lead]
  }
  const news = [returnLead(alert), stopLead(alert)].filter(lead => lead !== undefined)
  if (news.length === 0) return [leadOf(alert)]
  const lead = `${news.join(', ').replace(', Stop', ', stop')}:`
  return [`${lead} ${leadOf(alert)}`, lead]
}

const namesIn = (alert: Alert): readonly string[] =>
  alert.kind === 'digest'
    ? [`${namesOf(alert)}, ${mainReason(alert)},`, namesOf(alert)]
    : [resourcesOf(alert), namesOf(alert)]

/** The story in one line: how bad, what, which, where. What will happen, or has happened, comes before what was found. */
export const subjectOf = (alert: Alert): string => {
  const end = ` in ${alert.accountId} ${alert.region}`
  const leads = leadsOf(alert).map(lead => `[${alert.severity}] ${lead} `)
  const names = namesIn(alert)
  const whole = leads.flatMap(lead => names.map(name => ascii(`${lead}${name}${end}`)))
  const fitting = whole.find(subject => subject.length <= SUBJECT_CHARACTERS)
  if (fitting !== undefined) return fitting
  const lead = leads.at(-1) ?? ''
  const room = Math.max(SUBJECT_CHARACTERS - lead.length - end.length, NAME_CHARACTERS)
  return subjectWithin(`${lead}${shortened(namesOf(alert), room)}${end}`)
}
