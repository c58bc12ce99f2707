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

const QUERY_TO_CSV = 'query it with Athena and replay the CSV of the result'

const ORC = `an ORC file; print it as JSON: orc-contents FILE | virtguard replay -, or ${QUERY_TO_CSV}`

const EVENT_HISTORY = "the CSV of CloudTrail's event history, which holds no records; download it as JSON"

// What a file of another kind begins with, what it is, and the command that makes it readable.
const KINDS: readonly (readonly [start: string | readonly number[], what: string])[] = [
  ['PAR1', `a Parquet file; print it as JSON: parquet-tools cat --json FILE | virtguard replay -, or ${QUERY_TO_CSV}`],
  ['Obj\x01', 'an Avro file; print it as JSON: avro-tools tojson FILE | virtguard replay -'],
  ['PK\x03\x04', 'a zip archive; unpack it: unzip -p FILE | virtguard replay -'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'compressed with zstd; decompress it: zstd -dc FILE | virtguard replay -'],
  ['BZh', 'compressed with bzip2; decompress it: bzip2 -dc FILE | virtguard replay -'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'compressed with xz; decompress it: xz -dc FILE | virtguard replay -'],
  [[0x04, 0x22, 0x4d, 0x18], 'compressed with lz4; decompress it: lz4 -dc FILE | virtguard replay -'],
  [[0xff, 0x06, 0x00, 0x00, 0x73, 0x4e], 'compressed with snappy; decompress it: snzip -dc FILE | virtguard replay -'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7z archive; unpack it: 7z x -so FILE | virtguard replay -'],
  ['-----BEGIN PGP MESSAGE', 'encrypted with PGP; decrypt it: gpg -d FILE | virtguard replay -'],
  ['age-encryption.org', 'encrypted with age; decrypt it: age -d -i KEY FILE | virtguard replay -'],
  ['Salted__', 'encrypted with OpenSSL; decrypt it: openssl enc -d -CIPHER -pbkdf2 -in FILE | virtguard replay -'],
  ['H4sI', 'gzip in base64; decode it: base64 -d FILE | virtguard replay -'],
  ['"{', 'JSON texts in quotation marks; print them bare: jq -r . FILE | virtguard replay -'],
  ['<?xml', 'XML, not JSON; fetch it again as JSON'],
  ['<!', 'HTML, not JSON; fetch it again as JSON'],
  ['<html', 'HTML, not JSON; fetch it again as JSON'],
  ['+--', 'a table, not JSON; fetch it again with: --output json'],
  ['---', 'YAML, not JSON; fetch it again with: --output json'],
  ['Event name,', EVENT_HISTORY],
  ['Event time,', EVENT_HISTORY],
  ['Event ID,', EVENT_HISTORY],
  ['Events:', 'YAML, not JSON; fetch it again with: --output json'],
]

const TAR_AT = 257

const isTar = (bytes: Buffer): boolean => bytes.toString('latin1', TAR_AT, TAR_AT + 5) === 'ustar'

const describeKind = (bytes: Buffer): string | undefined => {
  const text = bytes.toString('latin1', 0, 64)
  return KINDS.find(([start]) =>
    typeof start === 'string' ? text.startsWith(start) : beginsWith(bytes, ...start),
  )?.[1]
}

const findKind = (start: Buffer): string | undefined => {
  if (isUtf16(start)) return 'UTF-16, not UTF-8; convert it: iconv -f utf-16 -t utf-8 FILE | virtguard replay -'
  if (isTar(start)) return 'a tar archive; unpack it: tar -xOf FILE | virtguard replay -'
  const kind = describeKind(start)
  if (kind !== undefined) return kind
  if (!start.subarray(0, LOOKED_AT).some(isControl)) return undefined
  return start.toString('latin1', 0, 3) === 'ORC' ? ORC : 'a binary file, not JSON; leave it out'
}

/** The reason why the beginning of an input cannot be JSON, and what to do. Undefined if it may be JSON. */
export const explainNotText = (start: Buffer): string | undefined =>
  isGzip(start) ? 'compressed twice; decompress it once first: gzip -dc FILE | virtguard replay -' : findKind(start)

/** The same for the questions of `check`, which reads nothing that is compressed. */
export const explainNoQuestions = (start: Buffer): string | undefined =>
  isGzip(start)
    ? 'compressed with gzip; decompress it: gzip -dc FILE | virtguard check -'
    : findKind(start)?.replace('virtguard replay -', 'virtguard check -')
