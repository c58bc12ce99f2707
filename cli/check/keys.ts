import { UserError } from '../../shared/errors.ts'
import { findNearest } from '../../shared/text/nearest-word.ts'

export type Json = { readonly [key: string]: unknown }

/** A value with the key that it stands under, as it was written. */
export type Entry = { readonly key: string; readonly value: unknown }

/** What is known of an object: each meaning with its other names, and keys that mean nothing here. */
export type KnownKeys = {
  readonly meanings: Readonly<Record<string, readonly string[]>>
  readonly ignored: readonly string[]
}

/** One key whichever way it is spelt: `BootMode` as DescribeImages, `bootMode` as CloudTrail, `boot_mode` as Terraform. */
export const normalizeKey = (key: string): string => key.toLowerCase().replace(/[_-]/g, '')

const indexMeanings = ({ meanings }: KnownKeys): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(meanings).flatMap(([meaning, others]) =>
      [meaning, ...others].map(name => [normalizeKey(name), meaning] as const),
    ),
  )

const createUnknown = (path: string, key: string, { meanings }: KnownKeys): UserError => {
  const names = Object.keys(meanings)
  const nearest = findNearest(key.replace(/[_-]/g, ''), names)
  return new UserError(
    `${path}${JSON.stringify(key).slice(1, -1).slice(0, 60)}: no such key; ${nearest === undefined ? `write ${names.join(', ')}` : `did you mean ${nearest}?`}`,
  )
}

/**
 * The values of an object by what their keys mean. Throws UserError for a key that means nothing, with the nearest that does,
 * and for two spellings of one: which of them holds would be a guess.
 */
export const readKeys = (object: Json, path: string, known: KnownKeys): ReadonlyMap<string, Entry> => {
  const meanings = indexMeanings(known)
  const ignored = new Set(known.ignored.map(normalizeKey))
  const found = new Map<string, Entry>()
  for (const [key, value] of Object.entries(object)) {
    const meaning = meanings.get(normalizeKey(key))
    if (meaning === undefined) {
      if (ignored.has(normalizeKey(key))) continue
      throw createUnknown(path, key, known)
    }
    const earlier = found.get(meaning)
    if (earlier !== undefined) throw new UserError(`${path}${key}: the same as ${earlier.key}; write it once`)
    found.set(meaning, { key, value })
  }
  return found
}
