import type { Alert } from './alert.ts'
import { digestMail } from './digest-mail.ts'
import { findingMail } from './finding-mail.ts'
import { noticeMail } from './notice-mail.ts'
import { outcomeMail } from './outcome-mail.ts'
import { isOfSweep } from './sweep-alert.ts'
import { sweepOutcomeMail } from './sweep-mail.ts'

// More text than any person reads, and far less than SNS takes: the JSON body has the rest.
const CHARACTERS = 24_000

const sectionsOf = (alert: Alert): readonly string[] => {
  if (alert.kind === 'notice') return noticeMail(alert)
  if (alert.kind === 'outcome') return isOfSweep(alert) ? sweepOutcomeMail(alert) : outcomeMail(alert)
  return alert.kind === 'digest' ? digestMail(alert) : findingMail(alert)
}

/** The alert as plain text that reads well in any mail client, at most 72 columns wide but for single long words. */
export const emailBody = (alert: Alert): string => {
  const text = sectionsOf(alert).join('\n\n')
  if (text.length <= CHARACTERS) return text
  // Never half a character.
  const cut = text.slice(0, CHARACTERS).replace(/[\ud800-\udbff]$/, '')
  return `${cut}\n... cut: the whole is in the JSON of this alert.`
}
