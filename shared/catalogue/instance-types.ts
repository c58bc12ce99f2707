import type { InstanceTypeFacts } from '../facts/facts.ts'

/** The types that share one distinct set of facts. */
export type TypeProfile = {
  /** The facts of one of them, which stands for all. */
  readonly facts: InstanceTypeFacts
  /** How many of them each family has; a family may be in several profiles. */
  readonly families: readonly { readonly name: string; readonly count: number }[]
  /** The names of all of them: worked out when asked for, because most who count never need them. */
  readonly types: () => readonly string[]
}

/** The instance types that are known, from the catalogue or read live. */
export type InstanceTypes = {
  readonly get: (instanceType: string) => InstanceTypeFacts | undefined
  readonly profiles: () => readonly TypeProfile[]
  /** The types that images cannot run on (compatibility/blocked.ts), as far as they were computed before. */
  readonly blocked?: Readonly<Record<string, Blocked>>
}

/** The types that an image cannot run on because of its old facts. */
export type Blocked = {
  /** The number of types that the image cannot run on. */
  readonly count: number
  /**
   * Out of this number: the types of its architecture, or all if that is unknown. Retired types are in neither number.
   */
  readonly of: number
  /** Families that are ruled out as a whole, the ones that one would choose first, at most a few. */
  readonly families: readonly string[]
}
