import { UserError } from '../../shared/errors.ts'
import { createAnyReader } from './any-reader.ts'
import { gunzipStream, isGzip, type OnPiece } from './gunzip.ts'
import { createPieceReader, type PieceReader } from './piece-reader.ts'
import type { Sink } from './splitter-state.ts'
import { explainNotText } from './text-kind.ts'

type Reading = { readonly sink: Sink; readonly pause: () => Promise<void> }

/** Hands on what may be compressed. */
const decompress = async (source: PieceReader, onPiece: OnPiece, pause: () => Promise<void>): Promise<void> => {
  const first = Buffer.concat([await source.take(2), (await source.next()) ?? Buffer.alloc(0)])
  source.putBack(first)
  if (isGzip(first)) {
    await gunzipStream(source, { onPiece, pause })
    return
  }
  for (let piece = await source.next(); piece !== undefined; piece = await source.next()) {
    onPiece(piece)
    await pause()
  }
}

/**
 * Reads all records of one input, compressed or not, and hands them to the sink. Throws UserError for an input that
 * cannot be read to its end. The records before that were handed on.
 */
export const readInput = async (source: AsyncIterable<Buffer>, { sink, pause }: Reading): Promise<void> => {
  let isMuted = false
  let refused: string | undefined
  const reader = createAnyReader(
    {
      isRecord: sink.isRecord,
      onRecord: (value, position) => refused !== undefined || sink.onRecord(value, position),
      onProblem: (what, position) => isMuted || refused !== undefined || sink.onProblem(what, position),
    },
    start => {
      refused = explainNotText(start)
    },
  )
  // Thrown here and not by onPiece: that is called by a stream, which would not hand an error on.
  const pauseOrRefuse = async (): Promise<void> => {
    if (refused !== undefined) throw new UserError(refused)
    await reader.ready()
    await pause()
  }
  try {
    await decompress(createPieceReader(source[Symbol.asyncIterator]()), reader.push, pauseOrRefuse)
  } catch (error) {
    // The record at the cut is part of the same problem.
    isMuted = true
    await reader.end()
    throw error
  }
  await reader.end()
  if (refused !== undefined) throw new UserError(refused)
}
