import { createReadStream } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describeFileError } from './file-error.ts'
import { explainUnreadable } from './sniff.ts'

export type Input = {
  /** As it is called in messages. */
  readonly name: string
  /** In bytes; undefined for a pipe. */
  readonly size?: number
  readonly open: () => AsyncIterable<Buffer>
}

export type Skipped = Map<string, number>

export type Found = {
  readonly inputs: Input[]
  /** Files in folders that are not read, counted by reason. */
  readonly skipped: Skipped
  readonly problems: string[]
}

/** The files of a folder that are of interest. */
export type Wanted = {
  /** Why a file is left out, in a few words; undefined if it is read. */
  readonly explain: (path: string, name: string) => Promise<string | undefined> | string | undefined
  /** Folders that are left out without a word, by their names. */
  readonly ignored?: RegExp
  /** As a message calls them. */
  readonly what: string
}

type Search = Found & { readonly seen: Set<string>; readonly wanted: Wanted }

// Read without a look: what is wrong with a file of such a name is worth a line.
const READ = /\.(json|ndjson|jsonl|log)(\.gz)?$/i
// CloudTrail's signed digest files lie beside its log files and contain no records.
const DIGESTS = 'CloudTrail-Digest'

const PIECE = 256 * 1024
const SMALL_PIECE = 64 * 1024

const createFileInput = (path: string, size: number | undefined): Input => ({
  name: path,
  ...(size !== undefined && { size }),
  // A small piece of compressed data is a large one decompressed.
  open: () => createReadStream(path, { highWaterMark: path.endsWith('.gz') ? SMALL_PIECE : PIECE }),
})

const skip = ({ skipped }: Search, why: string): void => {
  skipped.set(why, (skipped.get(why) ?? 0) + 1)
}

const describeError = (error: unknown): string => {
  const words = describeFileError(error)
  if (words === undefined) throw error
  return words
}

const searchFolder = async (search: Search, folder: string): Promise<void> => {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    search.problems.push(`${folder}: ${describeError(error)}`)
    return
  }
  for (const name of names.sort()) await searchMember(search, folder, name)
}

const searchMember = async (search: Search, folder: string, name: string): Promise<void> => {
  const path = join(folder, name)
  try {
    const kind = await stat(path)
    const isFolder = kind.isDirectory()
    if (isFolder && name === DIGESTS) return skip(search, 'folder of CloudTrail digests')
    if (isFolder && search.wanted.ignored?.test(name)) return
    if (!isFolder && !kind.isFile()) return skip(search, 'not a regular file')
    const real = await realpath(path)
    if (search.seen.has(real)) return skip(search, 'linked to what is read anyway')
    search.seen.add(real)
    if (isFolder) return await searchFolder(search, path)
    const why = await search.wanted.explain(path, name)
    if (why !== undefined) skip(search, why)
    else search.inputs.push(createFileInput(path, kind.size))
  } catch (error) {
    search.problems.push(`${path}: ${describeError(error)}`)
  }
}

const searchPath = async (search: Search, path: string): Promise<void> => {
  try {
    const kind = await stat(path)
    const real = await realpath(path)
    if (search.seen.has(real)) {
      search.problems.push(`${path}: given twice; it is read once, leave one out`)
      return
    }
    search.seen.add(real)
    if (!kind.isDirectory()) {
      search.inputs.push(createFileInput(path, kind.isFile() ? kind.size : undefined))
      return
    }
    const before = search.inputs.length + search.problems.length
    await searchFolder(search, path)
    if (search.inputs.length + search.problems.length === before) {
      search.problems.push(`${path}: no file in it to read; name a folder with ${search.wanted.what}`)
    }
  } catch (error) {
    search.problems.push(`${path}: ${describeError(error)}`)
  }
}

const RECORDS: Wanted = {
  explain: (path, name) => (READ.test(name) ? undefined : explainUnreadable(path)),
  what: 'files of records',
}

/** The inputs for the given paths, in a fixed order. `-` is the standard input. */
export const findInputs = async (
  paths: readonly string[],
  standardInput: AsyncIterable<Buffer>,
  wanted: Wanted = RECORDS,
): Promise<Found> => {
  const search: Search = { inputs: [], skipped: new Map(), problems: [], seen: new Set(), wanted }
  for (const path of paths) {
    if (path !== '-') await searchPath(search, path)
    else if (search.seen.has('-')) search.problems.push('-: given twice; it is read once, leave one out')
    else {
      search.seen.add('-')
      search.inputs.push({ name: 'standard input', open: () => standardInput })
    }
  }
  return search
}
