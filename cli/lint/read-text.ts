import { UserError } from '../../shared/errors.ts'
import { isGzip } from '../input/gunzip.ts'

const MOST_MIB = 128

/** PowerShell writes UTF-16 where it redirects, mostly with a mark at the beginning. */
const findEncoding = (bytes: Buffer): string => {
  const [first, second, third, fourth] = bytes
  if ((first === 0xff && second === 0xfe) || (second === 0 && fourth === 0 && first !== 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && third === 0 && second !== 0)) return 'utf-16be'
  return 'utf-8'
}

/** The whole text of an input, UTF-8 or UTF-16. Throws UserError if it is too long or compressed. */
export const readText = async (input: AsyncIterable<Buffer>): Promise<string> => {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of input) {
    size += piece.length
    if (size > MOST_MIB * 1024 * 1024)
      throw new UserError(`longer than ${MOST_MIB} MiB, which lint does not read; split the configuration`)
    pieces.push(piece)
  }
  const bytes = Buffer.concat(pieces)
  if (isGzip(bytes)) throw new UserError('compressed with gzip; decompress it: gzip -dc FILE | virtguard lint -')
  return new TextDecoder(findEncoding(bytes)).decode(bytes)
}
