import {
  type Alias,
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  Parser,
  type YAMLMap,
} from 'yaml'
import { isNestedDeeperThan } from '../../../policy/nesting.ts'

export type TemplateText =
  | {
      readonly value: unknown
      /** The line of each resource. */
      readonly lines: ReadonlyMap<string, number>
      readonly notices: readonly string[]
    }
  | { readonly unreadable: string }

const MOST_DEPTH = 100
// An alias in an alias makes ten values a million.
const MOST_VALUES = 500_000

type Anchored = { readonly value: unknown; readonly values: number }
type Reading = {
  readonly lines: LineCounter
  readonly anchors: Map<string, Anchored>
  /** How many values there are, those of aliases again for each alias. */
  values: number
  /** The line of the first alias. */
  alias?: number
}

/** `!Ref X` is `{ Ref: X }`, and `!Sub X` is `{ Fn::Sub: X }`. */
const toFunction = (tag: string, value: unknown): unknown => {
  if (!/^![A-Za-z]+$/.test(tag)) return value
  const name = tag.slice(1)
  return { [name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`]: value }
}

const toKey = (key: unknown): string => (isScalar(key) ? (key.source ?? String(key.value)) : '?')

class TooLarge extends Error {}

const readAlias = (alias: Alias.Parsed, reading: Reading): unknown => {
  reading.alias ??= reading.lines.linePos(alias.range[0]).line
  const anchored = reading.anchors.get(alias.source)
  reading.values += anchored?.values ?? 0
  return anchored?.value ?? null
}

const readMap = (map: YAMLMap.Parsed, reading: Reading): unknown =>
  Object.fromEntries(
    map.items.flatMap(({ key, value }) => {
      const plain = toPlain(value, reading)
      const name = toKey(key)
      return name === '<<' && typeof plain === 'object' && plain !== null ? Object.entries(plain) : [[name, plain]]
    }),
  )

const toUntagged = (node: ParsedNode, reading: Reading): unknown => {
  if (isAlias(node)) return readAlias(node, reading)
  if (isMap(node)) return readMap(node, reading)
  if (isSeq(node)) return node.items.map(item => toPlain(item, reading))
  return node.value
}

const toPlain = (node: ParsedNode | null, reading: Reading): unknown => {
  const before = reading.values
  reading.values++
  if (node === null) return null
  const untagged = toUntagged(node, reading)
  if (reading.values > MOST_VALUES) throw new TooLarge()
  const value = node.tag === undefined ? untagged : toFunction(node.tag, untagged)
  if ('anchor' in node && node.anchor !== undefined)
    reading.anchors.set(node.anchor, { value, values: reading.values - before })
  return value
}

const findLines = (root: ParsedNode | null, lines: LineCounter): ReadonlyMap<string, number> => {
  const resources = isMap(root) ? root.items.find(({ key }) => toKey(key) === 'Resources')?.value : undefined
  if (!isMap(resources)) return new Map()
  return new Map(
    resources.items.flatMap(({ key }) =>
      isScalar(key) && key.range ? [[toKey(key), lines.linePos(key.range[0]).line] as const] : [],
    ),
  )
}

const readContents = (contents: ParsedNode | null, lines: LineCounter): TemplateText => {
  const reading: Reading = { lines, anchors: new Map(), values: 0 }
  try {
    const value = toPlain(contents, reading)
    const notices =
      reading.alias === undefined
        ? []
        : [
            `an alias of YAML on line ${reading.alias}, which CloudFormation refuses; aws cloudformation package writes it out`,
          ]
    return { value, lines: findLines(contents, lines), notices }
  } catch (error) {
    if (error instanceof TooLarge)
      return { unreadable: `more than ${MOST_VALUES} values with all aliases, more than a template may have` }
    throw error
  }
}

/** Reads a template as YAML 1.2, with the short forms of CloudFormation's functions. */
export const readYamlTemplate = (text: string): TemplateText => {
  const lines = new LineCounter()
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  if (isNestedDeeperThan(MOST_DEPTH, tokens)) return { unreadable: 'YAML nested too deeply for a template' }
  const composer = new Composer({ schema: 'core', logLevel: 'silent' })
  const [document, second] = [...composer.compose(tokens, true, text.length)]
  if (document === undefined) return { unreadable: 'empty' }
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    return { unreadable: `broken YAML on line ${line}, column ${col} (${error.code}); correct this line` }
  }
  if (second !== undefined) return { unreadable: 'several YAML documents; keep one template in a file' }
  return readContents(document.contents, lines)
}
