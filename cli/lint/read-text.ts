import { UserError } from '../../shared/errors.ts'
import { dropOtherResources } from '../../shared/lint/readers/terraform/drop-resources.ts'
import { isGzip } from '../input/gunzip.ts'

const MOST_MIB = 128
// No template may be as large, so that it is a plan or nothing.
const LARGE = 4 * 1024 * 1024

/** PowerShell writes UTF-16 where it redirects, mostly with a mark at the beginning. */
const findEncoding = (bytes: Buffer): string => {
  const [first, second, third, fourth] = bytes
  if ((first === 0xff && second === 0xfe) || (second === 0 && fourth === 0 && first !== 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && third === 0 && second !== 0)) return 'utf-16be'
  return 'utf-8'
}

// A function of its own, so that the pieces are not kept while the text is parsed.
const collectBytes = async (input: AsyncIterable<Buffer>): Promise<Buffer> => {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of input) {
    size += piece.length
    if (size > MOST_MIB * 1024 * 1024)
      throw new UserError(`longer than ${MOST_MIB} MiB, which lint does not read; split the configuration`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

const decode = (bytes: Buffer): string => {
  if (isGzip(bytes)) throw new UserError('compressed with gzip; decompress it: gzip -dc FILE | virtguard lint -')
  const encoding = findEncoding(bytes)
  const isLarge = bytes.length > LARGE && encoding === 'utf-8'
  return new TextDecoder(encoding).decode(isLarge ? dropOtherResources(bytes) : bytes)
}

/** The whole text of an input, UTF-8 or UTF-16. Throws UserError if it is too long or compressed. */
export const readText = async (input: AsyncIterable<Buffer>): Promise<string> => decode(await collectBytes(input))
