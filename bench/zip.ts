import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'

const LOCAL_HEADER = 30
const CENTRAL_HEADER = 46
const END = 22

/** How many bytes the zip of a flat folder has at the best compression, without any optional field. */
export function countZipBytes(folder: string): number {
  const buildEntry = (name: string) =>
    deflateRawSync(readFileSync(join(folder, name)), { level: 9 }).length +
    LOCAL_HEADER +
    CENTRAL_HEADER +
    2 * Buffer.byteLength(name)
  return readdirSync(folder).reduce((sum, name) => sum + buildEntry(name), END)
}
