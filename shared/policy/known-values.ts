import { CATALOGUE_DATE, loadCatalogue } from '../catalogue/catalogue.ts'
import { getFamily, getSize } from '../catalogue/family.ts'
import { NAMED_TYPES } from '../catalogue/named-types.ts'
import { REGIONS } from '../catalogue/regions.ts'
import { createTypeTest } from '../catalogue/type-pattern.ts'
import { findNearest } from '../text/nearest-word.ts'
import { canMatchForm, matchesPattern } from '../text/wildcard.ts'

/** The values with which a pattern is compared, as far as they are known beforehand. */
export type KnownValues = {
  /** The name of one of them. */
  readonly name: string
  /** The date of the values, if there may be newer ones. */
  readonly asOf?: string
  /** The proposal, if nothing better is known. */
  readonly example: string
  /** Why none can match, if that is certain for newer ones, too. */
  readonly whyNever: (pattern: string) => string | undefined
  /** Whether some value matches. */
  readonly matches: (pattern: string) => boolean
  /** The patterns that a wrong one may stand for, the likeliest first; some may match nothing, either. */
  readonly readings: (pattern: string) => readonly string[]
}

const memoize = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const knownTypes = memoize(() => {
  const types = [
    ...loadCatalogue()
      .profiles()
      .flatMap(profile => profile.types()),
    ...NAMED_TYPES,
  ]
  const listDistinct = (part: (type: string) => string): readonly string[] => [...new Set(types.map(part))]
  return { types, families: listDistinct(getFamily), sizes: listDistinct(getSize) }
})

/** Every type of the catalogue, and every newer one that AWS names. */
export const listAllTypes = (): readonly string[] => knownTypes().types

const addDot = (pattern: string): readonly string[] => [
  `${pattern}.*`,
  ...Array.from(pattern, (_, at) => `${pattern.slice(0, at + 1)}.${pattern.slice(at + 1)}`),
]

const typeReadings = (pattern: string): readonly string[] => {
  if (!pattern.includes('.')) return addDot(pattern)
  const { families, sizes } = knownTypes()
  const like = (part: string, known: readonly string[]): readonly string[] => [part, findNearest(part, known) ?? part]
  return like(getFamily(pattern), families).flatMap(family =>
    like(getSize(pattern), sizes).map(size => `${family}.${size}`),
  )
}

// Letters that some value has, or wildcards.
const requireSimilar =
  (letters: RegExp, why: string) =>
  (pattern: string): string | undefined =>
    letters.test(pattern) ? undefined : why

/** A size without a dot, also misspelt: `metal`, `*mettal*`. */
const sizeReadings = (pattern: string): readonly string[] => {
  const [, before, word, after = ''] = /^([*?]*)([a-z0-9-]+)([*?]*)$/.exec(pattern) ?? []
  const size = word === undefined ? undefined : findNearest(word, knownTypes().sizes)
  return size === undefined ? [] : [`${before || '*'}.${size}${after}`]
}

const ofTypes = {
  name: 'instance type',
  asOf: `as of ${CATALOGUE_DATE}`,
  example: 'write a type or a pattern, like m1.small or "m1.*"',
  whyNever: requireSimilar(/^[a-z0-9.*?-]+$/, 'one has lower case letters, digits, dots and dashes only'),
}

/** Types, as exemptions name them: the whole name, so that `*` reaches across the dot. */
export const TYPES: KnownValues = {
  ...ofTypes,
  whyNever: pattern =>
    ofTypes.whyNever(pattern) ?? (/[.*?]/.test(pattern) ? undefined : 'one has a dot, like m1.small'),
  matches: pattern => knownTypes().types.some(type => matchesPattern(pattern, type)),
  readings: typeReadings,
}

/** Types or families, as the options of rules name them. */
export const TYPES_OR_FAMILIES: KnownValues = {
  ...ofTypes,
  matches: pattern => knownTypes().types.some(createTypeTest(pattern)),
  readings: pattern => [
    ...typeReadings(pattern),
    findNearest(pattern, knownTypes().families) ?? pattern,
    ...sizeReadings(pattern),
  ],
}

export const KNOWN_REGIONS: KnownValues = {
  name: 'region',
  asOf: 'to this version of virtguard',
  example: 'write a region or a pattern, like eu-central-1 or "eu-*"',
  whyNever: requireSimilar(/^[a-z0-9*?-]+$/, 'one has lower case letters, digits and dashes only'),
  matches: pattern => REGIONS.some(region => matchesPattern(pattern, region)),
  readings: pattern => {
    const dashed = pattern.replace(/[_\s]/g, '-')
    return [dashed, findNearest(dashed, REGIONS) ?? dashed]
  },
}

const listRegions = (count: number, letters: string): readonly string[] => Array.from({ length: count }, () => letters)

const DIGIT = '0123456789'
const HEXADECIMAL = `${DIGIT}abcdef`

/** Ids of that prefix: of today, or as EC2 gave them until 2016. */
const listIds = (prefix: string, name: string): KnownValues => {
  const forms = [17, 8].map(count => [...prefix, ...listRegions(count, HEXADECIMAL)])
  return {
    name,
    example: 'copy it from the console',
    whyNever: () => `one is ${prefix} and 17 of 0-9 and a-f`,
    matches: pattern => forms.some(form => canMatchForm(pattern, form)),
    readings: pattern => [`${prefix}${pattern}`],
  }
}

export const INSTANCE_IDS = listIds('i-', 'instance id')
export const IMAGE_IDS = listIds('ami-', 'image id')

export const ACCOUNT_IDS: KnownValues = {
  name: 'account id',
  example: 'write all of them, or a pattern',
  whyNever: () => 'one has 12 digits',
  matches: pattern => canMatchForm(pattern, listRegions(12, DIGIT)),
  readings: () => [],
}
