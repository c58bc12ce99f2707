import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { createWriteError } from './write-error.ts'

/** Writes the files into a folder, which it makes, and returns their paths. Throws UserError. */
export const writeFolder = async (
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<readonly string[]> => {
  try {
    await makeFolder(folder)
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  } catch (error) {
    throw createWriteError(error, folder)
  }
  return Object.keys(files).map(name => join(folder, name))
}
