/**
 * Reads XML as it arrives, and keeps of it only what a shape names: what is not named costs no memory. It knows what AWS
 * writes: elements, text, CDATA, comments, the five entities and character references. A DTD is refused.
 *
 * Not saxes, which makes an object of each of a page's 130,000 elements: with it a sweep of 10,000 instances took three
 * times as long and half as much memory again (docs/decisions/0010-own-xml-reader.md).
 */
import { EventError } from '../errors.ts'
import { readTextOf } from './xml-text.ts'

/** The elements that are wanted: `text` for a leaf, another shape for one with children of its own. */
export type Shape = { readonly [element: string]: 'text' | Shape }

/**
 * The content of an element. An element with children has all its occurrences, in order. For a leaf the last one
 * counts.
 */
export type XmlNode = {
  readonly texts: Readonly<Record<string, string>>
  readonly children: Readonly<Record<string, readonly XmlNode[]>>
}

/** The receivers of elements by their path, `root/set/item`, as soon as they are whole. They are not kept then. */
export type Takers = { readonly [path: string]: (node: XmlNode) => void }

export type XmlReader = {
  /** The bytes of the document, one character a byte. Throws EventError for invalid XML. */
  readonly write: (bytes: string) => void
  /** The root element. Throws EventError if the document is not whole, or has another root. */
  readonly end: () => XmlNode
}

type OpenNode = { readonly texts: Record<string, string>; readonly children: Record<string, OpenNode[]> }

/** A shape, made for looking up without making a text of each name: by the length of the name. */
type Wanted = {
  readonly name: string
  readonly isLeaf: boolean
  readonly inside: readonly (readonly Wanted[])[]
  readonly take: ((node: XmlNode) => void) | undefined
}

type Level = { readonly wanted: Wanted; readonly node: OpenNode }

type State = {
  readonly levels: Level[]
  /** The wanted leaf that is open, and its text so far. */
  leaf: string | undefined
  text: string
  /** The number of open elements that are not wanted, or that stand in one. */
  skipped: number
  /** The name of the root element, once it is open. */
  root: string | undefined
  /** Bytes that were read and not used yet: the beginning of a tag, or of a text. */
  rest: string
}

/** Far more than any tag or text of EC2's. Without a limit, an answer without an end would fill the memory. */
const MOST_REST = 1024 * 1024

const createNode = (): OpenNode => ({ texts: {}, children: {} })

const findWanted = (path: string, shape: 'text' | Shape, channels: Takers): Wanted => {
  const children =
    shape === 'text'
      ? []
      : Object.entries(shape).map(([child, its]) => findWanted(path === '' ? child : `${path}/${child}`, its, channels))
  const longest = Math.max(0, ...children.map(child => child.name.length))
  const inside = Array.from({ length: longest + 1 }, (_, length) =>
    children.filter(each => each.name.length === length),
  )
  return { name: path.slice(path.lastIndexOf('/') + 1), isLeaf: shape === 'text', inside, take: channels[path] }
}

const find = ({ inside }: Wanted, text: string, start: number, end: number): Wanted | undefined => {
  for (const wanted of inside[end - start] ?? []) if (text.startsWith(wanted.name, start)) return wanted
  return undefined
}

const addChild = ({ children }: OpenNode, name: string): OpenNode => {
  const node = createNode()
  const list = children[name]
  if (list === undefined) children[name] = [node]
  else list.push(node)
  return node
}

const open = (state: State, text: string, start: number, end: number): void => {
  if (state.skipped > 0 || state.leaf !== undefined) {
    state.skipped += 1
    return
  }
  const level = state.levels[state.levels.length - 1]
  const wanted = level && find(level.wanted, text, start, end)
  if (state.levels.length === 1) {
    if (state.root !== undefined) throw new EventError('the answer: it has two roots')
    state.root = text.slice(start, Math.min(end, start + 60))
  }
  if (level === undefined || wanted === undefined) state.skipped += 1
  else if (wanted.isLeaf) {
    state.leaf = wanted.name
    state.text = ''
  } else state.levels.push({ wanted, node: wanted.take ? createNode() : addChild(level.node, wanted.name) })
}

const close = (state: State, name: string | undefined): void => {
  if (state.skipped > 0) {
    state.skipped -= 1
    return
  }
  const level = state.levels[state.levels.length - 1]
  const expected = state.leaf ?? (state.levels.length > 1 ? level?.wanted.name : undefined)
  if (expected === undefined || (name !== undefined && name !== expected))
    throw new EventError(`the answer: </${name?.slice(0, 60)}> closes what is not open`)
  if (state.leaf === undefined) {
    state.levels.pop()
    if (level !== undefined) level.wanted.take?.(level.node)
  } else {
    if (level !== undefined) level.node.texts[state.leaf] = readTextOf(state.text)
    state.leaf = undefined
  }
}

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9

