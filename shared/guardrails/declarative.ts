import { UserError } from '../errors.ts'
import { createDocument, DECLARATIVE_CHARACTERS, type GuardrailDocument } from './documents.ts'

export type DeclarativeOptions = {
  /** `audit_mode` refuses nothing: EC2 only says of each image whether it would be allowed. */
  readonly state: 'audit_mode' | 'enabled'
  /** Whose images are allowed: `amazon`, `aws_marketplace`, `aws_backup_vault`, or accounts. */
  readonly providers: readonly string[]
  /** The most days since an image was made. */
  readonly maxAge?: number
}

const assign = <T>(value: T) => ({ '@@assign': value })

const MESSAGE =
  'The image is not among those that your organization allows. Choose another image, or ask the owner of the declarative policy.'

/** A declarative policy for EC2 that limits the images of others. Own images always pass. Throws UserError. */
export const buildDeclarative = ({ state, providers, maxAge }: DeclarativeOptions): GuardrailDocument => {
  const criteria = {
    allowed_image_providers: assign(providers),
    ...(maxAge !== undefined && { creation_date_condition: { maximum_days_since_created: assign(maxAge) } }),
  }
  const document = createDocument('virtguard-declarative', {
    ec2_attributes: {
      allowed_images_settings: { state: assign(state), image_criteria: { criteria_1: criteria } },
      exception_message: assign(MESSAGE),
    },
  })
  if (document.characters <= DECLARATIVE_CHARACTERS) return document
  throw new UserError(
    `a declarative policy takes ${DECLARATIVE_CHARACTERS} characters, and this one has ${document.characters}; name fewer providers (--image-provider)`,
  )
}
