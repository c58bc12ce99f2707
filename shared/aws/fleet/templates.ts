import {
  type AutoScalingClient,
  type AutoScalingGroup,
  type LaunchConfiguration,
  type LaunchTemplateOverrides,
  type LaunchTemplateSpecification,
  paginateDescribeAutoScalingGroups,
  paginateDescribeLaunchConfigurations,
} from '@aws-sdk/client-auto-scaling'
import {
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  type LaunchTemplateVersion,
  paginateDescribeLaunchTemplateVersions,
} from '@aws-sdk/client-ec2'
import type { AccountRegion } from '../../facts/account-region.ts'
import { omitUndefined } from '../../facts/fields.ts'
import { createTemplateResource, groupResource } from '../../facts/resource.ts'
import type { LaunchPair, LaunchPlan } from '../../fleet/launch-plans.ts'
import { NO_TEMPLATE } from '../ec2.ts'

const versionsByName = new Map([
  ['$Default', 'default'],
  ['$Latest', 'latest'],
])

/** Templates by id and by name, with `default`, `latest` and the number of each version that was read. */
type Versions = Map<string, LaunchTemplateVersion>

const keep = (versions: Versions, version: LaunchTemplateVersion, alias?: string): void => {
  const { LaunchTemplateId: id = '', LaunchTemplateName: name = '', VersionNumber: number } = version
  for (const template of [id, name])
    for (const key of [String(number), ...(alias === undefined ? [] : [alias])])
      versions.set(`${template}:${key}`, version)
}

/** The default and the latest version of every template. EC2 resolves an image that is named by a parameter. */
const readVersions = async (client: EC2Client): Promise<Versions> => {
  const versions: Versions = new Map()
  for (const [asked, alias] of versionsByName) {
    // Without a template it is all of them (EC2 API reference, DescribeLaunchTemplateVersions).
    const pages = paginateDescribeLaunchTemplateVersions(
      { client, pageSize: 200 },
      { Versions: [asked], ResolveAlias: true },
    )
    for await (const { LaunchTemplateVersions = [] } of pages)
      for (const version of LaunchTemplateVersions) keep(versions, version, alias)
  }
  return versions
}

const createPair = (imageId: string | undefined, instanceType: string | undefined): LaunchPair =>
  omitUndefined<LaunchPair>({ imageId, instanceType, isUnread: undefined })

const createTemplatePlan = (place: AccountRegion, version: LaunchTemplateVersion): LaunchPlan => {
  const {
    LaunchTemplateId: id = '',
    LaunchTemplateName: name = '',
    VersionNumber: number,
    LaunchTemplateData,
  } = version
  const what = `Launch template ${name} (${id}) version ${number}${version.DefaultVersion === true ? ' (its default)' : ''}`
  return {
    resource: createTemplateResource(place, id, String(number)),
    what,
    toFix: `a new version of launch template ${id} from its version ${number}`,
    pairs: [createPair(LaunchTemplateData?.ImageId, LaunchTemplateData?.InstanceType)],
    usedBy: [],
    actor: { launchTemplate: `${id}:${number}` },
  }
}

const findSpecification = (group: AutoScalingGroup): LaunchTemplateSpecification | undefined =>
  group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification

const formatTemplateKey = ({ LaunchTemplateId, LaunchTemplateName, Version }: LaunchTemplateSpecification): string =>
  `${LaunchTemplateId ?? LaunchTemplateName}:${versionsByName.get(Version ?? '$Default') ?? Version}`

/** The version that a group names. Undefined if there is none. Read if it is neither the default nor the latest. */
const findVersion = async (
  client: EC2Client,
  versions: Versions,
  specification: LaunchTemplateSpecification,
): Promise<LaunchTemplateVersion | undefined> => {
  const known = versions.get(formatTemplateKey(specification))
  const { LaunchTemplateId, LaunchTemplateName, Version } = specification
  if (known !== undefined || Version === undefined) return known
  const which = LaunchTemplateId === undefined ? { LaunchTemplateName } : { LaunchTemplateId }
  try {
    const { LaunchTemplateVersions = [] } = await client.send(
      new DescribeLaunchTemplateVersionsCommand({ ...which, Versions: [Version], ResolveAlias: true }),
    )
    for (const version of LaunchTemplateVersions) keep(versions, version)
    return LaunchTemplateVersions[0]
  } catch (error) {
    // Somebody deleted it: the rest of the region is still evaluated.
    if (error instanceof Error && NO_TEMPLATE.test(error.name)) return undefined
    throw error
  }
}

type FoundVersion = (specification: LaunchTemplateSpecification) => Promise<LaunchTemplateVersion | undefined>

const NOT_READ: LaunchPair = { isUnread: true }

/**
 * What one override launches. It takes what it does not name from its own template, or from that of the group. Undefined
 * for requirements (vCPUs, memory), by which EC2 chooses the type at the launch, and only one that fits the image.
 */
const createOverridePair = async (
  { ImageId, InstanceType, InstanceRequirements, LaunchTemplateSpecification: own }: LaunchTemplateOverrides,
  ofGroup: LaunchTemplateVersion | undefined,
  findVersion: FoundVersion,
): Promise<LaunchPair | undefined> => {
  if (InstanceRequirements !== undefined) return undefined
  const version = own === undefined ? ofGroup : await findVersion(own)
  if (version === undefined && (ImageId === undefined || InstanceType === undefined)) return NOT_READ
  const data = version?.LaunchTemplateData
  return createPair(ImageId ?? data?.ImageId, InstanceType ?? data?.InstanceType)
}

