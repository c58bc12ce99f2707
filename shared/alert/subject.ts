import { plain } from '../text/untrusted.ts'
import type { Alert } from './alert.ts'
import { headlineOf, resourcesOf } from './story.ts'

/** SNS: less than 100 characters, no line breaks or control characters (SNS API reference, Publish). */
const SUBJECT_CHARACTERS = 99

const shortened = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 3)}...`

/** The story in one line: how bad, what, which, where. ASCII only: some mail systems still garble the rest in a subject. */
export const subjectOf = (alert: Alert): string => {
  const where = `${alert.accountId} ${alert.region}`
  const start = `[${alert.severity}] ${headlineOf(alert)}: `
  const room = SUBJECT_CHARACTERS - start.length - where.length - 4
  const subject = `${start}${shortened(resourcesOf(alert), Math.max(room, 12))} in ${where}`
  return shortened(plain(subject).replace(/[^\x20-\x7e]/g, '?'), SUBJECT_CHARACTERS)
}
