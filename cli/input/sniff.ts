import { open } from 'node:fs/promises'
import { constants, gunzipSync } from 'node:zlib'
import { LONGEST_HEADER, recogniseForm } from './form.ts'
import { isGzip } from './gunzip.ts'
import { explainNotText } from './text-kind.ts'

const readStart = async (path: string): Promise<Buffer> => {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_HEADER), 0, LONGEST_HEADER, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The beginning of compressed data, as far as it can be decompressed. Empty if it is damaged. */
const inflateStart = (bytes: Buffer): Buffer => {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return Buffer.alloc(0)
  }
}

/** Why a file of any name is not read, by its beginning, in a few words. Undefined if it may contain records. */
export const explainUnreadable = async (path: string): Promise<string | undefined> => {
  const bytes = await readStart(path)
  const start = isGzip(bytes) ? inflateStart(bytes) : bytes
  const why = explainNotText(start)
  if (why !== undefined) return `(${why})`
  return recogniseForm(start) === undefined ? 'with content in an unknown form' : undefined
}
