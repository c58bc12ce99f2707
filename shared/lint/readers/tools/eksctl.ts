import { loadCatalogue } from '../../../catalogue/catalogue.ts'
import type { ImageFacts } from '../../../facts/facts.ts'
import type { Declaration, DeclaredPair } from '../../model/declaration.ts'
import { getPart, getText, getValue, type Json, listParts, listTexts } from '../json.ts'
import {
  createOpenImage,
  createOpenType,
  IMAGE_ID,
  INSTANCE_TYPE,
  NO_IMAGE,
  nameSources,
  overlayPair,
} from '../pairs.ts'
import { createNamedImage } from './named-image.ts'

/** All images of EKS for nodes are HVM on EBS, with ENA (eksctl takes AWS's own). */
const NODE_FACTS: ImageFacts = { virtualizationType: 'hvm', rootDeviceType: 'ebs', enaSupport: true }

// eksctl's default for a group that names no type.
const DEFAULT_TYPE = 'm5.large'

const EMPTY: DeclaredPair = { image: NO_IMAGE, open: [], left: [] }

const TEMPLATE = 'It is in a launch template of the account: scan --templates evaluates it.'
const BY_SELECTOR = 'eksctl chooses the types by instanceSelector: eksctl create cluster --dry-run writes them.'

const isPrintable = (text: string | undefined): text is string => text !== undefined && /^[\w.-]{1,128}$/.test(text)

const listNamedTypes = (group: Json): readonly string[] => [
  ...new Set([
    ...[getText(group, 'instanceType')].flatMap(type => (type === undefined || type === 'mixed' ? [] : [type])),
    ...listTexts(group, 'instanceTypes'),
    ...listTexts(getPart(group, 'instancesDistribution'), 'instanceTypes'),
  ]),
]

/** eksctl picks an image by the type, so that the two always fit. Only an image that is named may not. */
const addImage = (group: Json, pair: DeclaredPair): DeclaredPair => {
  const ami = getText(group, 'ami')
  if (ami !== undefined && IMAGE_ID.test(ami))
    return overlayPair(pair, { image: createNamedImage(ami), type: undefined })
  if (ami !== undefined && !['auto', 'auto-ssm', 'static'].includes(ami))
    return overlayPair(pair, { image: createOpenImage('Its ami is no image id.'), type: undefined })
  const image = { facts: NODE_FACTS, sources: nameSources(NODE_FACTS, 'name') }
  return { ...pair, image, isImageChosen: true }
}

const toPair = (group: Json, type: string): DeclaredPair =>
  addImage(
    group,
    INSTANCE_TYPE.test(type)
      ? { ...EMPTY, instanceType: type }
      : { ...EMPTY, open: createOpenType('What the file has as its instance type is none.').open },
  )

const readArchitectures = (type: string): readonly string[] => loadCatalogue().get(type)?.architectures ?? []

/** One image is for all types of a group. Those that share no architecture with the first one would not take it. */
const addOneImage = (pairs: readonly DeclaredPair[]): readonly DeclaredPair[] => {
  const [first] = pairs.filter(({ instanceType }) => instanceType !== undefined)
  const [architecture, ...others] = readArchitectures(first?.instanceType ?? '')
  if (architecture === undefined) return pairs
  return pairs.map(pair => {
    const own = pair.isImageChosen ? readArchitectures(pair.instanceType ?? '') : []
    if (own.length === 0 || [architecture, ...others].some(one => own.includes(one))) return pair
    const { isImageChosen, ...rest } = pair
    const facts: ImageFacts = { ...NODE_FACTS, architecture }
    return { ...rest, image: { facts, sources: nameSources(facts, 'name') } }
  })
}

const readGroup = (group: Json): readonly DeclaredPair[] => {
  const types = listNamedTypes(group)
  if (types.length > 0) return addOneImage(types.map(type => toPair(group, type)))
  if (getPart(group, 'launchTemplate') !== undefined)
    return [{ ...EMPTY, open: [...createOpenImage(TEMPLATE).open, ...createOpenType(TEMPLATE).open] }]
  if (getPart(group, 'instanceSelector') !== undefined)
    return [addImage(group, { ...EMPTY, open: createOpenType(BY_SELECTOR).open })]
  return [toPair(group, DEFAULT_TYPE)]
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/

/** What a ClusterConfig of eksctl launches: its node groups. */
export const readEksctl = (config: Json): readonly Declaration[] => {
  const region = getText(getPart(config, 'metadata'), 'region')
  return ['managedNodeGroups', 'nodeGroups'].flatMap(kind =>
    listParts(config, kind).map((group, index): Declaration => {
      const name = getText(group, 'name')
      return {
        kind: 'launch',
        place: { address: `${kind}[${isPrintable(name) ? name : index}]` },
        resourceType: 'AwsEc2LaunchRequest',
        ...(region !== undefined && REGION.test(region) && { region }),
        pairs: readGroup(group),
      }
    }),
  )
}

/** Whether an object is a ClusterConfig. */
export const isEksctl = (value: Json): boolean => getValue(value, 'kind') === 'ClusterConfig'
