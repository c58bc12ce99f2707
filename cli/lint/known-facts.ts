import { describeImages, describeInstanceTypes } from '../../shared/aws/ec2.ts'
import { createFleetClient } from '../../shared/aws/fleet/account-regions.ts'
import { describeParameterImage } from '../../shared/aws/parameter-image.ts'
import { addTypes } from '../../shared/catalogue/catalogue.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { UserError } from '../../shared/errors.ts'
import type { ImageFacts } from '../../shared/facts/facts.ts'
import { PUBLIC, parseImageParameter } from '../../shared/facts/image-parameter.ts'
import type { FactsFile } from '../../shared/images/facts-file.ts'
import { type FindImage, listOpenImages } from '../../shared/lint/evaluate/add-facts.ts'
import { describeElsewhere } from '../../shared/lint/evaluate/elsewhere.ts'
import type { Declaration } from '../../shared/lint/model/declaration.ts'
import { useProfile } from '../aws/account.ts'
import { askAws } from '../aws/asking.ts'
import { readImageParameters } from './image-parameters.ts'
import { describeUnreadParameters, findParameterRegion, readParameterIds } from './own-parameters.ts'

const IMAGE_ID = /^ami-[0-9a-z-]{1,64}$/

/** What is worth a line, and what AWS refused although the rest was read. */
export type Prepared = { readonly lines: readonly string[]; readonly problems: readonly string[] }

/** What is known from outside the files: of a cache, and with regions of AWS. */
export type KnownFacts = {
  /** Reads what these declarations leave open, if a region was named. Throws UserError. */
  readonly prepare: (declarations: readonly Declaration[]) => Promise<Prepared>
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

type Found = ReadonlyMap<string, ImageFacts>

type Reads = {
  readonly images: (ids: readonly string[]) => Promise<Found>
  /** By a public parameter of AWS, which EC2 itself knows. */
  readonly publicImages: (names: readonly string[]) => Promise<Found>
  /** The ids of images in parameters of your own, by their references. */
  readonly parameters: (references: readonly string[]) => Promise<ReadonlyMap<string, string>>
  readonly types: (names: readonly string[]) => ReturnType<typeof describeInstanceTypes>
}

const createReads = (region: string): Reads => {
  const client = createFleetClient({ region, maxAttempts: 4 })
  return {
    images: async ids => new Map((await describeImages(client, ids)).map(image => [image.imageId ?? '', image])),
    publicImages: async names => {
      const found = new Map<string, ImageFacts>()
      for (const name of names) {
        const image = await describeParameterImage(client, name)
        if (image !== undefined) found.set(name, image)
      }
      return found
    },
    parameters: references => readImageParameters(client, region, references),
    types: names => describeInstanceTypes(client, names),
  }
}

type Region = {
  readonly name: string
  readonly reads: Reads
  readonly images: Map<string, ImageFacts | undefined>
  /** AWS refused: it is not asked again. */
  isRefused: boolean
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

const readByIds = async ({ reads }: Region, ids: readonly string[]): Promise<Found> =>
  ids.length === 0 ? new Map() : askAws('ec2:DescribeImages', reads.images([...new Set(ids)]))

const listParameters = (names: readonly string[], isPublic: boolean) =>
  names.flatMap(name => {
    const parameter = IMAGE_ID.test(name) ? undefined : parseImageParameter(name)
    return parameter === undefined || parameter.name.startsWith(PUBLIC) !== isPublic
      ? []
      : [{ name, key: parameter.name, reference: parameter.reference }]
  })

type Named = { readonly name: string; readonly key: string }

const pickFound = (named: readonly Named[], found: Found): readonly (readonly [string, ImageFacts])[] =>
  named.flatMap(({ name, key }) => {
    const image = found.get(key)
    return image === undefined ? [] : [[name, image] as const]
  })

const readPublic = async ({ reads }: Region, names: readonly string[]) => {
  const named = listParameters(names, true)
  if (named.length === 0) return []
  return pickFound(named, await askAws('ec2:DescribeImages', reads.publicImages(named.map(({ key }) => key))))
}

/** Parameters of your own: their images first, then the facts of these. */
const readOwn = async (region: Region, names: readonly string[]) => {
  const own = listParameters(names, false)
  if (own.length === 0) return { images: [], problems: [] }
  const { ids, problems } = await readParameterIds(own, region.reads.parameters)
  const named = own.map(({ name, reference }) => ({ name, key: ids.get(reference) ?? '' }))
  const found = await readByIds(
    region,
    named.flatMap(({ key }) => (IMAGE_ID.test(key) ? [key] : [])),
  )
  return { images: pickFound(named, found), problems }
}

const isReadable = (name: string): boolean => IMAGE_ID.test(name) || parseImageParameter(name) !== undefined

type Answered = { readonly unknown: readonly string[]; readonly problems: readonly string[] }

/** Reads the images of a region that were not asked for yet. Returns those that AWS does not know there. */
const readImages = async (region: Region, names: readonly string[]): Promise<Answered> => {
  const open = [...new Set(names)].filter(
    name => !region.images.has(name) && isReadable(name) && (findParameterRegion(name) ?? region.name) === region.name,
  )
  const byId = await readByIds(
    region,
    open.filter(name => IMAGE_ID.test(name)),
  )
  for (const [name, image] of byId) region.images.set(name, image)
  for (const [name, image] of await readPublic(region, open)) region.images.set(name, image)
  const { images, problems } = await readOwn(region, open)
  for (const [name, image] of images) region.images.set(name, image)
  const unknown = open.filter(name => !region.images.has(name))
  for (const name of unknown) region.images.set(name, undefined)
  return { unknown, problems }
}

/** Facts of caches, and with regions those that EC2 has now. It only reads. */
export const createKnownFacts = ({ caches, regions, profile, types: builtIn }: Sources): KnownFacts => {
  if (regions.length > 0) useProfile(profile)
  const asked: readonly Region[] = regions.map(name => ({
    name,
    reads: createReads(name),
    images: new Map(),
    isRefused: false,
  }))
  const cached = new Map(caches.flatMap(({ images }) => [...images]))
  const places = new Map(caches.flatMap(cache => [...cache.places]))
  let types = builtIn
  const addNewTypes = async ({ reads }: Region, declarations: readonly Declaration[]): Promise<void> => {
    const open = listOpenTypes(declarations, types)
    if (open.length > 0) types = addTypes(types, await askAws('ec2:DescribeInstanceTypes', reads.types(open)))
  }
  return {
    prepare: async declarations => {
      const lines = [...describeElsewhere(declarations, places)]
      const problems: string[] = []
      for (const region of asked.filter(({ isRefused }) => !isRefused)) {
        // Until it has answered: what it refuses once, it would refuse for every file.
        region.isRefused = true
        const own = declarations.filter(one => isOf(one, region))
        const names = own.flatMap(listOpenImages).filter(name => !cached.has(name))
        const answered = await readImages(region, names)
        problems.push(...answered.problems)
        for (const name of answered.unknown)
          lines.push(`${name}: EC2 knows no such image in ${region.name} that you may see`)
        await addNewTypes(region, own)
        region.isRefused = false
      }
      if (regions.length > 0)
        for (const one of declarations) lines.push(...describeUnreadParameters(listOpenImages(one), one, regions))
      return { lines, problems }
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
