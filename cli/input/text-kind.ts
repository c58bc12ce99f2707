import { isGzip } from './gunzip.ts'

const beginsWith = (bytes: Buffer, ...start: readonly number[]): boolean =>
  start.every((byte, at) => bytes[at] === byte)

const isUtf16 = (bytes: Buffer): boolean =>
  beginsWith(bytes, 0xff, 0xfe) ||
  beginsWith(bytes, 0xfe, 0xff) ||
  (bytes.length > 3 && ((bytes[0] === 0 && bytes[2] === 0) || (bytes[1] === 0 && bytes[3] === 0)))

// Control characters but tab, line feed, form feed, carriage return and escape.
const isControl = (byte: number): boolean => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b

const LOOKED_AT = 4096

/** The reason why the beginning of an input cannot be JSON, and what to do. Undefined if it may be JSON. */
export const explainNotText = (start: Buffer): string | undefined => {
  if (isGzip(start)) return 'compressed twice; decompress it once first'
  if (isUtf16(start)) return 'UTF-16, not UTF-8; convert it, for example with: iconv -f utf-16 -t utf-8'
  if (beginsWith(start, 0x50, 0x4b, 3, 4)) return 'a zip archive; unpack it first'
  if (beginsWith(start, 0x28, 0xb5, 0x2f, 0xfd)) return 'compressed with zstd; decompress it first'
  if (beginsWith(start, 0x42, 0x5a, 0x68)) return 'compressed with bzip2; decompress it first'
  if (start.subarray(0, LOOKED_AT).some(isControl)) return 'a binary file, not JSON; leave it out'
  return undefined
}
