import type { ImageFacts } from '../../facts/facts.ts'
import type { Declaration, DeclaredImage, DeclaredPair, FactSource } from '../model/declaration.ts'
import { nameSources, SOURCED } from '../readers/pairs.ts'

/** What is known of an image from outside the file. */
export type KnownImage = { readonly facts: ImageFacts; readonly source: Extract<FactSource, 'cache' | 'live'> }

/** Finds an image by its id, or by the public parameter that the file names it by: `resolve:ssm:/aws/service/…`. */
export type FindImage = (name: string, declaration: Pick<Declaration, 'region'>) => KnownImage | undefined

/** A fact of which two sources say different things. */
export type Contradiction = {
  readonly imageId: string
  readonly fact: string
  readonly counts: FactSource
  readonly other: FactSource
}

const isOfFile = (source: FactSource | undefined): boolean => source === 'plan' || source === 'template'

/** What the file itself has counts. What a name says gives way to what was read. */
const mergeFacts = ({ facts, sources, name }: DeclaredImage, known: KnownImage): DeclaredImage => {
  const kept = Object.fromEntries(
    Object.entries(facts).filter(([fact]) => isOfFile(Object.entries(sources).find(([one]) => one === fact)?.[1])),
  )
  return {
    ...(name !== undefined && { name }),
    facts: { ...facts, ...known.facts, ...kept },
    sources: { ...sources, ...nameSources(known.facts, known.source), ...nameKept(sources) },
  }
}

const nameKept = (sources: DeclaredImage['sources']): DeclaredImage['sources'] =>
  Object.fromEntries(Object.entries(sources).filter(([, source]) => isOfFile(source)))

const listContradictions = (
  { facts, sources, name = '' }: DeclaredImage,
  known: KnownImage,
): readonly Contradiction[] =>
  SOURCED.flatMap(fact => {
    const [own, other, source] = [facts[fact], known.facts[fact], sources[fact]]
    if (own === undefined || other === undefined || source === undefined) return []
    if (JSON.stringify(own) === JSON.stringify(other)) return []
    const counts = isOfFile(source) ? source : known.source
    return [{ imageId: name, fact, counts, other: counts === source ? known.source : source }]
  })

const addToPair = (pair: DeclaredPair, known: KnownImage): DeclaredPair => ({
  ...pair,
  image: mergeFacts(pair.image, known),
  // The hint says how to learn what is known now.
  open: pair.open.filter(({ side }) => side !== 'image'),
})

/** A declaration with what is known of its images from outside the file, and what contradicts it there. */
export const addImageFacts = (
  declaration: Declaration,
  find: FindImage,
): { readonly declaration: Declaration; readonly contradictions: readonly Contradiction[] } => {
  if (declaration.kind === 'image') return { declaration, contradictions: [] }
  const contradictions: Contradiction[] = []
  const pairs = declaration.pairs.map(pair => {
    const known = pair.image.name === undefined ? undefined : find(pair.image.name, declaration)
    if (known === undefined) return pair
    contradictions.push(...listContradictions(pair.image, known))
    return addToPair(pair, known)
  })
  return { declaration: { ...declaration, pairs }, contradictions }
}

const DECIDING = ['virtualizationType', 'architecture', 'rootDeviceType', 'enaSupport', 'bootMode'] as const

/** The images of a declaration of which a fact that decides is not known, as they are named in it. */
export const listOpenImages = (declaration: Declaration): readonly string[] =>
  declaration.kind === 'image'
    ? []
    : declaration.pairs.flatMap(({ image: { name, facts } }) =>
        name !== undefined && DECIDING.some(fact => facts[fact] === undefined) ? [name] : [],
      )
