/** The bytes that are still needed: from `keep` on, the walk being at `at`, up to `end`. */
export type Window = { bytes: Buffer; keep: number; at: number; end: number }

const FIRST_SIZE = 512 * 1024

export const createWindow = (): Window => ({ bytes: Buffer.allocUnsafe(FIRST_SIZE), keep: 0, at: 0, end: 0 })

/**
 * Appends a piece of input, and drops the bytes before `keep`. Grows by doubling, so that a long record costs linear
 * time.
 */
export const append = (window: Window, piece: Buffer): void => {
  const kept = window.end - window.keep
  if (window.end + piece.length > window.bytes.length) {
    const needed = kept + piece.length
    let size = Math.max(FIRST_SIZE, window.bytes.length)
    while (size < needed) size *= 2
    // Back to the first size once a long record is through.
    if (size > FIRST_SIZE && needed <= FIRST_SIZE) size = FIRST_SIZE
    const target = size === window.bytes.length ? window.bytes : Buffer.allocUnsafe(size)
    window.bytes.copy(target, 0, window.keep, window.end)
    window.bytes = target
    window.at -= window.keep
    window.keep = 0
    window.end = kept
  }
  piece.copy(window.bytes, window.end)
  window.end += piece.length
}
