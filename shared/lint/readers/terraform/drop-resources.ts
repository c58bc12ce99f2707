// A plan of 50 MB is mostly resources that launch nothing. As objects they would need several times their size in memory.
import { isOfInterest } from './resource-types.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const SPACE = 0x20
// [ and {, ] and } differ in this bit alone.
const CURLY = 0x20
const OPENING = 0x5b
const CLOSING = 0x5d

type Container = { readonly start: number; type?: string; mode?: string }
type Range = { readonly start: number; readonly end: number }

/** The quote that ends the string which begins at a quote; the length if nothing ends it. */
const findQuote = (bytes: Buffer, start: number): number => {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}

const skipSpace = (bytes: Buffer, start: number): number => {
  let at = start
  while (at < bytes.length && (bytes[at] ?? 0) <= SPACE) at++
  return at
}

/** Reads a string; as a key that says what a resource is, together with its value. Returns the place of its last quote. */
const readString = (bytes: Buffer, start: number, container: Container | undefined): number => {
  const end = findQuote(bytes, start)
  if (container === undefined || end - start !== 5) return end
  const key = bytes.toString('latin1', start + 1, end)
  if (key !== 'type' && key !== 'mode') return end
  const colon = skipSpace(bytes, end + 1)
  const value = skipSpace(bytes, colon + 1)
  if (bytes[colon] !== COLON || bytes[value] !== QUOTE) return end
  const last = findQuote(bytes, value)
  container[key] = bytes.toString('latin1', value + 1, last)
  return last
}

const isOtherResource = ({ type, mode }: Container): boolean =>
  type !== undefined && (mode === 'managed' || mode === 'data') && !isOfInterest(type)

/** Takes a resource of another type, in place of those that lie in it. */
const close = (container: Container | undefined, end: number, others: Range[]): void => {
  if (container === undefined || !isOtherResource(container)) return
  while ((others.at(-1)?.start ?? -1) > container.start) others.pop()
  others.push({ start: container.start, end })
}

const findOthers = (bytes: Buffer): readonly Range[] => {
  const open: Container[] = []
  const others: Range[] = []
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) at = readString(bytes, at, open.at(-1))
    else if ((byte & ~CURLY) === OPENING) open.push({ start: at })
    else if ((byte & ~CURLY) === CLOSING) close(open.pop(), at + 1, others)
  }
  return others
}

const EMPTY = Buffer.from('{}')

/** The same plan with an empty object for each resource of a type that is not read. What is no plan stays as it is. */
export const dropOtherResources = (bytes: Buffer): Buffer => {
  const others = findOthers(bytes)
  if (others.length === 0) return bytes
  const kept = others.flatMap(({ start }, index) => [bytes.subarray(others[index - 1]?.end ?? 0, start), EMPTY])
  return Buffer.concat([...kept, bytes.subarray(others.at(-1)?.end)])
}
