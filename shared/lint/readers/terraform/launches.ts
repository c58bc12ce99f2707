import { getValue } from '../json.ts'
import { createOpenPair, LEFT_PAIR } from '../pairs.ts'
import { type Block, getAttribute, listBlocks } from './block.ts'
import { readComputeEnvironment, readFleet, readNodeGroup, readSpotFleet } from './fleets.ts'
import { BLOCKS_UNKNOWN, createReading, type Reading } from './reading.ts'
import { type LaunchingType, UNREAD } from './resource-types.ts'
import type { Plan, PlannedResource } from './resources.ts'
import { overridePair, readNamedConfiguration, readNamedTemplate, readTemplate, type Source } from './templates.ts'

const isInPlace = ({ actions }: PlannedResource): boolean => actions.length === 1 && actions[0] === 'update'

const readInstance = (source: Source, imageKey: 'ami' | 'image_id'): Reading => {
  const { resource } = source
  const [template] = listBlocks(resource, 'launch_template') ?? []
  const named = template === undefined ? undefined : readNamedTemplate(source, template)
  const pair = overridePair(source, resource, named?.pair ?? LEFT_PAIR, imageKey)
  const former = getValue(resource.before, 'instance_type')
  const isResize = isInPlace(resource) && typeof former === 'string' && former !== pair.instanceType
  return createReading([isResize ? { ...pair, resizedFrom: former } : pair], [named?.resource])
}

const readMixed = (source: Source, policy: Block): Reading => {
  const [launch] = listBlocks(policy, 'launch_template') ?? []
  const [specification] = (launch && listBlocks(launch, 'launch_template_specification')) ?? []
  const overrides = launch && listBlocks(launch, 'override')
  if (launch === undefined || specification === undefined || overrides === undefined)
    return createReading([createOpenPair(BLOCKS_UNKNOWN)], [])
  const ofGroup = readNamedTemplate(source, specification)
  const read = overrides.map(override => {
    const [own] = listBlocks(override, 'launch_template_specification') ?? []
    const named = own === undefined ? ofGroup : readNamedTemplate(source, own)
    return { pair: overridePair(source, override, named.pair, 'image_id'), resource: named.resource }
  })
  const pairs = read.length === 0 ? [ofGroup.pair] : read.map(({ pair }) => pair)
  return createReading(pairs, [ofGroup.resource, ...read.map(({ resource }) => resource)])
}

const readGroup = (source: Source): Reading => {
  const { resource } = source
  const [mixed] = listBlocks(resource, 'mixed_instances_policy') ?? [undefined]
  if (mixed !== undefined) return readMixed(source, mixed)
  const [template] = listBlocks(resource, 'launch_template') ?? []
  if (template !== undefined) {
    const named = readNamedTemplate(source, template)
    return createReading([named.pair], [named.resource])
  }
  const configuration = getAttribute(resource, 'launch_configuration')
  if (configuration.value === undefined && !configuration.isUnknown)
    return createReading([createOpenPair(BLOCKS_UNKNOWN)], [])
  const named = readNamedConfiguration(source, configuration)
  return createReading([named.pair], [named.resource])
}

type Launcher = {
  readonly resourceType:
    | 'AwsEc2Instance'
    | 'AwsEc2LaunchRequest'
    | 'AwsEc2LaunchTemplate'
    | 'AwsAutoScalingAutoScalingGroup'
    | 'AwsAutoScalingLaunchConfiguration'
  readonly read: (source: Source) => Reading
  /** An update launches, or will launch, something else only if one of these changes. */
  readonly watched: readonly string[]
}

const OF_TEMPLATE = ['image_id', 'instance_type', 'instance_requirements']
const OF_INSTANCE = ['ami', 'instance_type', 'launch_template', 'user_data', 'user_data_base64']

const readAlone = (source: Source): Reading => ({ pairs: [readTemplate(source, source.resource)], by: [] })

const createUnread = (type: string): Launcher => ({
  resourceType: 'AwsEc2LaunchRequest',
  watched: [],
  read: () =>
    createReading([createOpenPair(`lint does not read ${type} yet: ask for each pair with virtguard check.`)], []),
})

