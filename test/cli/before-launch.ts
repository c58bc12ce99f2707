// An account of which a scan reads the images and the templates: what is not expected is refused.
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling'
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  type Image,
  type LaunchTemplateVersion,
} from '@aws-sdk/client-ec2'
import { beforeEach } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { scanBeforeLaunch } from '../../cli/scan/before-launch.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'

export const ec2 = mockClient(EC2Client)
export const autoScaling = mockClient(AutoScalingClient)

export const PLACE = { accountId: '123456789012', region: 'eu-west-1' } as const
export const client = new EC2Client({ region: PLACE.region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })
export const WORLD = { policy: DEFAULT_POLICY, types: loadCatalogue(), now: new Date('2026-11-24T08:00:00Z') }

export const anImage = (id: string, more: Image = {}): Image => ({
  ImageId: id,
  VirtualizationType: 'hvm',
  EnaSupport: true,
  Architecture: 'x86_64',
  BootMode: 'uefi-preferred',
  RootDeviceType: 'ebs',
  ...more,
})

export const PV: Image = anImage('ami-0aaaaaaaaaaaaaaaa', { VirtualizationType: 'paravirtual', EnaSupport: false })
export const GOOD: Image = anImage('ami-0bbbbbbbbbbbbbbbb')
export const UNUSED: Image = anImage('ami-0cccccccccccccccc', { EnaSupport: false })

export const aVersion = (
  number: number,
  imageId: string,
  type: string | undefined,
  isDefault = false,
): LaunchTemplateVersion => ({
  LaunchTemplateId: 'lt-0123456789abcdef0',
  LaunchTemplateName: 'web',
  VersionNumber: number,
  DefaultVersion: isDefault,
  LaunchTemplateData: { ImageId: imageId, ...(type !== undefined && { InstanceType: type as 't3.micro' }) },
})

export type Account = {
  readonly images?: readonly Image[]
  readonly defaults?: readonly LaunchTemplateVersion[]
  readonly latest?: readonly LaunchTemplateVersion[]
}

export const arrange = ({ images = [PV, GOOD, UNUSED], defaults = [], latest = [] }: Account): void => {
  ec2.on(DescribeImagesCommand).callsFake(({ Owners, Filters }) => ({
    Images: Owners === undefined ? images.filter(({ ImageId = '' }) => Filters[0].Values.includes(ImageId)) : images,
  }))
  ec2.on(DescribeLaunchTemplateVersionsCommand).callsFake(({ Versions: [asked] }) => ({
    LaunchTemplateVersions: asked === '$Default' ? defaults : asked === '$Latest' ? latest : [],
  }))
}

export const unexpected = (): never => {
  throw new Error('a call that the test does not expect')
}

beforeEach(() => {
  ec2.reset().onAnyCommand().callsFake(unexpected)
  autoScaling.reset().onAnyCommand().callsFake(unexpected)
  autoScaling.on(DescribeAutoScalingGroupsCommand).resolves({ AutoScalingGroups: [] })
  ec2.on(DescribeInstancesCommand).resolves({ Reservations: [] })
})

export const scan = (what: { readonly images?: boolean; readonly templates?: boolean }) =>
  scanBeforeLaunch({ ...PLACE, client }, { world: WORLD, images: false, templates: false, all: false, ...what })
