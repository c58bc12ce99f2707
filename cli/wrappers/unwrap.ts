import { readBase64, readText } from './read-text.ts'
import type { Content } from './wrapper.ts'
import { openWrapper } from './wrappers.ts'

/** What a record was found in, from the outside in, and which one it was of those in there. */
export type Found = {
  /** The names of its wrappers, from the inside out: `SQS messages in Lambda batches`. Empty for a bare record. */
  readonly inside: string
  /** The number of the item inside, counted from 1. Undefined if there is only one. */
  readonly item: string | undefined
}

export type UnwrapSink = {
  readonly onRecord: (value: unknown, found: Found) => void
  readonly onOther: (name: readonly [one: string, many: string]) => void
  readonly onProblem: (what: string, found: Found) => void
}

// A Firehose object in an SNS notification in an SQS message in a batch for a function is twelve, texts and lists included.
const MAX_DEPTH = 24

const TOO_DEEP = 'wrapped in too many wrappers; unwrap it first'

const goInside = (found: Found, name: string | undefined): Found =>
  name === undefined ? found : { ...found, inside: found.inside === '' ? name : `${name} in ${found.inside}` }

const open = (contents: Iterable<Content>, { sink, found, depth }: Place): void => {
  let number = 0
  let held: Content | undefined
  const openHeld = (isOne: boolean): void => {
    if (held === undefined) return
    number++
    const item = isOne ? found.item : `${found.item === undefined ? '' : `${found.item}.`}${number}`
    openContent(held, { sink, found: { ...found, item }, depth: depth + 1 })
  }
  for (const content of contents) {
    openHeld(false)
    held = content
  }
  openHeld(number === 0)
}

type Place = { readonly sink: UnwrapSink; readonly found: Found; readonly depth: number }

const openContent = (content: Content, place: Place): void => {
  const { sink, found, depth } = place
  if (depth > MAX_DEPTH) sink.onProblem(TOO_DEEP, found)
  else if ('other' in content) sink.onOther(content.other)
  else if ('problem' in content) sink.onProblem(content.problem, found)
  else if ('record' in content) sink.onRecord(content.record, found)
  else if ('text' in content) open(readText(content.text, content.isLog ?? false), place)
  else if ('base64' in content) open([readBase64(content.base64)], place)
  else openValue(content.value, place)
}

const openValue = (value: unknown, place: Place): void => {
  const { sink, found } = place
  if (typeof value === 'string') {
    openContent({ text: value }, place)
    return
  }
  const opened = openWrapper(value)
  if (opened === undefined) sink.onRecord(value, found)
  else open(opened.contents, { ...place, found: goInside(found, opened.name) })
}

/** Takes everything out of what it is wrapped in, however often. A bare record is handed on as it is. */
export const unwrap = (value: unknown, sink: UnwrapSink, inside = ''): void =>
  openValue(value, { sink, found: { inside, item: undefined }, depth: 0 })