// The names of CloudFormation, as the provider awscc has them.
const OF_CLOUD_INSTANCE = ['image_id', 'instance_type', 'launch_template', 'user_data']

/** `launch_template_data` is one object, whose keys are those of a template. */
const readCloudTemplate = (source: Source): Reading => {
  const [data] = listBlocks(source.resource, 'launch_template_data') ?? []
  if (data === undefined) return createReading([createOpenPair(BLOCKS_UNKNOWN)], [])
  return { pairs: [readTemplate(source, data)], by: [] }
}

const READ: Readonly<Record<LaunchingType, Launcher>> = {
  aws_instance: { resourceType: 'AwsEc2Instance', read: source => readInstance(source, 'ami'), watched: OF_INSTANCE },
  aws_spot_instance_request: {
    resourceType: 'AwsEc2LaunchRequest',
    read: source => readInstance(source, 'ami'),
    watched: OF_INSTANCE,
  },
  aws_launch_template: { resourceType: 'AwsEc2LaunchTemplate', read: readAlone, watched: OF_TEMPLATE },
  aws_launch_configuration: {
    resourceType: 'AwsAutoScalingLaunchConfiguration',
    read: readAlone,
    watched: OF_TEMPLATE,
  },
  aws_autoscaling_group: {
    resourceType: 'AwsAutoScalingAutoScalingGroup',
    read: readGroup,
    watched: ['launch_configuration', 'launch_template', 'mixed_instances_policy'],
  },
  aws_ec2_fleet: { resourceType: 'AwsEc2LaunchRequest', read: readFleet, watched: ['launch_template_config'] },
  aws_spot_fleet_request: {
    resourceType: 'AwsEc2LaunchRequest',
    read: readSpotFleet,
    watched: ['launch_specification', 'launch_template_config'],
  },
  aws_eks_node_group: {
    resourceType: 'AwsEc2LaunchRequest',
    read: readNodeGroup,
    watched: ['ami_type', 'instance_types', 'launch_template'],
  },
  aws_batch_compute_environment: {
    resourceType: 'AwsEc2LaunchRequest',
    read: readComputeEnvironment,
    watched: ['compute_resources'],
  },
  awscc_ec2_instance: {
    resourceType: 'AwsEc2Instance',
    read: source => readInstance(source, 'image_id'),
    watched: OF_CLOUD_INSTANCE,
  },
  awscc_ec2_launch_template: {
    resourceType: 'AwsEc2LaunchTemplate',
    read: readCloudTemplate,
    watched: ['launch_template_data'],
  },
}

const LAUNCHERS: ReadonlyMap<string, Launcher> = new Map<string, Launcher>([
  ...Object.entries(READ),
  ...UNREAD.map(type => [type, createUnread(type)] as const),
])

const isChanged = (resource: PlannedResource, key: string): boolean =>
  getAttribute(resource, key).isUnknown ||
  JSON.stringify(getValue(resource.before, key) ?? null) !== JSON.stringify(getValue(resource.values, key) ?? null)

const startsLaunch = (resource: PlannedResource, { watched }: Pick<Launcher, 'watched'>): boolean => {
  if (resource.actions.includes('create')) return true
  if (!resource.actions.includes('update')) return false
  return watched.length === 0 || watched.some(key => isChanged(resource, key))
}

export type PlannedLaunch = Pick<Launcher, 'resourceType'> & Pick<Reading, 'pairs'>

/** What a resource of the plan launches. Undefined if it launches nothing, or nothing else than before. */
export const readLaunch = (plan: Plan, resource: PlannedResource): PlannedLaunch | undefined => {
  const launcher = resource.isData ? undefined : LAUNCHERS.get(resource.type)
  if (launcher === undefined || resource.actions.length === 0) return undefined
  const { resourceType, read } = launcher
  const isStarting = startsLaunch(resource, launcher)
  // A group stays as it is while its template becomes another.
  if (!isStarting && resource.type !== 'aws_autoscaling_group') return undefined
  const { pairs, by } = read({ plan, resource })
  const isMoved = by.some(template => startsLaunch(template, { watched: OF_TEMPLATE }))
  return pairs.length > 0 && (isStarting || isMoved) ? { resourceType, pairs } : undefined
}
