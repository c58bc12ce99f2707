import { unlinked } from '../text/unlinked.ts'
import { plain } from '../text/untrusted.ts'
import type { AlertStory } from './alert-story.ts'

/** SNS: less than 100 characters, no line breaks or control characters (SNS API reference, Publish). */
const SUBJECT_CHARACTERS = 99
// So much of the resource is shown even where it costs the end of the place.
const NAME_CHARACTERS = 12

const shortened = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 3)}...`

/** ASCII only: some mail systems still garble the rest in a subject. */
const ascii = (text: string): string => unlinked(plain(text)).replace(/[^\x20-\x7e]/g, '?')

type Place = { readonly accountId: string; readonly region: string }

/** A text as a subject: ASCII, and cut where it is too long. */
export const subjectWithin = (text: string): string => shortened(ascii(text), SUBJECT_CHARACTERS)

/** The story in one line: how bad, what, which, where. What will happen, or has happened, comes before what was found. */
export const subjectFor = ({ severity, subject }: AlertStory, { accountId, region }: Place): string => {
  const end = ` in ${accountId} ${region}`
  const leads = subject.leads.map(lead => `[${severity}] ${lead} `)
  const { names } = subject
  const whole = leads.flatMap(lead => names.map(name => ascii(`${lead}${name}${end}`)))
  const fitting = whole.find(line => line.length <= SUBJECT_CHARACTERS)
  if (fitting !== undefined) return fitting
  const lead = leads.at(-1) ?? ''
  const room = Math.max(SUBJECT_CHARACTERS - lead.length - end.length, NAME_CHARACTERS)
  return subjectWithin(`${lead}${shortened(names.at(-1) ?? '', room)}${end}`)
}
