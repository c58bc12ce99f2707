import { createOpenImage, type ImageSide, NO_IMAGE } from '../pairs.ts'

const NO_FACTS =
  'The file has no facts of IMAGE: ask virtguard check --image-id IMAGE --instance-type TYPE --region REGION.'

/** An image that a file names by its id. */
export const createNamedImage = (imageId: string): ImageSide =>
  createOpenImage(NO_FACTS, { ...NO_IMAGE, name: imageId, facts: { imageId } }, imageId)
