// What is worth saying of an image beside whether it fits: nothing of it refuses a launch.
import type { ImageFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'

const MOST_PATTERNS = 8

const listPatterns = (patterns: readonly string[]): string => {
  const shown = patterns.slice(0, MOST_PATTERNS).map(toPlainText).join(', ')
  return patterns.length > MOST_PATTERNS ? `${shown} and ${patterns.length - MOST_PATTERNS} more` : shown
}

/** The types that the owner of an image allows, in a sentence. Empty if all are allowed, or no limit is known. */
export const describeLimit = ({ instanceTypeSpecification: limit = 'unset' }: ImageFacts): string => {
  if (limit === 'unset') return ''
  const { supported, unsupported } = limit
  const allowed = supported.length === 0 ? 'It allows all types' : `It allows ${listPatterns(supported)}`
  return unsupported.length === 0 ? `${allowed}.` : `${allowed}, but not ${listPatterns(unsupported)}.`
}

export const isDeprecated = ({ deprecationTime }: ImageFacts, now: Date): boolean =>
  deprecationTime !== undefined && Date.parse(deprecationTime) <= now.getTime()

/**
 * Says that an image is deprecated, in a sentence. Empty if it is not, or not yet. Everybody who knows its id can still
 * launch it, and so do launch templates and Auto Scaling groups (EC2 user guide, Deprecate an AMI).
 */
export const describeDeprecation = (image: ImageFacts, now: Date): string => {
  const { deprecationTime, imageState = 'available' } = image
  if (deprecationTime === undefined || !isDeprecated(image, now)) return ''
  const since = `The image is deprecated since ${toPlainText(deprecationTime.slice(0, 10))}.`
  return imageState === 'available'
    ? `${since} EC2 still launches it by its id; its owner says that it is out of date.`
    : `${since} Its owner says that it is out of date.`
}

const describeState = ({ imageState = 'available' }: ImageFacts): string =>
  imageState === 'available'
    ? ''
    : `The state of the image is ${toPlainText(imageState)}: nothing can be launched from it now.`

/** What to know of an image that something uses, whatever the rules say of it. */
export const describeImage = (image: ImageFacts, now: Date): readonly string[] =>
  [
    describeState(image),
    describeDeprecation(image, now),
    image.instanceTypeSpecification === undefined || image.instanceTypeSpecification === 'unset'
      ? ''
      : `The owner of the image limits the types of new launches. ${describeLimit(image)}`,
  ].filter(note => note !== '')

const ASSUMED = {
  instanceTypeSpecification: 'the owner of the image limits the types',
  tpmSupport: 'it is configured for NitroTPM',
  imageState: 'it is not available',
} as const

export type Assumed = keyof typeof ASSUMED

/** The facts that nearly no image has, and that count as absent where they are not known. */
export const listAssumed = (image: ImageFacts): readonly Assumed[] => [
  ...(image.instanceTypeSpecification === undefined ? ['instanceTypeSpecification' as const] : []),
  // NitroTPM is for UEFI alone (EC2 user guide, NitroTPM).
  ...(image.tpmSupport === undefined && (image.bootMode === undefined || image.bootMode === 'uefi')
    ? ['tpmSupport' as const]
    : []),
  ...(image.imageState === undefined ? ['imageState' as const] : []),
]

/** What answers as data have no key for, in a sentence: which absent facts counted as absent from the image. Empty if none did. */
export const describeAssumed = (assumed: ReadonlySet<Assumed>): string =>
  assumed.size === 0
    ? ''
    : `not said, and taken for "the image has none": ${[...assumed].join(', ')}; write them, and the answers are sure`

const joinWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

const ENA_DRIVER =
  'The type has no other network than ENA: the system needs the ena driver. ENA on says only that somebody said so. EC2 launches it without the driver, and nobody can reach it.'

/** What else to know of an image on a type, in sentences. */
export const describeNotes = (image: ImageFacts, type: InstanceTypeFacts, now: Date): readonly string[] => {
  const assumed = listAssumed(image)
  return [
    ...(type.ena === 'required' && image.enaSupport !== false ? [ENA_DRIVER] : []),
    describeDeprecation(image, now),
    ...(assumed.length === 0
      ? []
      : [`Not known, and assumed to be no: whether ${joinWords(assumed.map(fact => ASSUMED[fact]))}.`]),
  ].filter(note => note !== '')
}
