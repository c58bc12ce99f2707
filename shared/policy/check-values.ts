import { UserError } from '../errors.ts'

// Values out of plain data, each at a path that a complaint names. All throw UserError, one line.

type Json = Readonly<Record<string, unknown>>

/** Throws the UserError that says so. */
export const rejectValue = (path: string, expected: string): never => {
  throw new UserError(`${path}: expected ${expected}`)
}

export const checkObject = (value: unknown, path: string): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : rejectValue(path, 'an object')

/** With these keys and no other: a misspelt key would otherwise be ignored silently. */
export const checkExact = (value: unknown, path: string, keys: readonly string[]): Json => {
  const object = checkObject(value, path)
  for (const key of Object.keys(object)) if (!keys.includes(key)) rejectValue(`${path}.${key}`, 'no such key')
  return object
}

export const checkText = (value: unknown, path: string): string =>
  typeof value === 'string' && /\S/.test(value) ? value : rejectValue(path, 'a text')

export const countAt = (value: unknown, path: string, least = 0): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least
    ? value
    : rejectValue(path, `a whole number of at least ${least}`)

export const checkOneOf = <T extends string>(value: unknown, path: string, known: readonly T[]): T =>
  known.find(one => one === value) ?? rejectValue(path, known.join(', '))

export const listAt = (value: unknown, path: string): readonly unknown[] =>
  Array.isArray(value) ? value : rejectValue(path, 'a list')

/** A text of that form. */
export const checkForm = (
  value: unknown,
  path: string,
  { form, expected }: { form: RegExp; expected: string },
): string => (typeof value === 'string' && form.test(value) ? value : rejectValue(path, expected))

/** At least one of them, each as `one` reads it. */
export const checkList = <T>(value: unknown, path: string, one: (item: unknown, path: string) => T): readonly T[] => {
  const list = listAt(value, path)
  if (list.length === 0) rejectValue(path, 'at least one')
  return list.map((item, index) => one(item, `${path}[${index}]`))
}
