import type { DeclaredPair } from '../../model/declaration.ts'
import { closeBatch, fillEksType, readEksImage } from '../node-images.ts'
import { createOpenPair, type ImageSide, LEFT_PAIR, overlayPair } from '../pairs.ts'
import { type Block, getAttribute, listBlocks } from './block.ts'
import { resolveImage } from './images.ts'
import { BLOCKS_UNKNOWN, createReading, type Reading } from './reading.ts'
import { isWritten, type NamedTemplate, overridePair, readNamedTemplate, readType, type Source } from './templates.ts'

const UNKNOWN_BLOCKS: NamedTemplate = { pair: createOpenPair(BLOCKS_UNKNOWN), resource: undefined }

/** The template of a block of a fleet, with each of its overrides. */
const readConfig = (source: Source, config: Block, overridesKey: string): readonly NamedTemplate[] => {
  const [specification] = listBlocks(config, 'launch_template_specification') ?? []
  const overrides = listBlocks(config, overridesKey)
  if (specification === undefined || overrides === undefined) return [UNKNOWN_BLOCKS]
  const named = readNamedTemplate(source, specification)
  if (overrides.length === 0) return [named]
  return overrides.map(override => ({ ...named, pair: overridePair(source, override, named.pair, 'image_id') }))
}

const readConfigs = (source: Source, overridesKey: string): readonly NamedTemplate[] =>
  listBlocks(source.resource, 'launch_template_config')?.flatMap(config =>
    readConfig(source, config, overridesKey),
  ) ?? [UNKNOWN_BLOCKS]

const toReading = (read: readonly NamedTemplate[]): Reading => {
  const launched = read.length === 0 ? [UNKNOWN_BLOCKS] : read
  return createReading(
    launched.map(({ pair }) => pair),
    launched.map(({ resource }) => resource),
  )
}

export const readFleet = (source: Source): Reading => toReading(readConfigs(source, 'override'))

export const readSpotFleet = (source: Source): Reading => {
  const specifications = listBlocks(source.resource, 'launch_specification')?.map(specification => ({
    pair: overridePair(source, specification, LEFT_PAIR, 'ami'),
    resource: undefined,
  }))
  return toReading([...(specifications ?? [UNKNOWN_BLOCKS]), ...readConfigs(source, 'overrides')])
}

/** The pair with each type of a list; the pair alone if the list is not written. */
const spreadTypes = (block: Block, key: string, pair: DeclaredPair): readonly DeclaredPair[] => {
  const attribute = getAttribute(block, key)
  if (!isWritten(attribute)) return [pair]
  const { value, isUnknown } = attribute
  const types: readonly unknown[] = isUnknown || !Array.isArray(value) ? [value] : value
  return types.length === 0
    ? [pair]
    : types.map(one => overlayPair(pair, { image: undefined, type: readType({ ...attribute, value: one }) }))
}

const readBlockTemplate = (source: Source, block: Block): NamedTemplate => {
  const templates = listBlocks(block, 'launch_template')
  if (templates === undefined) return UNKNOWN_BLOCKS
  const [template] = templates
  return template === undefined ? { pair: LEFT_PAIR, resource: undefined } : readNamedTemplate(source, template)
}

const IMAGE_TYPE = /^[A-Z][A-Za-z0-9_]{1,60}$/

export const readNodeGroup = (source: Source): Reading => {
  const { resource } = source
  const { pair: base, resource: template } = readBlockTemplate(source, resource)
  const { value, isUnknown, isSensitive } = getAttribute(resource, 'ami_type')
  const isKnown = typeof value === 'string' && IMAGE_TYPE.test(value) && !isUnknown && !isSensitive
  const pair = overlayPair(base, { image: readEksImage(isKnown ? value : undefined, base), type: undefined })
  return createReading(spreadTypes(resource, 'instance_types', pair).map(fillEksType), [template])
}

const readBatchImage = (source: Source, resources: Block): ImageSide | undefined => {
  const [configuration] = listBlocks(resources, 'ec2_configuration') ?? []
  const named = [
    getAttribute(resources, 'image_id'),
    ...(configuration === undefined ? [] : [getAttribute(configuration, 'image_id_override')]),
  ].find(isWritten)
  return named === undefined ? undefined : resolveImage(source.plan, source.resource, named)
}

export const readComputeEnvironment = (source: Source): Reading => {
  const blocks = listBlocks(source.resource, 'compute_resources')
  if (blocks === undefined) return toReading([UNKNOWN_BLOCKS])
  const [resources] = blocks
  const isFargate = resources !== undefined && /^FARGATE/.test(String(getAttribute(resources, 'type').value))
  // What is not managed by Batch is launched by somebody else.
  if (resources === undefined || isFargate) return createReading([], [])
  const { pair: base, resource: template } = readBlockTemplate(source, resources)
  const pair = overlayPair(base, { image: readBatchImage(source, resources), type: undefined })
  return createReading(spreadTypes(resources, 'instance_type', pair).map(closeBatch), [template])
}
