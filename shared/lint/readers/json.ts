/** Tolerant reading of untrusted JSON: what is absent, null or of another type is undefined. */
export type Json = Readonly<Record<string, unknown>>

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// Own properties only: a key of a file may be `constructor`.
export const getValue = (part: Json | undefined, key: string): unknown =>
  part !== undefined && Object.hasOwn(part, key) ? part[key] : undefined

export const getPart = (part: Json | undefined, key: string): Json | undefined => {
  const value = getValue(part, key)
  return isJson(value) ? value : undefined
}

export const getText = (part: Json | undefined, key: string): string | undefined => {
  const value = getValue(part, key)
  return typeof value === 'string' ? value : undefined
}

export const listParts = (part: Json | undefined, key: string): readonly Json[] => {
  const value = getValue(part, key)
  return Array.isArray(value) ? value.filter(isJson) : []
}

export const listTexts = (part: Json | undefined, key: string): readonly string[] => {
  const value = getValue(part, key)
  return Array.isArray(value) ? value.filter(each => typeof each === 'string') : []
}
