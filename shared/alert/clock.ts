// Times as people read them. All are UTC, and say so.

/** `2026-11-24 08:15:30 UTC`. */
export const formatUtc = (iso: string): string => iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')

/**
 * `08:15 UTC`, with the day before it if that is not the day of `from`. Rounded down, because too early is the safe
 * side.
 */
export const formatShortTime = (iso: string, from: string): string => {
  const time = `${iso.slice(11, 16)} UTC`
  return iso.slice(0, 10) === from.slice(0, 10) ? time : `${iso.slice(5, 10)} ${time}`
}

/** The seconds from one moment to another. */
export const countSecondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000
