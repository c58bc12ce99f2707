import type { InstanceTypes } from '../catalogue/instance-types.ts'
import { evaluateFit } from '../compatibility/fit.ts'
import type { ImageFacts, InstanceTypeFacts } from '../facts/facts.ts'
import type { DescribedImage } from '../images/described-images.ts'
import { listTypes, toExactPatterns } from './type-patterns.ts'

type TypeItem = { readonly InstanceType: string }

/** The input of ReplaceImageInstanceTypeSpecification. */
export type ImageTypesRequest = {
  readonly ImageId: string
  readonly InstanceTypeSpecification:
    | { readonly SupportedInstanceTypes: readonly TypeItem[] }
    | { readonly UnsupportedInstanceTypes: readonly TypeItem[] }
}

/** `leave`: why no request is written for the image. `supported`: types that are newer than the catalogue are refused, too. */
export type ImageTypesAnswer =
  | { readonly imageId: string; readonly request: ImageTypesRequest; readonly kind: 'unsupported' | 'supported' }
  | { readonly imageId: string; readonly leave: string }

/** EC2 takes so many entries in a list, each of so many characters (EC2 API reference). */
const MOST_ENTRIES = 100
const LONGEST_ENTRY = 24

const isTaken = (patterns: readonly string[]): boolean =>
  patterns.length <= MOST_ENTRIES && patterns.every(pattern => pattern.length <= LONGEST_ENTRY)

const toItems = (patterns: readonly string[]): readonly TypeItem[] =>
  patterns.map(pattern => ({ InstanceType: pattern }))

const findObstacle = ({ facts, isProduct, isForeign }: DescribedImage): string | undefined => {
  if (isForeign === true) return 'it belongs to another account, which alone sets its limit'
  if (isForeign === 'unknown') return 'the facts do not say whose it is; write them again: virtguard images'
  if (isProduct) return 'a product of AWS Marketplace, whose limit only its seller sets'
  const { instanceTypeSpecification: limit = 'unset', imageState = 'available' } = facts
  if (limit !== 'unset') return 'it has a limit already, which the call would replace; remove that one first'
  return imageState === 'available' ? undefined : `its state is ${imageState}`
}

/** The limit is about the types, not about what the image is in today. */
const createFitTest = (image: ImageFacts): ((type: InstanceTypeFacts) => boolean) => {
  const { imageState, ...facts } = image
  return type => evaluateFit(facts, type).compatible !== false
}

/**
 * The request by which EC2 refuses an own image on exactly the types of the catalogue that it does not fit. What is not
 * known stays allowed. A list of unsupported types if it is short enough, because it takes newer types.
 */
export const buildImageTypes = (image: DescribedImage, types: InstanceTypes): ImageTypesAnswer => {
  const { imageId } = image.facts
  const obstacle = findObstacle(image)
  if (obstacle !== undefined) return { imageId, leave: obstacle }
  const all = listTypes(types)
  const names = all.map(({ instanceType }) => instanceType)
  const fits = new Set(all.filter(createFitTest(image.facts)).map(({ instanceType }) => instanceType))
  if (fits.size === names.length) return { imageId, leave: 'it fits every type' }
  if (fits.size === 0) return { imageId, leave: 'it fits no type, and EC2 takes no list of all types' }
  const unsupported = toExactPatterns(names, name => !fits.has(name))
  if (isTaken(unsupported)) {
    const specification = { UnsupportedInstanceTypes: toItems(unsupported) }
    return { imageId, kind: 'unsupported', request: { ImageId: imageId, InstanceTypeSpecification: specification } }
  }
  const supported = toExactPatterns(names, name => fits.has(name))
  if (!isTaken(supported)) {
    const least = Math.min(unsupported.length, supported.length)
    return { imageId, leave: `its limit needs ${least} entries, and EC2 takes ${MOST_ENTRIES}; lint and check find it` }
  }
  const specification = { SupportedInstanceTypes: toItems(supported) }
  return { imageId, kind: 'supported', request: { ImageId: imageId, InstanceTypeSpecification: specification } }
}
