import { expect } from '@jest/globals'

type Path = readonly (string | number)[]

/** The path of every value that plain data holds, in lists and objects too. */
export function listPaths(data: unknown, path: Path = []): readonly Path[] {
  if (typeof data !== 'object' || data === null) return [path]
  const keys = Array.isArray(data) ? data.keys() : Object.keys(data)
  return [
    ...(path.length === 0 ? [] : [path]),
    ...[...keys].flatMap(key => listPaths(Reflect.get(data, key), [...path, key])),
  ]
}

/** A copy with another value in place of one. */
export function replaceAt(data: object, path: Path, value: unknown): object {
  const copy: object = JSON.parse(JSON.stringify(data))
  const holder = path.slice(0, -1).reduce((at: object, key) => Object(Reflect.get(at, key)), copy)
  Reflect.set(holder, path.at(-1) ?? '', value)
  return copy
}

/** One line that begins with the path and says what is expected there. */
export function matchComplaintAt(path: Path): unknown {
  const written = path.map(key => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')
  const escaped = written.slice(1).replace(/[^\w-]/g, char => `\\${char}`)
  return expect.stringMatching(new RegExp(`^${escaped}: expected \\S[^\\n]*$`))
}
