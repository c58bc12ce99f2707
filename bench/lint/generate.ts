import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** Templates and plans to lint, as many of each, and a plan that is large. */
export type LintFiles = {
  /** Of both kinds. */
  readonly folder: string
  readonly templates: string
  readonly large: string
  readonly files: number
  readonly largeBytes: number
}

const KINDS = ['x86_64', 'arm64'] as const
const TYPES = ['t3.micro', 't4g.micro', 'm7i.large', 'm7g.large'] as const

const pick = <T>(values: readonly [T, ...T[]], index: number): T => values[index % values.length] ?? values[0]

const parameterOf = (index: number): string =>
  `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${pick(KINDS, index)}`

/** A template as people write them: parameters, a launch template, a group, and what is around it. */
const buildTemplate = (index: number): object => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: `Service ${index}`,
  Parameters: {
    Image: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: parameterOf(index) },
    Type: { Type: 'String', Default: pick(TYPES, index), AllowedValues: [pick(TYPES, index), pick(TYPES, index + 2)] },
    Subnets: { Type: 'List<AWS::EC2::Subnet::Id>' },
  },
  Resources: {
    Template: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: { LaunchTemplateData: { ImageId: { Ref: 'Image' }, InstanceType: { Ref: 'Type' } } },
    },
    Group: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: {
        MinSize: '1',
        MaxSize: '3',
        VPCZoneIdentifier: { Ref: 'Subnets' },
        LaunchTemplate: {
          LaunchTemplateId: { Ref: 'Template' },
          Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] },
        },
      },
    },
    Instance: {
      Type: 'AWS::EC2::Instance',
      Properties: { ImageId: { Ref: 'Image' }, InstanceType: pick(TYPES, index + 1) },
    },
    ...Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [
        `Bucket${at}`,
        { Type: 'AWS::S3::Bucket', Properties: { Tags: [{ Key: 'service', Value: `${index}-${at}` }] } },
      ]),
    ),
  },
})

type Resource = { readonly type: string; readonly name: string; readonly values: object }

const toPlan = (resources: readonly Resource[], images: readonly Resource[]): object => ({
  format_version: '1.2',
  terraform_version: '1.9.8',
  planned_values: {
    root_module: {
      resources: resources.map(({ type, name, values }) => ({
        address: `${type}.${name}`,
        mode: 'managed',
        type,
        name,
        provider_name: 'registry.terraform.io/hashicorp/aws',
        schema_version: 1,
        values,
      })),
    },
  },
  resource_changes: resources.map(({ type, name, values }) => ({
    address: `${type}.${name}`,
    mode: 'managed',
    type,
    name,
    provider_name: 'registry.terraform.io/hashicorp/aws',
    change: { actions: ['create'], before: null, after: values, after_unknown: { id: true }, after_sensitive: {} },
  })),
  prior_state: {
    format_version: '1.0',
    values: {
      root_module: {
        resources: images.map(({ type, name, values }) => ({
          address: `data.${type}.${name}`,
          mode: 'data',
          type,
          name,
          values,
        })),
      },
    },
  },
  configuration: { root_module: { resources: [] } },
})

const imageOf = (index: number): Resource => ({
  type: 'aws_ami',
  name: `image${index}`,
  values: {
    id: `ami-${String(index).padStart(17, '0')}`,
    architecture: pick(KINDS, index),
    virtualization_type: 'hvm',
    root_device_type: 'ebs',
    ena_support: true,
    boot_mode: '',
    tpm_support: '',
  },
})

const instanceOf = (index: number): Resource => ({
  type: 'aws_instance',
  name: `web${index}`,
  values: { ami: `ami-${String(index).padStart(17, '0')}`, instance_type: pick(TYPES, index >> 1), tags: {} },
})

const bucketOf = (index: number, bytes: number): Resource => ({
  type: 'aws_s3_object',
  name: `object${index}`,
  values: { bucket: 'configuration', key: `file-${index}`, content: 'a line of text\n'.repeat(bytes / 15) },
})

const listNumbers = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, at) => from + at)

const buildPlan = (index: number): object => {
  const own = listNumbers(3, index * 3)
  return toPlan([...own.map(instanceOf), ...listNumbers(10).map(at => bucketOf(at, 300))], own.map(imageOf))
}

/** Writes as many templates as plans, and a plan of about that many bytes. */
export function generateLintFiles(folder: string, each: number, largeBytes: number): LintFiles {
  const templates = join(folder, 'all', 'templates')
  const plans = join(folder, 'all', 'plans')
  for (const path of [templates, plans]) mkdirSync(path, { recursive: true })
  for (const index of listNumbers(each)) {
    writeFileSync(join(templates, `service-${index}.yaml`), stringify(buildTemplate(index)))
    writeFileSync(join(plans, `plan-${index}.json`), JSON.stringify(buildPlan(index)))
  }
  // A resource is in the planned values and in the changes.
  const objects = listNumbers(Math.ceil(largeBytes / 2 / 5000)).map(at => bucketOf(at, 4600))
  const some = listNumbers(100)
  const text = JSON.stringify(toPlan([...some.map(instanceOf), ...objects], some.map(imageOf)))
  const large = join(folder, 'large.json')
  writeFileSync(large, text)
  return { folder: join(folder, 'all'), templates, large, files: each * 2, largeBytes: text.length }
}
