// Requests of the AWS CLI as JSON, for --cli-input-json. Their keys are those of CloudFormation's properties, nearly all.
import type { ImageFacts } from '../../facts/facts.ts'
import { omitUndefined } from '../../facts/fields.ts'
import { parseBootMode } from '../../facts/image-fields.ts'
import type { Declaration, FileReading } from '../model/declaration.ts'
import { readStack } from './cloudformation/stack.ts'
import { getPart, getText, getValue, isJson, type Json } from './json.ts'
import { nameSources } from './pairs.ts'

type Form = {
  /** The call of AWS's API, which is the address of the launch. */
  readonly call: string
  readonly type: string
  /** The properties of that type of resource. Undefined if it is no such request. */
  readonly toProperties: (request: Json) => Json | undefined
}

const has = (request: Json, ...keys: readonly string[]): boolean =>
  keys.every(key => getValue(request, key) !== undefined)

/** EKS and Batch begin their keys with a small letter. */
const capitalizeKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(capitalizeKeys)
  if (!isJson(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key.charAt(0).toUpperCase() + key.slice(1), capitalizeKeys(part)]),
  )
}

const capitalizeRequest = (request: Json): Json | undefined => {
  const capitalized = capitalizeKeys(request)
  return isJson(capitalized) ? capitalized : undefined
}

const isRun = (request: Json): boolean =>
  has(request, 'ImageId') || has(request, 'InstanceType') || getPart(request, 'LaunchTemplate') !== undefined

/** The first that a request is counts: the keys of the later ones are in several. */
const FORMS: readonly Form[] = [
  {
    call: 'CreateLaunchTemplate',
    type: 'AWS::EC2::LaunchTemplate',
    toProperties: request => (getPart(request, 'LaunchTemplateData') === undefined ? undefined : request),
  },
  {
    call: 'RequestSpotFleet',
    type: 'AWS::EC2::SpotFleet',
    toProperties: request => {
      const isConfig = has(request, 'LaunchSpecifications') || has(request, 'LaunchTemplateConfigs', 'IamFleetRole')
      const config = getPart(request, 'SpotFleetRequestConfig') ?? (isConfig ? request : undefined)
      return config === undefined ? undefined : { SpotFleetRequestConfigData: config }
    },
  },
  {
    call: 'CreateFleet',
    type: 'AWS::EC2::EC2Fleet',
    toProperties: request => (has(request, 'LaunchTemplateConfigs') ? request : undefined),
  },
  {
    call: 'RequestSpotInstances',
    type: 'AWS::EC2::Instance',
    toProperties: request => getPart(request, 'LaunchSpecification'),
  },
  {
    call: 'CreateAutoScalingGroup',
    type: 'AWS::AutoScaling::AutoScalingGroup',
    toProperties: request => (has(request, 'AutoScalingGroupName') ? request : undefined),
  },
  {
    call: 'CreateLaunchConfiguration',
    type: 'AWS::AutoScaling::LaunchConfiguration',
    toProperties: request => (has(request, 'LaunchConfigurationName') ? request : undefined),
  },
  {
    call: 'CreateNodegroup',
    type: 'AWS::EKS::Nodegroup',
    toProperties: request => (has(request, 'nodegroupName') ? capitalizeRequest(request) : undefined),
  },
  {
    call: 'CreateComputeEnvironment',
    type: 'AWS::Batch::ComputeEnvironment',
    toProperties: request => (has(request, 'computeResources') ? capitalizeRequest(request) : undefined),
  },
  { call: 'RunInstances', type: 'AWS::EC2::Instance', toProperties: request => (isRun(request) ? request : undefined) },
]

const REGISTERING = ['RootDeviceName', 'ImageLocation', 'VirtualizationType', 'EnaSupport', 'BlockDeviceMappings']

const isRegistration = (request: Json): boolean =>
  has(request, 'Name') && !isRun(request) && REGISTERING.some(key => has(request, key))

const WORD = /^[a-z0-9_.-]{1,32}$/

const getWord = (request: Json, key: string): string | undefined => {
  const text = getText(request, key)
  return text !== undefined && WORD.test(text) ? text : undefined
}

/** An image as EC2 registers it: paravirtual, and without ENA, unless it says otherwise (EC2 API reference, RegisterImage). */
const readRegistration = (request: Json): Declaration => {
  const isInStore = has(request, 'ImageLocation')
  const virtualization = getText(request, 'VirtualizationType') ?? 'paravirtual'
  const facts = omitUndefined<ImageFacts>({
    virtualizationType: virtualization === 'hvm' || virtualization === 'paravirtual' ? virtualization : undefined,
    // In the instance store it is that of the manifest.
    architecture: getWord(request, 'Architecture') ?? (isInStore ? undefined : 'i386'),
    rootDeviceType: isInStore ? 'instance-store' : 'ebs',
    enaSupport: getValue(request, 'EnaSupport') === true,
    bootMode: parseBootMode(getText(request, 'BootMode')),
    tpmSupport: getWord(request, 'TpmSupport') ?? 'unset',
  })
  return {
    kind: 'image',
    place: { address: 'RegisterImage' },
    resourceType: 'AwsEc2Image',
    image: { name: 'the image', facts, sources: nameSources(facts, 'template') },
  }
}

// What is asked for by a call has no resource yet.
const toRequest = (declaration: Declaration): Declaration =>
  declaration.resourceType === 'AwsEc2Instance' ? { ...declaration, resourceType: 'AwsEc2LaunchRequest' } : declaration

/** What a request launches or registers. Undefined if it is none that lint knows. */
export const readRequest = (request: Json): FileReading | undefined => {
  if (isRegistration(request)) return { declarations: [readRegistration(request)] }
  for (const { call, type, toProperties } of FORMS) {
    const properties = toProperties(request)
    if (properties === undefined) continue
    const reading = readStack({ Resources: { [call]: { Type: type, Properties: properties } } }, { lines: new Map() })
    return 'declarations' in reading ? { declarations: reading.declarations.map(toRequest) } : reading
  }
  return undefined
}
