// Images that the CDK looked up at synthesis: a template has their ids only, and cdk.context.json what was asked for.
import type { ImageFacts } from '../../../facts/facts.ts'
import { PUBLIC, readPublicImage } from '../../../facts/image-parameter.ts'
import type { Declaration, DeclaredPair } from '../../model/declaration.ts'
import { readImageFilters } from '../image-filters.ts'
import type { Json } from '../json.ts'
import { IMAGE_ID, nameSources } from '../pairs.ts'

/** What the look-ups of an image say of it, by its id. */
export type ImageLookups = ReadonlyMap<string, ImageFacts>

/** `PROVIDER:KEY=VALUE:…`; the CDK writes `$:` for a colon in a value. */
const parseKey = (key: string): { readonly provider: string; readonly props: ReadonlyMap<string, string> } => {
  const [provider = '', ...parts] = key.split(/(?<!\$):/)
  const props = parts.map(part => {
    const at = part.indexOf('=')
    return [part.slice(0, at), part.slice(at + 1).replaceAll('$:', ':')] as const
  })
  return { provider, props: new Map(props) }
}

type Props = ReadonlyMap<string, string>

const readFilters = (props: Props): ImageFacts =>
  readImageFilters(filter => {
    const prefix = `filters.${filter}.`
    return [...props].flatMap(([key, value]) => (key.startsWith(prefix) ? [value] : []))
  })

const readKey = (key: string): ImageFacts => {
  const { provider, props } = parseKey(key)
  if (provider === 'ami') return readFilters(props)
  const name = props.get('parameterName') ?? ''
  return provider === 'ssm' && name.startsWith(PUBLIC) ? readPublicImage({ name }) : {}
}

/** The facts that both say, and those that only one says. */
const agree = (a: ImageFacts, b: ImageFacts): ImageFacts => {
  const others = new Map<string, unknown>(Object.entries(b))
  const isContradicted = ([name, value]: readonly [string, unknown]): boolean =>
    others.has(name) && others.get(name) !== value
  const contradicted = new Set(Object.entries(a).flatMap(one => (isContradicted(one) ? [one[0]] : [])))
  return Object.fromEntries(Object.entries({ ...a, ...b }).filter(([name]) => !contradicted.has(name)))
}

/** The look-ups of images in a cdk.context.json. */
export const readLookups = (context: Json): ImageLookups => {
  const found = new Map<string, ImageFacts>()
  for (const [key, value] of Object.entries(context)) {
    if (typeof value !== 'string' || !IMAGE_ID.test(value)) continue
    const known = found.get(value)
    found.set(value, known === undefined ? readKey(key) : agree(known, readKey(key)))
  }
  return found
}

const addLookup = (pair: DeclaredPair, lookups: ImageLookups): DeclaredPair => {
  const { image } = pair
  const found = image.name === undefined ? undefined : lookups.get(image.name)
  if (found === undefined) return pair
  const facts = { ...found, ...image.facts }
  return { ...pair, image: { ...image, facts, sources: { ...nameSources(found, 'name'), ...image.sources } } }
}

/** The declarations with what look-ups say of their images. The hints stay, because a look-up seldom says all. */
export const addLookups = (
  declarations: readonly Declaration[],
  lookups: ImageLookups = new Map(),
): readonly Declaration[] =>
  lookups.size === 0
    ? declarations
    : declarations.map(one =>
        one.kind === 'image' ? one : { ...one, pairs: one.pairs.map(pair => addLookup(pair, lookups)) },
      )
