/** A line for each law that is broken, with what broke it. */
export type Broken = readonly string[]
