// The name of an Auto Scaling group has at most 255 characters, but of a refused call nobody has checked it.

/** Half a character at either end would make an encoder throw. */
const cutText = (text: string, from: number, to?: number): string =>
  text.slice(from, to).replace(/[\ud800-\udbff]$|^[\udc00-\udfff]/g, '')

/** A name that somebody has chosen, never longer than a sentence can bear. */
export const limitName = (name: string): string => (name.length <= 100 ? name : `${cutText(name, 0, 99)}…`)

/** An id with such names in it, never too long for a key of the ledger: of a longer one its begin and its end are left. */
export const limitId = (id: string): string =>
  id.length <= 400 ? id : `${cutText(id, 0, 299)}…${cutText(id, id.length - 100)}`
