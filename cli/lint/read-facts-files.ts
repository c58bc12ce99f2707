import { readFile } from 'node:fs/promises'
import { UserError } from '../../shared/errors.ts'
import { type FactsFile, readFactsFile } from '../../shared/images/facts-file.ts'
import { describeFileError } from '../input/file-error.ts'
import { formatCount } from '../output/counted.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'

const readOne = async (file: string): Promise<FactsFile> => {
  try {
    return readFactsFile(await readFile(file, 'utf8'))
  } catch (error) {
    const words = error instanceof UserError ? error.message : describeFileError(error)
    if (words === undefined) throw error
    throw new UserError(`${file}: ${words}`)
  }
}

/** Reads files of facts, and says how old each is. Of an image in several the last file counts. Throws UserError. */
export const readFactsFiles = async (io: Io, files: readonly string[]): Promise<readonly FactsFile[]> => {
  const read: FactsFile[] = []
  for (const file of files) {
    const facts = await readOne(file)
    const age = facts.oldest === undefined ? '' : `, the oldest of ${facts.oldest}`
    printLine(io.err, `${file}: facts of ${formatCount(facts.images.size, 'image')}${age}`)
    read.push(facts)
  }
  return read
}
