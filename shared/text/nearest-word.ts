// Longer words are no slips of the pen, and comparing them costs length times length.
const MAX_LENGTH = 40

const FAR = Number.POSITIVE_INFINITY

/** The candidate that a misspelt word most likely means, or undefined: at most a third of its letters may be wrong. */
export const findNearest = (word: string, candidates: readonly string[]): string | undefined => {
  if (word.length > MAX_LENGTH) return undefined
  const most = Math.max(1, word.length / 3)
  const ranked = candidates
    .map(candidate => ({ candidate, distance: measureDistance(word.toLowerCase(), candidate.toLowerCase(), most) }))
    .toSorted((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= most ? best.candidate : undefined
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn one word into the other; infinite if they are more
 * than that many.
 */
const measureDistance = (a: string, b: string, most: number): number => {
  if (Math.abs(a.length - b.length) > most) return FAR
  // One row of the table for each letter of `a` so far; `cell` is far away outside it.
  const table: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const cellAt = (row: number, column: number): number => table[row]?.[column] ?? FAR
  let least = 0
  for (let row = 1; row <= a.length; row++) {
    const line = [row]
    table.push(line)
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      line.push(
        Math.min(
          cellAt(row - 1, column) + 1,
          cellAt(row, column - 1) + 1,
          cellAt(row - 1, column - 1) + (same ? 0 : 1),
          swapped ? cellAt(row - 2, column - 2) + 1 : FAR,
        ),
      )
    }
    // A row comes from the two before it, so that it cannot become near again.
    const nearest = Math.min(...line)
    if (nearest > most && least > most) return FAR
    least = nearest
  }
  return cellAt(a.length, b.length)
}
