import { InvalidArgumentError } from 'commander'
import { DURATION, parseDuration } from '../../shared/policy/duration.ts'

/** A moment, or how long ago it was. */
export type Since = Date | { readonly secondsAgo: number }

/** `7d`, `24h`, `1d12h`; or a date or time of ISO 8601. */
export const parseSince = (text: string): Since => {
  if (DURATION.test(text)) return { secondsAgo: parseDuration(text) }
  const date = new Date(text)
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError('Write how long ago, like 7d or 24h, or a date, like 2027-01-31.')
  }
  return date
}

/** The moment that is meant. */
export const resolveSince = (since: Since, now: Date): Date =>
  since instanceof Date ? since : new Date(now.getTime() - since.secondsAgo * 1000)
