import { describe, expect, test } from '@jest/globals'
import { readEksImageType, readPublicImage } from '../../shared/facts/image-parameter.ts'

const X86 = { virtualizationType: 'hvm', rootDeviceType: 'ebs', enaSupport: true, architecture: 'x86_64' }
const ARM = { ...X86, architecture: 'arm64', bootMode: 'uefi' }

describe('the image behind a public parameter', () => {
  test.each([
    ['/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64', { ...X86, bootMode: 'uefi-preferred' }],
    ['/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-6.1-arm64', ARM],
    ['/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2', { ...X86, bootMode: 'legacy-bios' }],
    ['/aws/service/ami-amazon-linux-latest/amzn2-ami-kernel-5.10-hvm-arm64-gp2', ARM],
    ['/aws/service/ecs/optimized-ami/amazon-linux-2/recommended/image_id', { ...X86, bootMode: 'legacy-bios' }],
    ['/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id', ARM],
    ['/aws/service/eks/optimized-ami/1.31/amazon-linux-2-arm64/recommended/image_id', ARM],
    [
      '/aws/service/eks/optimized-ami/1.31/amazon-linux-2023/x86_64/standard/recommended/image_id',
      { ...X86, bootMode: 'uefi-preferred' },
    ],
    ['/aws/service/bottlerocket/aws-k8s-1.31/x86_64/latest/image_id', X86],
    ['/aws/service/bottlerocket/aws-ecs-2/arm64/latest/image_id', ARM],
    ['/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id', X86],
    ['/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id', ARM],
    ['/aws/service/debian/release/12/latest/arm64', ARM],
    ['/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base', X86],
    [
      '/aws/service/ami-windows-latest/TPM-Windows_Server-2022-English-Full-Base',
      { ...X86, bootMode: 'uefi', tpmSupport: 'v2.0' },
    ],
  ])('%s is known', (name, facts) => expect(readPublicImage({ name })).toEqual(facts))

  test('of the instance store, or paravirtual, is known as that', () => {
    const name = '/aws/service/ami-amazon-linux-latest/amzn-ami-pv-x86_64-s3'
    expect(readPublicImage({ name })).toEqual({
      architecture: 'x86_64',
      virtualizationType: 'paravirtual',
      rootDeviceType: 'instance-store',
    })
  })

  test.each(['/mine/al2023-ami-x86_64', '/aws/service/marketplace/prod-arm64/amzn2-hvm', '/aws/service/other/thing'])(
    '%s says nothing',
    name => expect(readPublicImage({ name })).toEqual({}),
  )
})

describe('an image type of EKS', () => {
  test.each([
    ['AL2_x86_64', { ...X86, bootMode: 'legacy-bios' }],
    ['AL2_ARM_64', ARM],
    ['AL2023_x86_64_NVIDIA', { ...X86, bootMode: 'uefi-preferred' }],
    ['AL2023_ARM_64_STANDARD', ARM],
    ['BOTTLEROCKET_ARM_64_NVIDIA', ARM],
    ['BOTTLEROCKET_x86_64', X86],
    ['WINDOWS_CORE_2022_x86_64', X86],
  ])('%s is known', (type, facts) => expect(readEksImageType(type)).toEqual(facts))

  test.each(['CUSTOM', 'A_NEW_ONE_ARM_64', ''])('%p names no image', type =>
    expect(readEksImageType(type)).toBeUndefined(),
  )
})
