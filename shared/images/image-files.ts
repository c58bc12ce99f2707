// Files that say which images there are: answers of the AWS CLI, and facts that virtguard wrote.
import { type DescribedImage, readDescribedImages } from './described-images.ts'
import { readFactsFile } from './facts-file.ts'

/** An answer may be one line, too. */
const isFacts = (text: string): boolean => {
  const [line = ''] = text.trimStart().split('\n', 1)
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'schemaVersion' in value
  } catch {
    return false
  }
}

const readFacts = (text: string): readonly DescribedImage[] => {
  const { images, places } = readFactsFile(text)
  return [...images.values()].map(facts => {
    const { imageId, imageOwnerId } = facts
    const isForeign = imageOwnerId === undefined ? 'unknown' : imageOwnerId !== places.get(imageId)?.accountId
    return { facts, isProduct: false, isForeign }
  })
}

/** The images of an answer of `aws ec2 describe-images`, or of a file of `virtguard images`, by its content. Throws UserError. */
export const readImages = (text: string): readonly DescribedImage[] =>
  isFacts(text) ? readFacts(text) : readDescribedImages(text)
