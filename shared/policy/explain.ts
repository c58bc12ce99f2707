import * as z from 'zod/mini'
import { findNearest } from '../text/nearest-word.ts'
import { type Path, truncateShown } from './problem.ts'

export type Explained = { readonly path: Path; readonly text: string }

type Schema = z.core.$ZodType
type Explaining = {
  readonly schema: Schema
  readonly data: unknown
  readonly sourceOf: (path: Path) => string | undefined
}

/** The problems behind zod's issues. */
export const explainAll = (issues: readonly z.core.$ZodIssue[], about: Explaining): readonly Explained[] => {
  // A mapping whose only key is misspelt counts as empty too; once is enough.
  const misspelt = new Set(issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path.join()))
  return issues
    .filter(({ code, path }) => code !== 'custom' || !misspelt.has(path.join()))
    .flatMap(issue => explain(issue, about))
}

/**
 * A zod issue as one problem or more, each in the words `what is wrong; what to do`. The second half is the schema's
 * `error`.
 */
const explain = (issue: z.core.$ZodIssue, about: Explaining): readonly Explained[] => {
  const { path } = issue
  if (issue.code === 'unrecognized_keys') {
    const valid = listKeys(about.schema, path, about.data)
    return issue.keys.map(key => ({ path: [...path, key], text: `is not a key here; ${describeChoice(key, valid)}` }))
  }
  if (issue.code === 'invalid_key') {
    return [{ path, text: `is not a key that can be used; ${issue.issues.map(({ message }) => message).join(', ')}` }]
  }
  const value = readValue(about.data, path)
  if (issue.code === 'invalid_type' && issue.expected === 'never')
    return [{ path, text: `is not allowed here; ${issue.message}` }]
  const words = describeIssue(issue)
  const todo = typeof value === 'string' && words.length > 0 ? describeChoice(value, words) : issue.message
  const what = mayBeSecret(value, path) ? UNSHOWN : describeWrong(value, issue, about.sourceOf(path))
  return [{ path, text: `${what}; ${todo}` }]
}

/** The proposal in place of a word. */
export const describeChoice = (word: string, valid: readonly string[]): string => {
  const near = findNearest(word, valid)
  return `${near === undefined ? '' : `did you mean ${near}? `}valid: ${valid.join(', ')}`
}

const UNSHOWN = 'is not valid, and not shown here, because it may be a secret'

/** A text in place of the ARN of a secret may be the secret itself, and so may the part before the host of a URL. */
const mayBeSecret = (value: unknown, path: Path): boolean =>
  typeof value === 'string' &&
  ((path.at(-1) === 'secret' && value.trim() !== '' && !value.startsWith('arn:')) || /:\/\/[^/]*@/.test(value))

const describeWrong = (value: unknown, issue: z.core.$ZodIssue, source: string | undefined): string => {
  if (value === undefined) return 'is missing'
  if (value === null) return 'has no value'
  if (typeof value === 'string') return value.trim() === '' ? 'is empty' : `"${truncateShown(value)}" is not valid`
  if (typeof value !== 'object') {
    const written = truncateShown(source ?? String(value))
    const isText = issue.code === 'invalid_type' && issue.expected === 'string'
    return isText ? `${written} is read as a ${typeof value}` : `${written} is not valid`
  }
  if (Object.keys(value).length === 0) return 'is empty'
  return Array.isArray(value) ? 'is a list' : 'is a mapping'
}

const readValue = (data: unknown, [head, ...rest]: Path): unknown => {
  if (head === undefined) return data
  return readValue(Reflect.get(Object(data), head), rest)
}

/** The words of which one is expected. */
const describeIssue = (issue: z.core.$ZodIssue): readonly string[] => {
  const isWord = (word: unknown): word is string => typeof word === 'string'
  if (issue.code === 'invalid_value') return issue.values.filter(isWord)
  return 'options' in issue && Array.isArray(issue.options) ? issue.options.filter(isWord) : []
}

/** Which of the shapes it is: each says so in its `type`. */
const findVariant = (options: readonly Schema[], data: unknown): Schema | undefined =>
  options.find(option => {
    const type = option instanceof z.ZodMiniObject ? option.shape['type'] : undefined
    return type instanceof z.ZodMiniLiteral && type.def.values.includes(String(readValue(data, ['type'])))
  })

const listKeys = (schema: Schema | undefined, path: Path, data: unknown): readonly string[] => {
  const [head, ...rest] = path
  const inner = readValue(data, path.slice(0, 1))
  if (schema instanceof z.ZodMiniObject) {
    return head === undefined ? Object.keys(schema.shape) : listKeys(schema.shape[String(head)], rest, inner)
  }
  if (schema instanceof z.ZodMiniArray) return listKeys(schema.def.element, rest, inner)
  if (schema instanceof z.ZodMiniRecord) return listKeys(schema.def.valueType, rest, inner)
  if (schema instanceof z.ZodMiniDiscriminatedUnion) return listKeys(findVariant(schema.def.options, data), path, data)
  if (
    schema instanceof z.ZodMiniOptional ||
    schema instanceof z.ZodMiniExactOptional ||
    schema instanceof z.ZodMiniDefault ||
    schema instanceof z.ZodMiniPrefault
  ) {
    return listKeys(schema.def.innerType, path, data)
  }
  return []
}
