import { getValue, isJson, type Json } from '../json.ts'

/** A resource of a plan, or a block in it: its values, what is not known of them, what is sensitive, and their expressions. */
export type Block = {
  readonly values: Json
  /** True if all of it is. */
  readonly unknown: Json | boolean
  readonly sensitive: Json | boolean
  readonly expressions: Json | undefined
}

export type Attribute = {
  readonly value: unknown
  readonly isUnknown: boolean
  /** Its value must not be printed. */
  readonly isSensitive: boolean
  readonly expression: Json | undefined
}

/** The mark of a key in `after_unknown` or `after_sensitive`. */
const getMark = (marks: Json | boolean, key: string): unknown => (isJson(marks) ? getValue(marks, key) : marks)

const toMarks = (mark: unknown): Json | boolean => (isJson(mark) ? mark : mark === true)

/** Whether a mark, or any mark in it, is set. */
const isMarked = (mark: unknown): boolean =>
  mark === true || (Array.isArray(mark) ? mark.some(isMarked) : isJson(mark) && Object.values(mark).some(isMarked))

export const getAttribute = ({ values, unknown, sensitive, expressions }: Block, key: string): Attribute => {
  const expression = getValue(expressions, key)
  return {
    value: getValue(values, key) ?? undefined,
    isUnknown: isMarked(getMark(unknown, key)),
    isSensitive: isMarked(getMark(sensitive, key)),
    expression: isJson(expression) ? expression : undefined,
  }
}

const at = (list: unknown, index: number): unknown => (Array.isArray(list) ? list[index] : list)

/** The blocks of a key. Undefined if their number is not known yet. */
export const listBlocks = (block: Block, key: string): readonly Block[] | undefined => {
  const unknown = getMark(block.unknown, key)
  if (unknown === true) return undefined
  const value = getValue(block.values, key)
  const written = getValue(block.expressions, key)
  const blocks = Array.isArray(value) ? value : isJson(value) ? [value] : []
  // Of dynamic blocks there are no expressions.
  const isSame = Array.isArray(written) ? written.length === blocks.length : blocks.length === 1
  return blocks.map((values, index) => {
    const expressions = isSame ? at(written, index) : undefined
    return {
      values: isJson(values) ? values : {},
      unknown: toMarks(at(unknown, index)),
      sensitive: toMarks(at(getMark(block.sensitive, key), index)),
      expressions: isJson(expressions) ? expressions : undefined,
    }
  })
}
