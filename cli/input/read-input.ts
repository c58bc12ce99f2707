import { UserError } from '../../shared/errors.ts'
import { gunzipStream, isGzip } from './gunzip.ts'
import { MAX_RECORD } from './max-record.ts'
import { createPieceReader, type PieceReader } from './piece-reader.ts'
import { recordSplitter, type Splitter } from './split-records.ts'
import type { Sink } from './splitter-state.ts'
import { explainNotText } from './text-kind.ts'

type Reading = { readonly sink: Sink; readonly pause: () => Promise<void> }

const passOn = async (reader: PieceReader, splitter: Splitter, pause: () => Promise<void>): Promise<void> => {
  let refused: string | undefined
  let started = false
  const handlePiece = (piece: Buffer): void => {
    if (!started) refused = explainNotText(piece)
    started = true
    if (refused === undefined) splitter.push(piece)
  }
  // Thrown here and not by onPiece: that is called by a stream, which would not hand an error on.
  const pauseOrRefuse = async (): Promise<void> => {
    if (refused !== undefined) throw new UserError(refused)
    await pause()
  }
  const first = Buffer.concat([await reader.take(2), (await reader.next()) ?? Buffer.alloc(0)])
  reader.putBack(first)
  if (isGzip(first)) {
    await gunzipStream(reader, { onPiece: handlePiece, pause: pauseOrRefuse })
    return
  }
  for (let piece = await reader.next(); piece !== undefined; piece = await reader.next()) {
    handlePiece(piece)
    await pauseOrRefuse()
  }
}

/**
 * Reads all records of one input, compressed or not, and hands them to the sink. Throws UserError for an input that
 * cannot be read to its end. The records before that were handed on.
 */
export const readInput = async (source: AsyncIterable<Buffer>, { sink, pause }: Reading): Promise<void> => {
  let isMuted = false
  const splitter = recordSplitter(
    { ...sink, onProblem: (what, position) => isMuted || sink.onProblem(what, position) },
    MAX_RECORD,
  )
  try {
    await passOn(createPieceReader(source[Symbol.asyncIterator]()), splitter, pause)
  } catch (error) {
    // The record at the cut is part of the same problem.
    isMuted = true
    splitter.end()
    throw error
  }
  splitter.end()
}
