import { createUnreadable, type Part, quote } from './fields.ts'

/** ISO 8601, UTC; milliseconds only if there are any. */
export const formatIso = (ms: number): string => {
  const text = new Date(ms).toISOString()
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text
}

/** As CloudTrail and EventBridge write it: needs no rewriting, which would be a third of the cost of reading a launch. */
const AS_RECORDED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** The form of log stores: a space for the T, fractions, no Z. Always UTC. */
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?Z?$/

/** The time of an event as ISO 8601, UTC. */
export const timeAt = (part: Part, key: string): string => {
  const value = part.value[key]
  if (typeof value === 'string' && AS_RECORDED.test(value) && !Number.isNaN(Date.parse(value))) return value
  const match = typeof value === 'string' ? TIME.exec(value) : null
  const ms = match ? Date.parse(`${match[1]}T${match[2]}${(match[3] ?? '').slice(0, 4)}Z`) : Number.NaN
  if (!Number.isNaN(ms)) return formatIso(ms)
  throw createUnreadable(part, key, 'a time like 2026-11-24T08:00:00Z', describeValue(value))
}

const describeValue = (value: unknown): string => {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return `${value}`
  if (value === undefined || value === null) return 'nothing'
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object'
  return `a ${typeof value}`
}
