import { plain } from '../text/untrusted.ts'
import type { Alert } from './alert.ts'
import { leadOf, namesOf, resourcesOf } from './story.ts'

/** SNS: less than 100 characters, no line breaks or control characters (SNS API reference, Publish). */
const SUBJECT_CHARACTERS = 99
// So much of the resource is shown even where it costs the end of the place.
const NAME_CHARACTERS = 12

const shortened = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 3)}...`

/** ASCII only: some mail systems still garble the rest in a subject. */
const ascii = (text: string): string => plain(text).replace(/[^\x20-\x7e]/g, '?')

/** The story in one line: how bad, what, which, where. */
export const subjectOf = (alert: Alert): string => {
  const start = `[${alert.severity}] ${leadOf(alert)} `
  const end = ` in ${alert.accountId} ${alert.region}`
  const room = Math.max(SUBJECT_CHARACTERS - start.length - end.length, NAME_CHARACTERS)
  const names = resourcesOf(alert)
  const subject = `${start}${names.length <= room ? names : shortened(namesOf(alert), room)}${end}`
  return shortened(ascii(subject), SUBJECT_CHARACTERS)
}
