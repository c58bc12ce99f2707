// Times as people read them. All are UTC, and say so.

/** `2026-11-24 08:15:30 UTC`. */
export const inUtc = (iso: string): string => iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')

/** `08:15 UTC`, with the day before it where that is not the day of `from`. Rounded down: too early is the safe side. */
export const shortTime = (iso: string, from: string): string => {
  const time = `${iso.slice(11, 16)} UTC`
  return iso.slice(0, 10) === from.slice(0, 10) ? time : `${iso.slice(5, 10)} ${time}`
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
]

/** `1 h 30 min`: the two largest units that are not zero. */
export const lasting = (seconds: number): string => {
  const parts: string[] = []
  let rest = Math.max(0, Math.round(seconds))
  for (const [size, unit] of UNITS) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${unit}`)
  }
  return parts.length === 0 ? '0 s' : parts.slice(0, 2).join(' ')
}

/** The seconds from one moment to another. */
export const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000
