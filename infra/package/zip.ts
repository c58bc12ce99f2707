import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Zippable, zipSync } from 'fflate'

const UNIX = 3
// Lambda runs the code as a user of its own, who must be able to read it.
const READABLE = 0o100644 << 16
// The first moment that a zip can name, in whatever time zone this is: when something was packed is nothing of what it is.
const ALWAYS = new Date(1980, 0, 1)

export type Zip = { readonly bytes: Uint8Array; readonly sha256: string }

/** The files of a flat folder, and more with their content, as a zip. The same files give the same bytes, anywhere. */
export const zipFolder = async (folder: string, more: Readonly<Record<string, string>> = {}): Promise<Zip> => {
  const files: Record<string, Uint8Array> = {}
  for (const name of await readdir(folder)) files[name] = await readFile(join(folder, name))
  for (const [name, text] of Object.entries(more)) files[name] = Buffer.from(text)
  const entries: Zippable = {}
  for (const [name, bytes] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) entries[name] = [bytes, {}]
  const bytes = zipSync(entries, { level: 9, mtime: ALWAYS, os: UNIX, attrs: READABLE })
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}
