import type { Image } from '@aws-sdk/client-ec2'
import type { ImageFacts, InstanceFacts, InstanceTypeSpecification, VirtualizationType } from './facts.ts'
import { omitUndefined } from './fields.ts'
import { parseBootMode } from './image-fields.ts'
import { readTagDescriptions } from './tags.ts'
import { formatIso } from './time.ts'

type Maybe<T> = { readonly [Name in keyof T]?: T[Name] | undefined }

/**
 * The fields of an instance that are read: spelt as in the SDK, but with any text, because EC2 may be newer than the
 * SDK.
 */
export type DescribedInstance = Maybe<{
  InstanceId: string
  ImageId: string
  InstanceType: string
  VirtualizationType: string
  EnaSupport: boolean
  Architecture: string
  BootMode: string
  RootDeviceType: string
  State: Maybe<{ Code: number; Name: string }>
  LaunchTime: Date
  InstanceLifecycle: string
  Operator: Maybe<{ Managed: boolean; Principal: string }>
  Tags: readonly Maybe<{ Key: string; Value: string }>[]
}>

/**
 * Facts of an instance as DescribeInstances returns it, which does not include stop protection.
 *
 * EnaSupport is there where it is set, and left out where it is not: "If the attribute is set, the response is true" (EC2
 * user guide, Enabling enhanced networking with ENA). So left out is off, as of an image. Records of CloudTrail left
 * it out before schema 1.08 whatever it was: those are read in launch.ts.
 */
export const readInstanceDescription = (instance: DescribedInstance): InstanceFacts =>
  omitUndefined<InstanceFacts>({
    instanceId: instance.InstanceId,
    imageId: instance.ImageId,
    instanceType: instance.InstanceType,
    virtualizationType: parseVirtualizationType(instance.VirtualizationType),
    enaSupport: instance.EnaSupport ?? false,
    architecture: instance.Architecture,
    bootMode: parseBootMode(instance.BootMode),
    rootDeviceType: instance.RootDeviceType,
    state: instance.State?.Name,
    launchTime: instance.LaunchTime && formatIso(instance.LaunchTime.getTime()),
    lifecycle: readLifecycle(instance),
    managedBy: instance.Operator?.Managed === true ? (instance.Operator.Principal ?? 'unnamed') : undefined,
    tags: readTagDescriptions(instance.Tags ?? []),
  })

/**
 * Facts of an image as DescribeImages returns it. A field that it leaves out is not set: no ENA, no boot mode, no
 * NitroTPM, no limit of types.
 */
export const readImageDescription = (image: Image): ImageFacts =>
  omitUndefined<ImageFacts>({
    imageId: image.ImageId,
    name: image.Name,
    virtualizationType: parseVirtualizationType(image.VirtualizationType),
    enaSupport: image.EnaSupport ?? false,
    architecture: image.Architecture,
    bootMode: parseBootMode(image.BootMode),
    rootDeviceType: image.RootDeviceType,
    tpmSupport: image.TpmSupport ?? 'unset',
    instanceTypeSpecification: readTypeSpecification(image.InstanceTypeSpecification),
    imageState: image.State,
    deprecationTime: image.DeprecationTime,
    imageOwnerId: image.OwnerId,
  })

const readTypeSpecification = (described: Image['InstanceTypeSpecification']): InstanceTypeSpecification | 'unset' => {
  const supported = listPatterns(described?.SupportedInstanceTypes)
  const unsupported = listPatterns(described?.UnsupportedInstanceTypes)
  return supported.length + unsupported.length === 0 ? 'unset' : { supported, unsupported }
}

const listPatterns = (items: readonly { readonly InstanceType?: string | undefined }[] = []): readonly string[] =>
  items.flatMap(({ InstanceType }) => InstanceType ?? [])

const parseVirtualizationType = (value: string | undefined): VirtualizationType | undefined =>
  value === 'hvm' || value === 'paravirtual' ? value : undefined

/** EC2 leaves it out of an on-demand instance. Capacity blocks are neither, and not known here. */
const readLifecycle = ({ InstanceLifecycle: lifecycle }: DescribedInstance): InstanceFacts['lifecycle'] => {
  if (lifecycle === undefined) return 'on-demand'
  return lifecycle === 'spot' || lifecycle === 'scheduled' ? lifecycle : undefined
}
