/** Reads a stream of pieces from any position. */
export type PieceReader = {
  /** The next piece, or the rest of it. Undefined at the end. */
  readonly next: () => Promise<Buffer | undefined>
  /** Gives back the unused part of the last piece. */
  readonly putBack: (rest: Buffer) => void
  /** Exactly `length` bytes, or fewer at the end. */
  readonly take: (length: number) => Promise<Buffer>
}

export const createPieceReader = (source: AsyncIterator<Buffer>): PieceReader => {
  let back: Buffer | undefined
  const readNext = async (): Promise<Buffer | undefined> => {
    const piece = back
    back = undefined
    if (piece !== undefined && piece.length > 0) return piece
    const result = await source.next()
    return result.done === true ? undefined : result.value
  }
  const putBack = (rest: Buffer): void => {
    back = rest
  }
  const take = async (length: number): Promise<Buffer> => {
    const parts: Buffer[] = []
    let missing = length
    while (missing > 0) {
      const piece = await readNext()
      if (piece === undefined) break
      parts.push(piece.subarray(0, missing))
      putBack(piece.subarray(missing))
      missing -= Math.min(missing, piece.length)
    }
    return Buffer.concat(parts)
  }
  return { next: readNext, putBack, take }
}
