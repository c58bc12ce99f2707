// Texts are made shorter by and by: most alerts never need it, and names that were made to be long do.
const FACTORS = [0.7, 0.5, 0.3, 0.2, 0.1, 0.05]

/** How large texts and lists may be, as a part of their usual limits. */
export type Scale = (limit: number) => number

/** Builds something within a size: with shorter texts and fewer items if it would be too large. */
export const fitToLimit = <T>(build: (scale: Scale) => T, size: (built: T) => number, limit: number): T => {
  let built = build(most => most)
  for (const factor of FACTORS) {
    if (size(built) <= limit) return built
    built = build(most => Math.max(1, Math.floor(most * factor)))
  }
  return built
}
