import { describeImages, describeInstanceTypes } from '../../shared/aws/ec2.ts'
import { createFleetClient } from '../../shared/aws/fleet/account-regions.ts'
import { addTypes } from '../../shared/catalogue/catalogue.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { UserError } from '../../shared/errors.ts'
import type { ImageFacts } from '../../shared/facts/facts.ts'
import { PUBLIC, parseImageParameter } from '../../shared/facts/image-parameter.ts'
import type { FactsFile } from '../../shared/images/facts-file.ts'
import { type FindImage, listOpenImages } from '../../shared/lint/evaluate/add-facts.ts'
import type { Declaration } from '../../shared/lint/model/declaration.ts'
import { useProfile } from '../aws/account.ts'
import { askAws } from '../aws/asking.ts'
import { describeParameterImage } from '../check/ec2-reads.ts'

const IMAGE_ID = /^ami-[0-9a-z-]{1,64}$/

/** What is known from outside the files: of a cache, and with regions of AWS. */
export type KnownFacts = {
  /** Reads what these declarations leave open, if a region was named. Returns what is worth a line. Throws UserError. */
  readonly prepare: (declarations: readonly Declaration[]) => Promise<readonly string[]>
  readonly find: FindImage
  /** Those of the catalogue, and newer ones that were read. */
  readonly types: () => InstanceTypes
}

type Sources = {
  readonly caches: readonly FactsFile[]
  readonly regions: readonly string[]
  readonly profile?: string
  readonly types: InstanceTypes
}

type Reads = {
  readonly images: (names: readonly string[]) => Promise<ReadonlyMap<string, ImageFacts>>
  readonly types: (names: readonly string[]) => ReturnType<typeof describeInstanceTypes>
}

const parsePublic = (name: string): string | undefined => {
  const parameter = parseImageParameter(name)?.name
  return parameter?.startsWith(PUBLIC) ? parameter : undefined
}

const createReads = (region: string): Reads => {
  const client = createFleetClient({ region, maxAttempts: 4 })
  const readParameter = async (name: string): Promise<readonly (readonly [string, ImageFacts])[]> => {
    const parameter = parsePublic(name)
    const image = parameter === undefined ? undefined : await describeParameterImage(client, parameter)
    return image === undefined ? [] : [[name, image]]
  }
  return {
    images: async names => {
      const ids = names.filter(name => IMAGE_ID.test(name))
      const described = ids.length === 0 ? [] : await describeImages(client, ids)
      const found = new Map(described.map(image => [image.imageId ?? '', image] as const))
      for (const name of names) for (const [key, image] of await readParameter(name)) found.set(key, image)
      return found
    },
    types: names => describeInstanceTypes(client, names),
  }
}

type Region = {
  readonly name: string
  readonly reads: Reads
  readonly images: Map<string, ImageFacts | undefined>
}

const isOf = ({ region }: Pick<Declaration, 'region'>, { name }: Region): boolean =>
  region === undefined || region === name

const listOpenTypes = (declarations: readonly Declaration[], types: InstanceTypes): readonly string[] =>
  [
    ...new Set(
      declarations.flatMap(one =>
        one.kind === 'image' ? [] : one.pairs.flatMap(({ instanceType }) => instanceType ?? []),
      ),
    ),
  ].filter(name => types.get(name) === undefined)

/** Reads the images of a region that were not asked for yet. Returns those that EC2 does not know there. */
const readImages = async (region: Region, names: readonly string[]): Promise<readonly string[]> => {
  const open = [...new Set(names)].filter(
    name => !region.images.has(name) && (IMAGE_ID.test(name) || parsePublic(name) !== undefined),
  )
  if (open.length === 0) return []
  const found = await askAws('ec2:DescribeImages', region.reads.images(open))
  for (const name of open) region.images.set(name, found.get(name))
  return open.filter(name => !found.has(name))
}

/** Facts of caches, and with regions those that EC2 has now. It only reads. */
export const createKnownFacts = ({ caches, regions, profile, types: builtIn }: Sources): KnownFacts => {
  if (regions.length > 0) useProfile(profile)
  const asked: readonly Region[] = regions.map(name => ({ name, reads: createReads(name), images: new Map() }))
  const cached = new Map(caches.flatMap(({ images }) => [...images]))
  let types = builtIn
  const addNewTypes = async ({ reads }: Region, declarations: readonly Declaration[]): Promise<void> => {
    const open = listOpenTypes(declarations, types)
    if (open.length > 0) types = addTypes(types, await askAws('ec2:DescribeInstanceTypes', reads.types(open)))
  }
  return {
    prepare: async declarations => {
      const lines: string[] = []
      for (const region of asked) {
        const own = declarations.filter(one => isOf(one, region))
        const names = own.flatMap(listOpenImages).filter(name => !cached.has(name))
        for (const name of await readImages(region, names))
          lines.push(`${name}: EC2 knows no such image in ${region.name} that you may see`)
        await addNewTypes(region, own)
      }
      return lines
    },
    find: (name, declaration) => {
      const facts = cached.get(name)
      if (facts !== undefined) return { facts, source: 'cache' }
      const live = asked.find(region => isOf(declaration, region) && region.images.get(name) !== undefined)
      const read = live?.images.get(name)
      return read === undefined ? undefined : { facts: read, source: 'live' }
    },
    types: () => types,
  }
}

/** Throws UserError for a profile that nothing would use. */
export const refuseIdleProfile = (profile: string | undefined, regions: readonly string[]): void => {
  if (profile !== undefined && regions.length === 0)
    throw new UserError('--profile is for --region, without which AWS is not asked; name a region, or leave it out')
}
