import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { getFamily } from '../../shared/catalogue/family.ts'
import { matchesTypeOrFamily } from '../../shared/catalogue/type-pattern.ts'
import { matchesPattern } from '../../shared/text/wildcard.ts'

const TYPES = loadCatalogue()
  .profiles()
  .flatMap(profile => profile.types())
const FAMILIES = [...new Set(TYPES.map(getFamily))]

const letters = fc.constantFrom(...'abcdegilmnrtuxz0123456789-*?')
const patterns = fc.oneof(
  fc.string({ unit: letters, minLength: 1, maxLength: 8 }),
  fc.constantFrom(...FAMILIES),
  fc.constantFrom('*metal*', '*xlarge', '*g*', '*large*', 'm?', 'z99'),
)

describe('a pattern of types without a dot', () => {
  test('matches the types whose family it names, known or not', () => {
    fc.assert(
      fc.property(patterns, fc.oneof(fc.constantFrom(...TYPES), fc.constant('z99.large')), (pattern, type) => {
        if (matchesPattern(pattern, getFamily(type))) expect(matchesTypeOrFamily(pattern, type)).toBe(true)
      }),
    )
  })

  test('matches no other type if it names a known family', () => {
    fc.assert(
      fc.property(patterns, fc.constantFrom(...TYPES), (pattern, type) => {
        if (!FAMILIES.some(family => matchesPattern(pattern, family))) return
        expect(matchesTypeOrFamily(pattern, type)).toBe(matchesPattern(pattern, getFamily(type)))
      }),
    )
  })

  test('is compared with the whole type if it names no known family', () => {
    fc.assert(
      fc.property(patterns, fc.constantFrom(...TYPES), (pattern, type) => {
        if (FAMILIES.some(family => matchesPattern(pattern, family))) return
        expect(matchesTypeOrFamily(pattern, type)).toBe(matchesPattern(pattern, type))
      }),
    )
  })
})
