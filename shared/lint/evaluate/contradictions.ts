import type { Contradiction } from './add-facts.ts'

/** A contradiction between sources as a line. */
export const describeContradiction = ({ imageId, fact, counts, other }: Contradiction): string =>
  `${imageId}: ${fact} is not the same in the ${counts} and in the ${other}; that of the ${counts} counts`
