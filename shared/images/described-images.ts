// Images as DescribeImages answers, in files that the AWS CLI wrote.
import * as z from 'zod/mini'
import { UserError } from '../errors.ts'
import { readImageDescription } from '../facts/described.ts'
import type { ImageFacts } from '../facts/facts.ts'

const typesSchema = z.optional(z.array(z.object({ InstanceType: z.optional(z.string()) })))

const imageSchema = z.object({
  ImageId: z.string().check(z.regex(/^ami-[0-9a-z-]{1,64}$/)),
  Name: z.optional(z.string()),
  VirtualizationType: z.optional(z.enum(['hvm', 'paravirtual'])),
  EnaSupport: z.optional(z.boolean()),
  Architecture: z.optional(z.enum(['i386', 'x86_64', 'arm64', 'x86_64_mac', 'arm64_mac'])),
  BootMode: z.optional(z.enum(['legacy-bios', 'uefi', 'uefi-preferred'])),
  RootDeviceType: z.optional(z.enum(['ebs', 'instance-store'])),
  TpmSupport: z.optional(z.literal('v2.0')),
  State: z.optional(
    z.enum(['pending', 'available', 'invalid', 'deregistered', 'transient', 'failed', 'error', 'disabled']),
  ),
  DeprecationTime: z.optional(z.string()),
  OwnerId: z.optional(z.string()),
  InstanceTypeSpecification: z.optional(
    z.object({ SupportedInstanceTypes: typesSchema, UnsupportedInstanceTypes: typesSchema }),
  ),
  ProductCodes: z.optional(z.array(z.object({ ProductCodeType: z.optional(z.string()) }))),
})

/** The facts of an image, and who may set its limits. */
export type DescribedImage = {
  readonly facts: ImageFacts & { readonly imageId: string }
  /** Of AWS Marketplace: its seller sets its limits. */
  readonly isProduct: boolean
  /** Whether it belongs to another account than the one that read it. Absent if whoever read it asked for own images. */
  readonly isForeign?: boolean | 'unknown'
}

/** The facts of one image of an answer. Throws UserError, which names the field. */
export const readDescribedImage = (value: unknown, where: string): DescribedImage => {
  const read = imageSchema.safeParse(value)
  if (!read.success) {
    const field = read.error.issues[0]?.path.join('.') ?? ''
    throw new UserError(`${where}${field === '' ? '' : `.${field}`}: not as DescribeImages answers; read it again`)
  }
  const { ProductCodes = [], ...image } = read.data
  return {
    facts: { ...readImageDescription(image), imageId: image.ImageId },
    isProduct: ProductCodes.some(({ ProductCodeType }) => ProductCodeType === 'marketplace'),
  }
}

const answerSchema = z.object({ Images: z.array(z.unknown()) })

/** The images of an answer of `aws ec2 describe-images`. Throws UserError. */
export const readDescribedImages = (text: string): readonly DescribedImage[] => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UserError('no JSON; write it with: aws ec2 describe-images --owners self --output json')
  }
  const answer = answerSchema.safeParse(value)
  if (!answer.success)
    throw new UserError('no answer of DescribeImages; write it with: aws ec2 describe-images --owners self')
  return answer.data.Images.map((image, index) => readDescribedImage(image, `Images[${index}]`))
}
