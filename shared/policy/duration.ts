const PARTS = String.raw`(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$`

/** Days, hours, minutes and seconds in this order, whole numbers, each at most once: `90s`, `15m`, `1h30m`. */
export const DURATION = new RegExp(String.raw`^(?=\d)${PARTS}`)

/** The same, but longer than nothing. */
export const POSITIVE_DURATION = new RegExp(String.raw`^(?=\d)(?=.*[1-9])${PARTS}`)

/** The seconds of a text that matches `DURATION`. */
export const parseDuration = (duration: string): number => {
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = DURATION.exec(duration) ?? []
  return Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)
}
