// How Athena and CloudTrail Lake print what is no text: `{type=AssumedRole, arn=arn:aws:…}` for a struct or a map,
// `[a, b]` for an array. Values are not quoted, so that a text with a comma in it may be read in two ways.
import { parseJson } from '../input/parse-json.ts'

const OPENING = '{['
const CLOSING = '}]'

/** One past the bracket that closes the one at `from`; brackets inside JSON strings do not count. */
const findEnd = (text: string, from: number): number | undefined => {
  let depth = 0
  let quoted = false
  for (let at = from; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (quoted && letter === '\\') at++
    else if (letter === '"') quoted = !quoted
    else if (!quoted && OPENING.includes(letter)) depth++
    else if (!quoted && CLOSING.includes(letter)) depth--
    if (depth === 0) return at + 1
  }
  return undefined
}

type Read = { readonly value: unknown; readonly end: number }

// A record has some ten levels. Each is looked through once for every level around it.
const MAX_DEPTH = 20

type At = { readonly depth: number; readonly isList: boolean }

const readBracketed = (text: string, from: number, depth: number): Read | undefined => {
  const end = depth > MAX_DEPTH ? undefined : findEnd(text, from)
  if (end === undefined) return undefined
  const inner = text.slice(from, end)
  const json = parseJson(inner)
  const value = json === undefined ? parseBracketed(inner, depth) : json.value
  return value === undefined ? undefined : { value, end }
}

const NEXT_KEY = /, [\w-]+=/g

const readScalar = (text: string, from: number, isList: boolean): Read => {
  NEXT_KEY.lastIndex = from
  const comma = isList ? text.indexOf(', ', from) : (NEXT_KEY.exec(text)?.index ?? -1)
  const end = comma === -1 ? text.length : comma
  const scalar = text.slice(from, end)
  return { value: scalar === 'null' || scalar === '' ? null : scalar, end }
}

const readValue = (text: string, from: number, { depth, isList }: At): Read | undefined =>
  OPENING.includes(text[from] ?? ' ') ? readBracketed(text, from, depth + 1) : readScalar(text, from, isList)

const KEY = /([\w.:-]+)=/y

const parseMembers = (text: string, depth: number): Record<string, unknown> | undefined => {
  const members: Record<string, unknown> = Object.create(null)
  for (let at = 0; at < text.length; ) {
    KEY.lastIndex = at
    const key = KEY.exec(text)?.[1]
    const read = key === undefined ? undefined : readValue(text, at + key.length + 1, { depth, isList: false })
    // A key that comes twice was in a text that somebody chose.
    if (key === undefined || read === undefined || key in members) return undefined
    members[key] = read.value
    if (read.end < text.length && !text.startsWith(', ', read.end)) return undefined
    at = read.end + 2
  }
  return members
}

const parseElements = (text: string, depth: number): unknown[] | undefined => {
  const elements: unknown[] = []
  for (let at = 0; at < text.length; ) {
    const read = readValue(text, at, { depth, isList: true })
    if (read === undefined) return undefined
    elements.push(read.value)
    if (read.end < text.length && !text.startsWith(', ', read.end)) return undefined
    at = read.end + 2
  }
  return elements
}

const parseBracketed = (text: string, depth: number): unknown => {
  const inner = text.slice(1, -1)
  if (text.startsWith('{') && text.endsWith('}')) return parseMembers(inner, depth)
  return text.startsWith('[') && text.endsWith(']') ? parseElements(inner, depth) : undefined
}

/** An object or an array as Presto prints it; undefined where it is none, or where it can be read in two ways. */
export const parsePrestoText = (text: string): unknown => parseBracketed(text, 0)
