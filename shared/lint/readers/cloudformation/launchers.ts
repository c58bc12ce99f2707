import type { Resource } from '../../../facts/facts.ts'
import { getValue, isJson } from '../json.ts'
import { createOpenPair } from '../pairs.ts'
import { readTemplate } from './launch-templates.ts'
import { type Reader, readFleet, readGroup, readInstance, readSpotFleet } from './launches.ts'
import { readComputeEnvironment, readNodegroup } from './node-groups.ts'
import { SERVICE_READERS } from './services.ts'
import { findTemplateAsset, type TemplateAssets, type TemplateResource } from './template.ts'

const createUnread = (hint: string): Reader =>
  function* (_, __, given) {
    yield { result: createOpenPair(hint), given }
  }

type Launcher = {
  readonly resourceType: Resource['type']
  readonly read: Reader
  /** It leaves a side that it does not say to whoever launches by it. */
  readonly isTemplate?: true
  /** It may be of a kind that launches nothing. */
  readonly mayLaunchNothing?: true
}

const OTHER = 'AwsEc2LaunchRequest'

const OPSWORKS = 'AWS::OpsWorks::Instance'

/** Their images are never in a template, so that no pair of them can be evaluated. */
const WITHOUT_IMAGE = [...SERVICE_READERS.keys(), OPSWORKS]

const LAUNCHERS: ReadonlyMap<string, Launcher> = new Map<string, Launcher>([
  ['AWS::EC2::Instance', { resourceType: 'AwsEc2Instance', read: readInstance }],
  ['AWS::AutoScaling::AutoScalingGroup', { resourceType: 'AwsAutoScalingAutoScalingGroup', read: readGroup }],
  ['AWS::EC2::EC2Fleet', { resourceType: OTHER, read: readFleet }],
  ['AWS::EC2::SpotFleet', { resourceType: OTHER, read: readSpotFleet }],
  ['AWS::EKS::Nodegroup', { resourceType: OTHER, read: readNodegroup }],
  ['AWS::Batch::ComputeEnvironment', { resourceType: OTHER, read: readComputeEnvironment, mayLaunchNothing: true }],
  ...[...SERVICE_READERS].map(([type, read]) => [type, { resourceType: OTHER, read }] as const),
  [
    OPSWORKS,
    {
      resourceType: OTHER,
      read: createUnread(`lint does not read ${OPSWORKS}: ask for each pair with virtguard check.`),
    },
  ],
])

const TEMPLATES: ReadonlyMap<string, Resource['type']> = new Map<string, Resource['type']>([
  ['AWS::EC2::LaunchTemplate', 'AwsEc2LaunchTemplate'],
  ['AWS::AutoScaling::LaunchConfiguration', 'AwsAutoScalingLaunchConfiguration'],
])

/** The types of resources that launch, or are launched by. */
export const LAUNCHING_TYPES: readonly string[] = [...LAUNCHERS.keys(), ...TEMPLATES.keys()]

/** Those of them whose launches are evaluated. */
export const EVALUATED_TYPES: readonly string[] = [...LAUNCHERS.keys(), ...TEMPLATES.keys()].filter(
  type => !WITHOUT_IMAGE.includes(type),
)

const MODULE =
  'It is a module, whose resources are not in the template: evaluate the template that CloudFormation makes of it.'
const NESTED = 'Its template is elsewhere: evaluate that template too.'

/** How a type of resource is read. Undefined if it launches nothing. */
export const findLauncher = (resource: TemplateResource, assets: TemplateAssets): Launcher | undefined => {
  const template = TEMPLATES.get(resource.type)
  if (template !== undefined)
    return { resourceType: template, isTemplate: true, read: (scope, _, given) => readTemplate(scope, resource, given) }
  if (resource.type.endsWith('::MODULE')) return { resourceType: OTHER, read: createUnread(MODULE) }
  if (resource.type === 'AWS::CloudFormation::Stack' && !isLocal(resource, assets))
    return { resourceType: OTHER, read: createUnread(NESTED) }
  return LAUNCHERS.get(resource.type)
}

/** A nested stack whose template is a file, which is evaluated by itself. */
const isLocal = ({ properties, metadata }: TemplateResource, assets: TemplateAssets): boolean => {
  if (getValue(metadata, 'aws:asset:path') !== undefined) return true
  const url = isJson(properties) ? getValue(properties, 'TemplateURL') : undefined
  if (findTemplateAsset(url, assets) !== undefined) return true
  return typeof url === 'string' && !/^(https?|s3):/.test(url)
}
