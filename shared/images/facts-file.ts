// Facts of images that were read before, one image a line, so that lint knows them without AWS.
import * as z from 'zod/mini'
import { UserError } from '../errors.ts'
import type { AccountRegion } from '../facts/account-region.ts'
import type { ImageFacts } from '../facts/facts.ts'
import { omitUndefined } from '../facts/fields.ts'

const ARCHITECTURES = ['i386', 'x86_64', 'arm64', 'x86_64_mac', 'arm64_mac'] as const

const patterns = z.array(z.string())

const imageSchema = z.object({
  imageId: z.string().check(z.regex(/^ami-[0-9a-z-]{1,64}$/)),
  name: z.optional(z.string()),
  virtualizationType: z.optional(z.enum(['hvm', 'paravirtual'])),
  enaSupport: z.optional(z.boolean()),
  architecture: z.optional(z.enum(ARCHITECTURES)),
  bootMode: z.optional(z.enum(['legacy-bios', 'uefi', 'uefi-preferred', 'unset'])),
  rootDeviceType: z.optional(z.enum(['ebs', 'instance-store'])),
  tpmSupport: z.optional(z.enum(['v2.0', 'unset'])),
  instanceTypeSpecification: z.optional(
    z.union([z.literal('unset'), z.object({ supported: patterns, unsupported: patterns })]),
  ),
  imageState: z.optional(z.string()),
  deprecationTime: z.optional(z.string()),
  imageOwnerId: z.optional(z.string()),
})

const lineSchema = z.object({
  schemaVersion: z.literal('1'),
  readAt: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/)),
  accountId: z.string(),
  region: z.string(),
  image: imageSchema,
})

/** An image whose facts were read. */
export type IdentifiedImage = ImageFacts & { readonly imageId: string }

/** The facts of an image as a line of a file: where and when they were read. */
export const formatFactsLine = (image: IdentifiedImage, { accountId, region }: AccountRegion, readAt: Date): string =>
  `${JSON.stringify({ schemaVersion: '1', readAt: readAt.toISOString(), accountId, region, image })}\n`

export type FactsFile = {
  readonly images: ReadonlyMap<string, IdentifiedImage>
  /** The account and Region that read each image, by its id. */
  readonly places: ReadonlyMap<string, AccountRegion>
  /** The day of the oldest facts. Absent if there are none. */
  readonly oldest?: string
}

const parseLine = (text: string, number: number): z.output<typeof lineSchema> => {
  const todo = 'write the file again: virtguard images --output FACTS'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UserError(`line ${number}: no JSON; ${todo}`)
  }
  const read = lineSchema.safeParse(value)
  if (read.success) return read.data
  throw new UserError(
    `line ${number}: ${read.error.issues[0]?.path.join('.') || 'it'} has no facts of an image; ${todo}`,
  )
}

/** Reads the lines of such a file. Of one image the newest line counts. Throws UserError, which names the line. */
export const readFactsFile = (text: string): FactsFile => {
  const newest = new Map<string, z.output<typeof lineSchema>>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const read = parseLine(line, index + 1)
    const known = newest.get(read.image.imageId)
    if (known === undefined || known.readAt <= read.readAt) newest.set(read.image.imageId, read)
  }
  const [oldest] = [...newest.values()].map(({ readAt }) => readAt.slice(0, 'YYYY-MM-DD'.length)).toSorted()
  const images = new Map(
    [...newest].map(([id, { image }]) => [id, { ...omitUndefined<ImageFacts>(image), imageId: id }]),
  )
  const places = new Map([...newest].map(([id, { accountId, region }]) => [id, { accountId, region }]))
  return { images, places, ...(oldest !== undefined && { oldest }) }
}
