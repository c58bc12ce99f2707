/** An object or an array of JSON. */
export type Json = Readonly<Record<string, unknown>>

/** One thing that a wrapper holds. */
export type Content =
  | { readonly value: unknown }
  /** A record that was put together from its fields: nothing more to open. */
  | { readonly record: unknown }
  /** JSON as text, or such text compressed and in base64. Of a log, text that is no JSON is no mistake. */
  | { readonly text: string; readonly isLog?: boolean }
  | { readonly base64: string }
  /** Whole, and nothing of ours: counted under this name, one and many. */
  | { readonly other: readonly [one: string, many: string] }
  /** What it is, and what to do to have it read. */
  | { readonly problem: string }

/** One form in which people hold their records. */
export type Wrapper = {
  /** As the summary calls it: `3 CloudTrail records in SQS messages`. A list has none. */
  readonly name?: string
  /** Decides by the content alone. */
  readonly detect: (value: Json) => boolean
  /** What it holds, one by one. Called only with what was detected. */
  readonly unwrap: (value: Json) => Iterable<Content>
}

export const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

export const isText = (value: unknown): value is string => typeof value === 'string'

/** An object in an object. Undefined if there is none. */
export const getObject = (value: Json, key: string): Json | undefined => {
  const inner = value[key]
  return isJson(inner) && !Array.isArray(inner) ? inner : undefined
}

export const getList = (value: Json, key: string): readonly unknown[] | undefined => {
  const inner = value[key]
  return Array.isArray(inner) ? inner : undefined
}

/** What stands in a field that may hold JSON as text, or already parsed. */
export const toContent = (value: unknown, isLog = false): Content =>
  isText(value) ? { text: value, isLog } : { value }
