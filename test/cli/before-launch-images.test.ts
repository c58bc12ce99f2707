import { DescribeInstancesCommand, type Image } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { arrange, aVersion, ec2, GOOD, PV, scan } from './before-launch.ts'

describe('images', () => {
  test('are reported with their users if something runs or launches from them', async () => {
    arrange({ defaults: [aVersion(4, PV.ImageId ?? '', 'm1.small', true)] })
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [{ Instances: [{ ImageId: PV.ImageId, InstanceId: 'i-0123456789abcdef0' }] }],
    })
    const { findings, failures } = await scan({ images: true })
    expect(failures).toEqual([])
    expect(findings.map(({ rule, resource }) => `${rule} ${resource.id}`)).toEqual([
      `paravirtual-image ${PV.ImageId}`,
      `incompatible-image ${PV.ImageId}`,
    ])
    expect(findings[0]?.message).toContain(
      'Used by 1 instance (i-0123456789abcdef0) and Launch template web (lt-0123456789abcdef0) version 4 (its default).',
    )
  })

  test('are reported with their state, their age and what their owner allows', async () => {
    const old: Image = {
      ...PV,
      State: 'disabled',
      DeprecationTime: '2026-01-01T00:00:00.000Z',
      InstanceTypeSpecification: { UnsupportedInstanceTypes: [{ InstanceType: 't1.*' }] },
    }
    arrange({ images: [old], defaults: [aVersion(4, PV.ImageId ?? '', 'm1.small', true)] })
    const { findings } = await scan({ images: true })
    expect(findings[0]?.message).toContain(
      'The state of the image is disabled: nothing can be launched from it now. The image is deprecated since 2026-01-01.',
    )
    expect(findings[0]?.message).toContain('It allows all types, but not t1.*. Used by Launch template web')
  })

  test('are not reported if nobody uses them', async () => {
    arrange({})
    expect((await scan({ images: true })).findings).toEqual([])
  })

  test('are looked up among the instances only if something is wrong with them', async () => {
    arrange({ images: [GOOD] })
    await scan({ images: true })
    expect(ec2.commandCalls(DescribeInstancesCommand)).toHaveLength(0)
  })
})
