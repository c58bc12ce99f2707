import { type ImageParameter, readPublicImage } from '../../facts/image-parameter.ts'
import { createOpenImage, type ImageSide, NO_IMAGE, nameSources } from './pairs.ts'

/** The image behind a public parameter of AWS: what its name says, and what AWS documents of such images. */
export const readPublicSide = (parameter: ImageParameter): ImageSide => {
  const facts = readPublicImage(parameter)
  return createOpenImage(
    `The name of its image does not say all: ask virtguard check --image-id resolve:ssm:${parameter.reference} --instance-type TYPE --region REGION.`,
    { ...NO_IMAGE, name: `resolve:ssm:${parameter.reference}`, facts, sources: nameSources(facts, 'name') },
  )
}
