// zlib.createGunzip drops what it has decompressed when something is wrong behind it. A gzip file is a short header, a
// deflate stream and a check sum: taken apart here, everything up to the damage comes out.
import { setImmediate } from 'node:timers/promises'
import * as zlib from 'node:zlib'
import { UserError } from '../../shared/errors.ts'
import type { PieceReader } from './piece-reader.ts'

const OUTPUT_PIECE = 128 * 1024

export type OnPiece = (piece: Buffer) => void

/** `pause` resolves when more can be taken. */
export type Flow = { readonly onPiece: OnPiece; readonly pause: () => Promise<void> }

const CUT_OFF = 'the compressed data is cut off; what came before the end was read, fetch the file again'
const DAMAGED = 'the compressed data is damaged; what came before the damage was read, fetch the file again'
const TRAILING = 'other data follows the compressed data and was not read; cut it off or fetch the file again'

const MAGIC = [0x1f, 0x8b] as const

export const isGzip = (bytes: Buffer): boolean => bytes[0] === MAGIC[0] && bytes[1] === MAGIC[1]

const FLAG = { headerCheck: 2, extra: 4, name: 8, comment: 16 } as const

const take = async (reader: PieceReader, length: number): Promise<Buffer> => {
  const bytes = await reader.take(length)
  if (bytes.length < length) throw new UserError(CUT_OFF)
  return bytes
}

const skipText = async (reader: PieceReader): Promise<void> => {
  while ((await take(reader, 1))[0] !== 0);
}

/** Source: RFC 1952, section 2.3. */
const skipHeader = async (reader: PieceReader): Promise<void> => {
  const header = await take(reader, 10)
  const flags = header[3] ?? 0
  if (header[2] !== 8 || flags > 31) throw new UserError(DAMAGED)
  if (flags & FLAG.extra) await take(reader, (await take(reader, 2)).readUInt16LE(0))
  if (flags & FLAG.name) await skipText(reader)
  if (flags & FLAG.comment) await skipText(reader)
  if (flags & FLAG.headerCheck) await take(reader, 2)
}

type Member = {
  readonly stream: zlib.InflateRaw
  readonly over: Promise<void>
  state: 'going' | 'ended' | 'failed'
  length: number
  /** zlib.crc32 came with Node 20.15: before, the length alone is checked. */
  check: number | undefined
}

const startMember = (onPiece: OnPiece): Member => {
  const stream = zlib.createInflateRaw({ chunkSize: OUTPUT_PIECE })
  let settle: () => void
  const over = new Promise<void>(resolve => {
    settle = resolve
  })
  const member: Member = {
    stream,
    over,
    state: 'going',
    length: 0,
    check: typeof zlib.crc32 === 'function' ? 0 : undefined,
  }
  const finish = (state: Member['state']) => (): void => {
    member.state = state
    settle()
  }
  stream.on('end', finish('ended')).on('error', finish('failed'))
  stream.on('data', (piece: Buffer) => {
    member.length += piece.length
    if (member.check !== undefined) member.check = zlib.crc32(piece, member.check)
    onPiece(piece)
  })
  return member
}

// Its listeners change it while others wait.
const getMemberState = (member: Member): Member['state'] => member.state

const write = async ({ stream, over }: Member, piece: Buffer): Promise<void> => {
  await Promise.race([over, new Promise<void>(resolve => stream.write(piece, () => resolve()))])
  // The end is reported one turn of the event loop after the last piece is taken.
  await setImmediate()
}

const inflateMember = async (reader: PieceReader, { onPiece, pause }: Flow): Promise<Member> => {
  const member = startMember(onPiece)
  let given = 0
  while (getMemberState(member) === 'going') {
    const piece = await reader.next()
    if (piece === undefined) break
    given += piece.length
    await write(member, piece)
    if (getMemberState(member) === 'ended')
      reader.putBack(piece.subarray(piece.length - (given - member.stream.bytesWritten)))
    await pause()
  }
  member.stream.destroy()
  if (member.state === 'failed') throw new UserError(DAMAGED)
  if (member.state === 'going') throw new UserError(CUT_OFF)
  return member
}

const checkTrailer = async (reader: PieceReader, { length, check }: Member): Promise<void> => {
  const trailer = await take(reader, 8)
  const isWrong = check !== undefined && trailer.readUInt32LE(0) !== check
  if (isWrong || trailer.readUInt32LE(4) !== length % 2 ** 32) throw new UserError(DAMAGED)
}

/** Whether another member follows. Zeros may follow the last one, as tapes and block devices leave them. */
const hasNext = async (reader: PieceReader): Promise<boolean> => {
  for (;;) {
    const piece = await reader.next()
    if (piece === undefined) return false
    const start = piece.findIndex(byte => byte !== 0)
    if (start === -1) continue
    reader.putBack(piece.subarray(start))
    const magic = await reader.take(2)
    if (magic.length === 1 && magic[0] === MAGIC[0]) throw new UserError(CUT_OFF)
    if (start > 0 || !isGzip(magic)) throw new UserError(TRAILING)
    reader.putBack(Buffer.concat([magic, (await reader.next()) ?? Buffer.alloc(0)]))
    return true
  }
}

/**
 * Hands on the decompressed data, piece by piece, all members one after another. Throws UserError once it cannot go on.
 */
export const gunzipStream = async (reader: PieceReader, flow: Flow): Promise<void> => {
  do {
    await skipHeader(reader)
    await checkTrailer(reader, await inflateMember(reader, flow))
  } while (await hasNext(reader))
}
