import { Composer, isAlias, isMap, isScalar, LineCounter, type ParsedNode, Parser, type YAMLMap } from 'yaml'
import { isNestedDeeperThan } from './nesting.ts'
import { type Path, type Position, type Problem, truncateShown } from './problem.ts'

/** A YAML text as plain data, with the position of each key. The data is good only if there are no problems. */
export type Document = {
  readonly data: unknown
  readonly problems: readonly Problem[]
  /** The position of a key or list item, or of the nearest one above it that exists. */
  readonly offsetOf: (path: Path) => number
  /** The text of a value, if it is neither a list nor a mapping. */
  readonly sourceOf: (path: Path) => string | undefined
  readonly positionOf: (offset: number) => Position
}

type SourcePosition = { readonly offset: number; readonly source?: string }
type Reading = {
  readonly places: Map<string, SourcePosition>
  readonly problems: Problem[]
  readonly lines: LineCounter
}

const MAX_DEPTH = 30
// Each value may be wrong in several ways, and zod hands issues on as arguments of a call: some 100,000 break the stack.
const MAX_VALUES = 10_000
const STRING_TAG = 'tag:yaml.org,2002:str'

const formatPathKey = (path: Path): string => JSON.stringify(path.map(String))

const findOffset = (path: Path, places: Reading['places']): number => {
  const place = places.get(formatPathKey(path))
  return place !== undefined || path.length === 0 ? (place?.offset ?? 0) : findOffset(path.slice(0, -1), places)
}

/** What the document describes, in words for its author. */
type Subject = 'policy' | 'deployment'

/** Reads one document of YAML 1.2, so JSON too, without aliases and tags. Never throws. */
export const readYaml = (text: string, subject: Subject = 'policy'): Document => {
  const reading: Reading = { places: new Map(), problems: [], lines: new LineCounter() }
  const data = readData(text, reading, subject)
  return {
    data,
    problems: reading.problems,
    offsetOf: path => findOffset(path, reading.places),
    sourceOf: path => reading.places.get(formatPathKey(path))?.source,
    positionOf: offset => reading.lines.linePos(offset),
  }
}

const readData = (text: string, reading: Reading, subject: Subject): unknown => {
  const tokens = [...new Parser(reading.lines.addNewLine).parse(text)]
  const fail = (offset: number, what: string): undefined => {
    reading.problems.push({ offset, path: [], text: what })
  }
  if (isNestedDeeperThan(MAX_DEPTH, tokens)) return fail(0, `is nested too deeply; a ${subject} needs five levels`)
  // The schema is named so that a %YAML 1.1 line cannot change the meaning of a word.
  const composer = new Composer({ schema: 'core', uniqueKeys: false })
  const [document, second] = [...composer.compose(tokens, true, text.length)]
  for (const error of document?.errors ?? []) {
    fail(error.pos[0], `cannot be read as YAML: ${truncateShown(error.message, 160)}; correct this line`)
  }
  if (second !== undefined) return fail(second.range[0], `a second YAML document; keep one ${subject} in a file`)
  const contents = document?.contents ?? null
  if (contents === null || reading.problems.length > 0) return undefined
  const data = toPlain(contents, [], reading)
  return reading.places.size > MAX_VALUES
    ? fail(0, `has more than ${MAX_VALUES} values; a ${subject} has a few hundred`)
    : data
}

const toPlain = (node: ParsedNode | null, path: Path, reading: Reading): unknown => {
  if (node === null) return null
  const fail = (what: string): undefined => {
    reading.problems.push({ offset: node.range[0], path, text: what })
  }
  if (isAlias(node)) return fail('is an alias; write the value itself')
  if (node.tag !== undefined && node.tag !== STRING_TAG)
    return fail(`has the tag ${truncateShown(node.tag)}; remove it`)
  if (isMap(node)) return toPlainMap(node, path, reading)
  if (isScalar(node)) return node.value
  return node.items.map((item, index) => {
    const at = [...path, index]
    if (item !== null) place(item, { path: at, offset: item.range[0] }, reading)
    return toPlain(item, at, reading)
  })
}

const place = (value: ParsedNode | null, at: { path: Path; offset: number }, { places }: Reading): void => {
  const source = isScalar(value) ? value.source : undefined
  places.set(formatPathKey(at.path), source === undefined ? { offset: at.offset } : { offset: at.offset, source })
}

const toPlainMap = (map: YAMLMap.Parsed, path: Path, reading: Reading): unknown =>
  Object.fromEntries(
    map.items.flatMap(({ key, value }) => {
      const name = nameOf(key)
      const offset = key?.range[0] ?? map.range[0]
      const at = [...path, name ?? '?']
      const wrong = name === undefined ? 'is no key; write a word' : findWrongKey(name, at, reading)
      if (name === undefined || wrong !== undefined) {
        reading.problems.push({ offset, path: at, text: wrong ?? '' })
        return []
      }
      place(value, { path: at, offset }, reading)
      return [[name, toPlain(value, at, reading)]]
    }),
  )

// A number as a key keeps its spelling: 0123 is not 123.
const nameOf = (key: ParsedNode | null): string | undefined => {
  if (!isScalar(key) || key.value === null) return undefined
  return key.source ?? String(key.value)
}

const findWrongKey = (name: string, at: Path, { places, lines }: Reading): string | undefined => {
  // No name of ours, and copying it could drop it without a word.
  if (name === '__proto__') return 'is no key that can be used; remove it'
  const first = places.get(formatPathKey(at))
  return first && `is given twice; keep one (the first is on line ${lines.linePos(first.offset).line})`
}
