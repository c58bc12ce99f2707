import type { ImageFacts } from '../../facts/facts.ts'
import type { DeclaredImage, DeclaredPair, FactSource, FactSources, OpenSide } from '../model/declaration.ts'

/** The form of an image's id. What has another form is not printed. */
export const IMAGE_ID = /^ami-[0-9a-z-]{1,64}$/
/** The form of an instance type. */
export const INSTANCE_TYPE = /^[a-z][a-z0-9-]{0,30}\.[a-z0-9-]{1,30}$/

export const NO_IMAGE: DeclaredImage = { facts: {}, sources: {} }

/** The facts of an image whose source is said. */
export const SOURCED = [
  'virtualizationType',
  'architecture',
  'rootDeviceType',
  'enaSupport',
  'bootMode',
  'tpmSupport',
  'instanceTypeSpecification',
  'imageState',
] as const

/** All facts of an image from one source. */
export const nameSources = (facts: ImageFacts, source: FactSource): FactSources =>
  Object.fromEntries(SOURCED.flatMap(fact => (facts[fact] === undefined ? [] : [[fact, source]])))

/** What a file says of an image, and how to learn what it leaves open. */
export type ImageSide = { readonly image: DeclaredImage; readonly open: readonly OpenSide[] }
/** The same of an instance type. */
export type TypeSide = Pick<DeclaredPair, 'instanceType' | 'isTypeChosen'> & { readonly open: readonly OpenSide[] }

/** `imageId`: what the word IMAGE in the hint stands for. */
export const createOpenImage = (hint: string, image: DeclaredImage = NO_IMAGE, imageId?: string): ImageSide => ({
  image,
  open: [{ side: 'image', hint, ...(imageId !== undefined && { imageId }) }],
})

export const createOpenType = (hint: string): TypeSide => ({ open: [{ side: 'type', hint }] })

/** A pair of which nothing is said yet: both sides are left to whoever launches. */
export const LEFT_PAIR: DeclaredPair = { image: NO_IMAGE, open: [], left: ['image', 'type'] }

/** A pair of which nothing is known, for one reason. */
export const createOpenPair = (hint: string): DeclaredPair => ({
  image: NO_IMAGE,
  open: [
    { side: 'image', hint },
    { side: 'type', hint },
  ],
  left: [],
})

/** What is said here, and of the rest what the pair has. */
export const overlayPair = (
  pair: DeclaredPair,
  { image, type }: { readonly image: ImageSide | undefined; readonly type: TypeSide | undefined },
): DeclaredPair => {
  const isReplaced = (side: OpenSide['side']): boolean => (side === 'image' ? image : type) !== undefined
  const { instanceType, isTypeChosen } = type ?? pair
  return {
    image: image?.image ?? pair.image,
    ...(instanceType !== undefined && { instanceType }),
    ...(isTypeChosen !== undefined && { isTypeChosen }),
    open: [...pair.open.filter(({ side }) => !isReplaced(side)), ...(image?.open ?? []), ...(type?.open ?? [])],
    left: pair.left.filter(side => !isReplaced(side)),
  }
}

const NAMES: Readonly<Record<OpenSide['side'], string>> = { image: 'image', type: 'instance type' }

/** Whoever launches must have both sides: what nothing in the file says is open. */
export const closePair = (pair: DeclaredPair, file: 'plan' | 'file'): DeclaredPair => ({
  ...pair,
  open: [...pair.open, ...pair.left.map(side => ({ side, hint: `Nothing in the ${file} says its ${NAMES[side]}.` }))],
  left: [],
})
