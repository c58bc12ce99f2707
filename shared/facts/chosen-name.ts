// The name of an Auto Scaling group has at most 255 characters, but of a refused call nobody has checked it.

/** Half a character at either end would make an encoder throw. */
const cutText = (text: string, from: number, to?: number): string =>
  text.slice(from, to).replace(/[\ud800-\udbff]$|^[\udc00-\udfff]/g, '')

/** A name that somebody has chosen, never longer than a sentence can bear. */
export const limitName = (name: string): string => (name.length <= 100 ? name : `${cutText(name, 0, 99)}…`)

/** A text without its middle, where it is longer than that: both ends distinguish it from others. */
export const limitMiddle = (text: string, length: number): string =>
  text.length <= length ? text : `${cutText(text, 0, length - 101)}…${cutText(text, text.length - 100)}`

/** An id with such names in it, never too long for a key of the ledger: of a longer one its begin and its end are left. */
export const limitId = (id: string): string => limitMiddle(id, 400)
