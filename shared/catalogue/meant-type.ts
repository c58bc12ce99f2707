import { findNearest } from '../text/nearest-word.ts'
import { getFamily, parseFamily } from './family.ts'

// By AWS's naming convention, `g` first among a family's options is Graviton (EC2 guide, Instance type naming conventions).
const isGraviton = (instanceType: string): boolean => {
  const family = getFamily(instanceType)
  return family === 'a1' || parseFamily(family).options.startsWith('g')
}

/**
 * The type that a misspelt name most likely means. Never one for another processor architecture: an image of `m8i.large` does not
 * boot on `m8g.large`.
 */
export const findMeantType = (word: string, names: readonly string[]): string | undefined => {
  const wanted = isGraviton(word.toLowerCase())
  return findNearest(
    word,
    names.filter(name => isGraviton(name) === wanted),
  )
}
