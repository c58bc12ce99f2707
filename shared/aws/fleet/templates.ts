import {
  type AutoScalingClient,
  type AutoScalingGroup,
  type LaunchConfiguration,
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
import { createTemplateResource, groupResource } from '../../facts/resource.ts'
import type { LaunchPlan } from '../../fleet/launch-plans.ts'

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

const createTemplatePlan = (place: AccountRegion, version: LaunchTemplateVersion): LaunchPlan => {
  const {
    LaunchTemplateId: id = '',
    LaunchTemplateName: name = '',
    VersionNumber: number,
    LaunchTemplateData,
  } = version
  const imageId = LaunchTemplateData?.ImageId
  const type = LaunchTemplateData?.InstanceType
  const what = `Launch template ${name} (${id}) version ${number}${version.DefaultVersion === true ? ' (its default)' : ''}`
  return {
    resource: createTemplateResource(place, id, String(number)),
    what,
    toFix: `a new version of launch template ${id} from its version ${number}`,
    ...(imageId !== undefined && { imageId }),
    instanceTypes: type === undefined ? [] : [type],
    usedBy: [],
    actor: { launchTemplate: `${id}:${number}` },
  }
}

const findSpecification = (group: AutoScalingGroup): LaunchTemplateSpecification | undefined =>
  group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification

const formatTemplateKey = ({ LaunchTemplateId, LaunchTemplateName, Version }: LaunchTemplateSpecification): string =>
  `${LaunchTemplateId ?? LaunchTemplateName}:${versionsByName.get(Version ?? '$Default') ?? Version}`

/** The version that a group names. Read if it is neither the default nor the latest. */
const findVersion = async (
  client: EC2Client,
  versions: Versions,
  specification: LaunchTemplateSpecification,
): Promise<LaunchTemplateVersion | undefined> => {
  const known = versions.get(formatTemplateKey(specification))
  const { LaunchTemplateId, LaunchTemplateName, Version } = specification
  if (known !== undefined || Version === undefined) return known
  const which = LaunchTemplateId === undefined ? { LaunchTemplateName } : { LaunchTemplateId }
  const { LaunchTemplateVersions = [] } = await client.send(
    new DescribeLaunchTemplateVersionsCommand({ ...which, Versions: [Version], ResolveAlias: true }),
  )
  for (const version of LaunchTemplateVersions) keep(versions, version)
  return LaunchTemplateVersions[0]
}

const listOverrides = (group: AutoScalingGroup): readonly string[] =>
  (group.MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? []).flatMap(({ InstanceType }) => InstanceType ?? [])

/** By requirements (vCPUs, memory) EC2 chooses the type at the launch, and only one that fits the image. */
const hasRequirements = (group: AutoScalingGroup): boolean =>
  (group.MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? []).some(
    ({ InstanceRequirements }) => InstanceRequirements !== undefined,
  )

const groupPlan = (place: AccountRegion, group: AutoScalingGroup, plan: LaunchPlan): LaunchPlan => {
  const { AutoScalingGroupName: name = '', AutoScalingGroupARN: arn = '' } = group
  const overrides = listOverrides(group)
  const instanceTypes = hasRequirements(group) ? [] : overrides.length > 0 ? overrides : plan.instanceTypes
  return {
    ...plan,
    resource: groupResource(place, name, arn),
    what: `Auto Scaling group ${name}`,
    instanceTypes,
    actor: { ...plan.actor, autoScalingGroup: name },
  }
}

const createConfigurationPlan = (
  place: AccountRegion,
  group: AutoScalingGroup,
  configuration: LaunchConfiguration,
): LaunchPlan => {
  const { ImageId: imageId, InstanceType: type, LaunchConfigurationName: name } = configuration
  return groupPlan(place, group, {
    resource: groupResource(place, '', ''),
    what: '',
    toFix: `launch configuration ${name}, which cannot be changed: give the group a launch template instead`,
    ...(imageId !== undefined && { imageId }),
    instanceTypes: type === undefined ? [] : [type],
    usedBy: [],
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
  const users = new Map<string, string[]>()
  for (const group of groups) {
    const configuration = configurations.get(group.LaunchConfigurationName ?? '')
    if (configuration !== undefined) plans.push(createConfigurationPlan(place, group, configuration))
    const specification = findSpecification(group)
    const version = specification && (await findVersion(ec2, versions, specification))
    if (version === undefined) continue
    users.set(nameOf(version), [
      ...(users.get(nameOf(version)) ?? []),
      `Auto Scaling group ${group.AutoScalingGroupName}`,
    ])
    // A group that launches just what the template says is reported with the template.
    if (group.MixedInstancesPolicy !== undefined)
      plans.push(groupPlan(place, group, createTemplatePlan(place, version)))
  }
  // The default of a template is often its latest as well.
  const distinct = new Map([...versions.values()].map(one => [nameOf(one), one]))
  const templates = [...distinct.values()].map(version => ({
    ...createTemplatePlan(place, version),
    usedBy: users.get(nameOf(version)) ?? [],
  }))
  return [...templates, ...plans]
}
