/**
 * Reads XML as it arrives, and keeps of it only what a shape names: what is not named costs no memory. No entity but
 * the five of XML itself is known, and no DTD is followed.
 */
import { SaxesParser } from 'saxes'
import { EventError } from '../errors.ts'

/** The elements that are wanted: `text` for a leaf, another shape for one with children of its own. */
export type Shape = { readonly [element: string]: 'text' | Shape }

/** What an element held. An element that came more than once has all its occurrences, in order. */
export type XmlNode = {
  readonly texts: Readonly<Record<string, string>>
  readonly children: Readonly<Record<string, readonly XmlNode[]>>
}

type OpenNode = { readonly texts: Record<string, string>; readonly children: Record<string, OpenNode[]> }

export type XmlReader = {
  readonly write: (text: string) => void
  /** The root element. Throws EventError where the document is not whole, is no XML, or has another root. */
  readonly end: () => XmlNode
}

const newNode = (): OpenNode => ({ texts: Object.create(null), children: Object.create(null) })

// V8 makes of a piece of a text a view of it, which keeps the whole text in memory for as long as the piece lives.
const copied = (text: string): string => ` ${text}`.slice(1)

type Level = { readonly shape: Shape; readonly node: OpenNode }

type State = {
  readonly levels: Level[]
  /** The wanted leaf that is open, and its text so far. */
  leaf: string | undefined
  text: string
  /** How many elements are open that nobody wants, or that stand in one. */
  skipped: number
}

const addChild = ({ children }: OpenNode, name: string): OpenNode => {
  const node = newNode()
  const list = children[name]
  if (list === undefined) children[name] = [node]
  else list.push(node)
  return node
}

const open = (state: State, name: string): void => {
  const level = state.levels.at(-1)
  const wanted = state.skipped > 0 || state.leaf !== undefined ? undefined : level?.shape[name]
  if (level === undefined || wanted === undefined) state.skipped += 1
  else if (wanted === 'text') {
    state.leaf = name
    state.text = ''
  } else state.levels.push({ shape: wanted, node: addChild(level.node, name) })
}

const close = (state: State): void => {
  const { levels, leaf } = state
  const level = levels.at(-1)
  if (state.skipped > 0) state.skipped -= 1
  else if (leaf === undefined) levels.pop()
  else {
    if (level !== undefined) level.node.texts[leaf] = copied(state.text)
    state.leaf = undefined
  }
}

/** A reader of one document whose root element is called `root`. `write` and `end` throw EventError for what is no XML. */
export const xmlReader = (root: string, shape: Shape): XmlReader => {
  const top = newNode()
  const state: State = { levels: [{ shape: { [root]: shape }, node: top }], leaf: undefined, text: '', skipped: 0 }
  const parser = new SaxesParser({ position: false })
  const onText = (piece: string): void => {
    if (state.leaf !== undefined && state.skipped === 0) state.text += piece
  }
  parser.on('opentag', ({ name }) => open(state, name))
  parser.on('closetag', () => close(state))
  parser.on('text', onText)
  parser.on('cdata', onText)
  parser.on('error', ({ message }) => {
    throw new EventError(`the answer is no whole XML: ${message}`)
  })
  return {
    write: piece => {
      parser.write(piece)
    },
    end: () => {
      parser.close()
      const node = top.children[root]?.[0]
      if (node === undefined) throw new EventError(`the answer: expected ${root}, got something else`)
      return node
    },
  }
}
