import { readEksImageType } from '../../facts/image-parameter.ts'
import type { DeclaredPair } from '../model/declaration.ts'
import { createOpenImage, type ImageSide, nameSources, overlayPair } from './pairs.ts'

const NO_IMAGE_TYPE = 'It does not say its AmiType, and which image EKS takes then is not in the file: write it.'

/** The image of a node group: that of its image type, else that of its template. */
export const readEksImage = (type: string | undefined, pair: DeclaredPair): ImageSide | undefined => {
  const facts = type === undefined ? undefined : readEksImageType(type)
  if (facts !== undefined && type !== undefined) {
    const image = { name: type, facts, sources: nameSources(facts, 'name') }
    return createOpenImage(`The image type ${type} does not say all of its image.`, image)
  }
  // The image of the template counts.
  if (!pair.left.includes('image')) return undefined
  return createOpenImage(type === undefined ? NO_IMAGE_TYPE : 'lint does not know its AmiType.')
}

// EKS API reference, CreateNodegroup.
const EKS_DEFAULT = 't3.medium'

/** The type that EKS takes if nothing says one. */
export const fillEksType = (pair: DeclaredPair): DeclaredPair =>
  pair.left.includes('type')
    ? overlayPair(pair, { image: undefined, type: { instanceType: EKS_DEFAULT, open: [] } })
    : pair

const BATCH_CHOOSES = 'Batch chooses the image, or the type, from what it says: name an image and whole types.'

/** What nothing says, Batch chooses. */
export const closeBatch = (pair: DeclaredPair): DeclaredPair => ({
  ...pair,
  open: [...pair.open, ...pair.left.map(side => ({ side, hint: BATCH_CHOOSES }))],
  left: [],
})
