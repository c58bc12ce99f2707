import { readFile } from 'node:fs/promises'
import { UserError } from '../../shared/errors.ts'
import type { DescribedImage } from '../../shared/images/described-images.ts'
import { readImages } from '../../shared/images/image-files.ts'
import { describeFileError } from '../input/file-error.ts'
import type { Io } from '../output/io.ts'

const readAll = async (stdin: Io['stdin']): Promise<string> => {
  const pieces: Buffer[] = []
  for await (const piece of stdin) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

/** The images in a file of the AWS CLI or of virtguard, or on standard input. Throws UserError. */
export const readImageFile = async (io: Io, file: string): Promise<readonly DescribedImage[]> => {
  try {
    return readImages(file === '-' ? await readAll(io.stdin) : await readFile(file, 'utf8'))
  } catch (error) {
    const words = error instanceof UserError ? error.message : describeFileError(error)
    if (words === undefined) throw error
    throw new UserError(`${file}: ${words}`)
  }
}
