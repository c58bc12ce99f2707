export const BYTE = {
  newline: 0x0a,
  quote: 0x22,
  return: 0x0d,
  comma: 0x2c,
  colon: 0x3a,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const

/** A table of the 256 bytes, with 1 for those that are marked. */
export const createByteTable = (marked: readonly number[]): Uint8Array => {
  const table = new Uint8Array(256)
  for (const byte of marked) table[byte] = 1
  return table
}

const SPACE = createByteTable([0x20, 0x09, 0x0a, 0x0d])

export const isSpace = (byte: number | undefined): boolean => byte !== undefined && SPACE[byte] === 1

/** The last byte before `at` that is no white space. Undefined if that lies before `floor`. */
export const findSignificantByte = (bytes: Buffer, at: number, floor: number): number | undefined => {
  let before = at - 1
  while (before >= floor && isSpace(bytes[before])) before--
  return before < floor ? undefined : bytes[before]
}

/** The key whose value is the array that opens at `at`: `{"Records":[` or `,"Records":[`. */
export const findArrayKey = (bytes: Buffer, at: number, floor: number): string | undefined => {
  let before = at - 1
  while (before > floor && isSpace(bytes[before])) before--
  if (bytes[before] !== BYTE.colon) return undefined
  before--
  while (before > floor && isSpace(bytes[before])) before--
  if (bytes[before] !== BYTE.quote || before <= floor) return undefined
  const key = bytes.lastIndexOf(BYTE.quote, before - 1)
  if (key <= floor) return undefined
  const ahead = findSignificantByte(bytes, key, floor)
  const isKey = ahead === BYTE.openObject || ahead === BYTE.comma
  return isKey ? bytes.toString('latin1', key + 1, before) : undefined
}
