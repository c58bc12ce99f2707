/** Takes the bytes of an input, piece by piece. */
export type Reader = {
  readonly push: (piece: Buffer) => void
  /** Resolves when more can be taken. */
  readonly ready: () => Promise<void>
  readonly end: () => Promise<void>
}
