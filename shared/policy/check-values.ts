import { UserError } from '../errors.ts'

// Values out of plain data, each at a path that a complaint names. All throw UserError, one line.

type Json = Readonly<Record<string, unknown>>

/** Throws the UserError that says so. */
export const wrong = (path: string, expected: string): never => {
  throw new UserError(`${path}: expected ${expected}`)
}

export const objectAt = (value: unknown, path: string): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : wrong(path, 'an object')

/** With these keys and no other: what is misspelt would otherwise not count, without a word. */
export const exactAt = (value: unknown, path: string, keys: readonly string[]): Json => {
  const object = objectAt(value, path)
  for (const key of Object.keys(object)) if (!keys.includes(key)) wrong(`${path}.${key}`, 'no such key')
  return object
}

export const textAt = (value: unknown, path: string): string =>
  typeof value === 'string' && /\S/.test(value) ? value : wrong(path, 'a text')

export const countAt = (value: unknown, path: string, least = 0): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least
    ? value
    : wrong(path, `a whole number of at least ${least}`)

export const oneOf = <T extends string>(value: unknown, path: string, known: readonly T[]): T =>
  known.find(one => one === value) ?? wrong(path, known.join(', '))

export const listAt = (value: unknown, path: string): readonly unknown[] =>
  Array.isArray(value) ? value : wrong(path, 'a list')

/** A text of that form. */
export const formAt = (value: unknown, path: string, { form, expected }: { form: RegExp; expected: string }): string =>
  typeof value === 'string' && form.test(value) ? value : wrong(path, expected)

/** At least one of them, each as `one` reads it. */
export const someAt = <T>(value: unknown, path: string, one: (item: unknown, path: string) => T): readonly T[] => {
  const list = listAt(value, path)
  if (list.length === 0) wrong(path, 'at least one')
  return list.map((item, index) => one(item, `${path}[${index}]`))
}
