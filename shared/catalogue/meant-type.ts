import { findNearest } from '../text/nearest-word.ts'
import { getFamily, getSize, parseFamily } from './family.ts'

// By AWS's naming convention, `g` first among a family's options is Graviton (EC2 guide, Instance type naming conventions).
// A name with `gb200` has processors of NVIDIA, which are Arm as well. So are those of every Mac but the first.
const isArm = (instanceType: string): boolean => {
  const family = getFamily(instanceType)
  return family === 'a1' || /^mac(?!1$)/.test(family) || /^g|-gb\d/.test(parseFamily(family).options)
}

const isNear = (part: string, of: string): boolean => part === of || findNearest(part, [of]) !== undefined

/** A slip in the family, and one in the size: many wrong letters in a short family are another family. */
const isSlipOf = (word: string, name: string): boolean =>
  getSize(word) === '' || (isNear(getFamily(word), getFamily(name)) && isNear(getSize(word), getSize(name)))

/**
 * The type that a misspelt name most likely means. Never one for another processor architecture: an image of `m8i.large` does not
 * boot on `m8g.large`. Undefined if no known family is near: a family that is newer than all names is none of them.
 */
export const findMeantType = (word: string, names: readonly string[]): string | undefined => {
  const asked = word.trim().toLowerCase()
  const wanted = isArm(asked)
  return findNearest(
    asked,
    names.filter(name => isArm(name) === wanted && isSlipOf(asked, name)),
  )
}
