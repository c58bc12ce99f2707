import type { AccountRegion } from '../facts/account-region.ts'
import { quoteName } from '../text/name.ts'
import { breakLinks } from '../text/unlinked.ts'
import { toPlainText } from '../text/untrusted.ts'
import type { AlertContent } from './alert-content.ts'

/** SNS: less than 100 characters, no line breaks or control characters (SNS API reference, Publish). */
const SUBJECT_CHARACTERS = 99
// This much of the resource is shown even if account and region are cut.
const NAME_CHARACTERS = 12

const shortenText = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 3)}...`

/** ASCII only: some mail systems still garble the rest in a subject. */
const toAscii = (text: string): string => breakLinks(toPlainText(text)).replace(/[^\x20-\x7e]/g, '?')

/** A text as a subject: ASCII, and cut if it is too long. */
export const fitSubject = (text: string): string => shortenText(toAscii(text), SUBJECT_CHARACTERS)

/** The content in one line: how bad, what, which, where. A future or past stop comes before the finding. */
export const buildSubject = (
  { severity, subject }: AlertContent,
  { accountId, accountName, region }: AccountRegion & { readonly accountName?: string },
): string => {
  const end = ` in ${accountId} ${region}`
  // The name of the account is the first to go, then that of the resource. No id is cut for a name.
  const ends = accountName === undefined ? [end] : [` in ${accountId} (${quoteName(accountName)}) ${region}`, end]
  const leads = subject.leads.map(lead => `[${severity}] ${lead} `)
  const { names } = subject
  const whole = leads.flatMap(lead => names.flatMap(name => ends.map(where => toAscii(`${lead}${name}${where}`))))
  const fitting = whole.find(line => line.length <= SUBJECT_CHARACTERS)
  if (fitting !== undefined) return fitting
  const lead = leads.at(-1) ?? ''
  const room = Math.max(SUBJECT_CHARACTERS - lead.length - end.length, NAME_CHARACTERS)
  return fitSubject(`${lead}${shortenText(names.at(-1) ?? '', room)}${end}`)
}