/** What a group launches by its mixed instances policy: each override by its own image and template. */
const listPairs = async (
  { MixedInstancesPolicy }: AutoScalingGroup,
  ofGroup: LaunchTemplateVersion | undefined,
  findVersion: FoundVersion,
): Promise<readonly LaunchPair[]> => {
  const { Overrides = [] } = MixedInstancesPolicy?.LaunchTemplate ?? {}
  if (Overrides.length === 0)
    return [
      ofGroup === undefined
        ? NOT_READ
        : createPair(ofGroup.LaunchTemplateData?.ImageId, ofGroup.LaunchTemplateData?.InstanceType),
    ]
  const pairs: LaunchPair[] = []
  for (const override of Overrides) {
    const pair = await createOverridePair(override, ofGroup, findVersion)
    if (pair !== undefined) pairs.push(pair)
  }
  return pairs
}

const nameGroup = (group: AutoScalingGroup): string => `Auto Scaling group ${group.AutoScalingGroupName}`

const createGroupPlan = (
  place: AccountRegion,
  group: AutoScalingGroup,
  plan: Pick<LaunchPlan, 'toFix' | 'pairs' | 'actor'>,
): LaunchPlan => {
  const { AutoScalingGroupName: name = '', AutoScalingGroupARN: arn = '' } = group
  return {
    ...plan,
    resource: groupResource(place, name, arn),
    what: nameGroup(group),
    usedBy: [],
    actor: { ...plan.actor, autoScalingGroup: name },
  }
}

/** The plan of a group that mixes. Its overrides lie in the group, its templates outside. */
const createMixedPlan = (
  place: AccountRegion,
  group: AutoScalingGroup,
  { ofGroup, pairs }: { readonly ofGroup: LaunchTemplateVersion | undefined; readonly pairs: readonly LaunchPair[] },
): LaunchPlan => {
  const template = ofGroup && createTemplatePlan(place, ofGroup)
  const { Overrides = [] } = group.MixedInstancesPolicy?.LaunchTemplate ?? {}
  const hasOwn = Overrides.some(
    ({ ImageId, LaunchTemplateSpecification }) => ImageId !== undefined || LaunchTemplateSpecification !== undefined,
  )
  const toFix =
    template === undefined || hasOwn ? 'the override that asks for it, or the launch template it uses' : template.toFix
  return createGroupPlan(place, group, { toFix, pairs, actor: template?.actor ?? {} })
}

const createConfigurationPlan = (
  place: AccountRegion,
  group: AutoScalingGroup,
  configuration: LaunchConfiguration,
): LaunchPlan => {
  const { ImageId: imageId, InstanceType: type, LaunchConfigurationName: name } = configuration
  return createGroupPlan(place, group, {
    toFix: `launch configuration ${name}, which cannot be changed: give the group a launch template instead`,
    pairs: [createPair(imageId, type)],
    actor: {},
  })
}

const nameOf = ({ LaunchTemplateId, VersionNumber }: LaunchTemplateVersion): string =>
  `${LaunchTemplateId}:${VersionNumber}`

const readGroups = async (client: AutoScalingClient): Promise<readonly AutoScalingGroup[]> => {
  const groups: AutoScalingGroup[] = []
  for await (const { AutoScalingGroups = [] } of paginateDescribeAutoScalingGroups({ client, pageSize: 100 }, {}))
    groups.push(...AutoScalingGroups)
  return groups
}

const readConfigurations = async (
  client: AutoScalingClient,
  groups: readonly AutoScalingGroup[],
): Promise<ReadonlyMap<string, LaunchConfiguration>> => {
  const found = new Map<string, LaunchConfiguration>()
  // Only old groups have one: without any, nothing is asked.
  if (groups.every(({ LaunchConfigurationName }) => LaunchConfigurationName === undefined)) return found
  for await (const { LaunchConfigurations = [] } of paginateDescribeLaunchConfigurations({ client }, {}))
    for (const one of LaunchConfigurations) found.set(one.LaunchConfigurationName ?? '', one)
  return found
}

/**
 * The launches that the launch templates (default and latest version) and the Auto Scaling groups of a region would
 * make. Throws what AWS throws.
 */
export const readPlans = async (
  { ec2, autoScaling }: { readonly ec2: EC2Client; readonly autoScaling: AutoScalingClient },
  place: AccountRegion,
): Promise<readonly LaunchPlan[]> => {
  const versions = await readVersions(ec2)
  const groups = await readGroups(autoScaling)
  const configurations = await readConfigurations(autoScaling, groups)
  const plans: LaunchPlan[] = []
  const users = new Map<string, Set<string>>()
  const findUsed = (group: AutoScalingGroup) => async (specification: LaunchTemplateSpecification) => {
    const version = await findVersion(ec2, versions, specification)
    if (version !== undefined) {
      const names = users.get(nameOf(version)) ?? new Set()
      users.set(nameOf(version), names.add(nameGroup(group)))
    }
    return version
  }
  for (const group of groups) {
    const configuration = configurations.get(group.LaunchConfigurationName ?? '')
    if (configuration !== undefined) plans.push(createConfigurationPlan(place, group, configuration))
    const find = findUsed(group)
    const specification = findSpecification(group)
    const ofGroup = specification && (await find(specification))
    // A group that launches just what the template says is reported with the template.
    if (group.MixedInstancesPolicy === undefined) continue
    const pairs = await listPairs(group, ofGroup, find)
    plans.push(createMixedPlan(place, group, { ofGroup, pairs }))
  }
  // The default of a template is often its latest as well.
  const distinct = new Map([...versions.values()].map(one => [nameOf(one), one]))
  const templates = [...distinct.values()].map(version => ({
    ...createTemplatePlan(place, version),
    usedBy: [...(users.get(nameOf(version)) ?? [])],
  }))
  return [...templates, ...plans]
}
