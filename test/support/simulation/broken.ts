/** A line for each broken invariant, with its cause. */
export type Broken = readonly string[]