/** The end of a tag with attributes, or -1. A > in quotes does not end it. */
const endOfAttributes = (text: string, from: number): number => {
  const next = /[>"']/g
  next.lastIndex = from
  for (let match = next.exec(text); match !== null; match = next.exec(text)) {
    if (match[0] === '>') return match.index
    const quote = text.indexOf(match[0], next.lastIndex)
    if (quote < 0) return -1
    next.lastIndex = quote + 1
  }
  return -1
}

const SLASH = 47
const GREATER = 62

/**
 * Takes `<name …>` or `<name …/>`. Returns the beginning of the next piece of text, or -1 if the tag is not whole yet.
 */
const openTag = (state: State, text: string, start: number): number => {
  let nameEnd = start
  let code = text.charCodeAt(nameEnd)
  while (code !== GREATER && code !== SLASH && !isSpace(code)) {
    if (nameEnd >= text.length) return -1
    nameEnd += 1
    code = text.charCodeAt(nameEnd)
  }
  if (nameEnd === start) throw new EventError('the answer: a tag without a name')
  const isEmpty = code === SLASH && text.charCodeAt(nameEnd + 1) === GREATER
  const end = code === GREATER ? nameEnd : isEmpty ? nameEnd + 1 : endOfAttributes(text, nameEnd)
  if (end < 0) return -1
  open(state, text, start, nameEnd)
  if (text.charCodeAt(end - 1) === SLASH) close(state, undefined)
  return end + 1
}

const closeTag = (state: State, text: string, start: number): number => {
  const end = text.indexOf('>', start)
  if (end < 0) return -1
  // The names of unwanted elements are not compared: their number suffices to find the end.
  close(state, state.skipped > 0 ? undefined : text.slice(start, end).trimEnd())
  return end + 1
}

const addText = (state: State, text: string, from: number, to: number): void => {
  if (state.leaf !== undefined) {
    if (state.skipped === 0) state.text += text.slice(from, to)
  } else if (state.levels.length === 1 && state.skipped === 0 && text.slice(from, to).trim() !== '')
    throw new EventError('the answer: text outside of its root')
}

/** Takes `<?…` or `<!…`. */
const parseDeclaration = (state: State, text: string, at: number): number => {
  const [begin, end] =
    [
      ['<?', '?>'],
      ['<!--', '-->'],
      ['<![CDATA[', ']]>'],
    ].find(([mark = '']) => text.startsWith(mark, at)) ?? []
  if (begin === undefined || end === undefined) {
    if (text.length - at < '<![CDATA['.length) return -1
    throw new EventError('the answer: it has a DTD, which is not read')
  }
  const stop = text.indexOf(end, at + begin.length)
  if (stop < 0) return -1
  // It has no entities: the & has to come out of textOf as it went in.
  if (end === ']]>')
    addText(state, text.slice(at + begin.length, stop).replaceAll('&', '&amp;'), 0, Number.MAX_SAFE_INTEGER)
  return stop + end.length
}

const parseTag = (state: State, text: string, at: number): number => {
  const code = text.charCodeAt(at + 1)
  if (Number.isNaN(code)) return -1
  if (code === SLASH) return closeTag(state, text, at + 2)
  return code === 33 || code === 63 ? parseDeclaration(state, text, at) : openTag(state, text, at + 1)
}

const read = (state: State, text: string, from: number): void => {
  let at = from
  while (at < text.length) {
    const start = text.indexOf('<', at)
    // Text before a tag that is not whole yet is read again, with the tag.
    const { leaf, skipped, text: before } = state
    if (start < 0) break
    if (start > at) addText(state, text, at, start)
    const next = parseTag(state, text, start)
    if (next < 0) {
      if (leaf !== undefined && skipped === 0) state.text = before
      break
    }
    at = next
  }
  state.rest = text.slice(at)
  if (state.rest.length > MOST_REST) throw new EventError('the answer: a tag or a text without an end')
}

// Only the rest is put before the piece, up to the end of its tag, because copying every piece would be slow.
const take = (state: State, bytes: string): void => {
  if (state.rest === '') {
    read(state, bytes, 0)
    return
  }
  const end = bytes.indexOf('>') + 1
  read(state, state.rest + (end === 0 ? bytes : bytes.slice(0, end)), 0)
  if (end === 0) return
  if (state.rest === '') read(state, bytes, end)
  else read(state, state.rest + bytes.slice(end), 0)
}

/** A reader of one document whose root element is called `root`. */
export const createXmlReader = (root: string, shape: Shape, channels: Takers = {}): XmlReader => {
  const top = createNode()
  const levels = [{ wanted: findWanted('', { [root]: shape }, channels), node: top }]
  const state: State = { levels, leaf: undefined, text: '', skipped: 0, root: undefined, rest: '' }
  return {
    write: bytes => take(state, bytes),
    end: () => {
      const node = top.children[root]?.[0]
      if (state.root !== undefined && state.root !== root)
        throw new EventError(`the answer: expected ${root}, got ${state.root}`)
      if (node === undefined || levels.length > 1 || state.rest.trim() !== '')
        throw new EventError('the answer ended in the middle')
      return node
    },
  }
}
