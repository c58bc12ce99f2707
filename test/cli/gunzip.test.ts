import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { gunzipStream } from '../../cli/input/gunzip.ts'
import { createPieceReader } from '../../cli/input/piece-reader.ts'

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const unzip = async (bytes: Buffer, sizes: readonly number[]) => {
  const pieces: Buffer[] = []
  const flow = { onPiece: (piece: Buffer) => pieces.push(Buffer.from(piece)) && undefined, pause: async () => {} }
  const problem = await gunzipStream(createPieceReader(cut(bytes, sizes)), flow).catch(({ message }) => message)
  return { text: Buffer.concat(pieces), problem }
}

const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 })
const texts = fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { minLength: 1, maxLength: 4 })
const zip = (members: readonly string[]): Buffer => Buffer.concat(members.map(text => gzipSync(text)))

test('gunzip gives what zlib gives for any members in any pieces', () =>
  fc.assert(
    fc.asyncProperty(texts, sizes, async (members, pieces) => {
      const bytes = zip(members)
      expect(await unzip(bytes, pieces)).toEqual({ text: gunzipSync(bytes), problem: undefined })
    }),
    { numRuns: 50 },
  ))

test('gunzip reports a truncated file, and what comes out is its beginning', () =>
  fc.assert(
    fc.asyncProperty(texts, sizes, fc.nat(), async (members, pieces, at) => {
      const bytes = zip(members)
      const length = 1 + (at % (bytes.length - 1))
      const { text, problem } = await unzip(bytes.subarray(0, length), pieces)
      const whole = gunzipSync(bytes)
      expect(whole.subarray(0, text.length)).toEqual(text)
      // Between two members a cut cannot be seen.
      const ends = members.map((_, index) => zip(members.slice(0, index + 1)).length)
      if (ends.includes(length)) expect(problem).toBeUndefined()
      else expect(problem).toContain('cut off')
    }),
    { numRuns: 50 },
  ))

test('gunzip skips a name, a comment and an extra field in the header', async () => {
  const plain = gzipSync('{"a":1}')
  const header = Buffer.from([0x1f, 0x8b, 8, 4 + 8 + 16 + 2, 0, 0, 0, 0, 0, 3])
  const bytes = Buffer.concat([
    header,
    Buffer.from([2, 0, 9, 9]),
    Buffer.from('name\0comment\0'),
    Buffer.from([1, 2]),
    plain.subarray(10),
  ])
  expect(await unzip(bytes, [3])).toEqual({ text: Buffer.from('{"a":1}'), problem: undefined })
})
