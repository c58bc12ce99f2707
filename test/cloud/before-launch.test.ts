// `scan --images --templates` and `explain`, against what an emulated EC2 and Auto Scaling answer.
import { AutoScalingClient, CreateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling'
import { CreateLaunchTemplateCommand, RegisterImageCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Finding } from '../../shared/engine/finding.ts'
import { askingFleet } from './cli.ts'
import { describeCloud, theCloud } from './cloud.ts'
import { clientIn, type Fleet, roleIn, startFleet } from './fleet.ts'

const ACCOUNT = '123456789012'
const REGION = 'eu-west-1'

/** A PV image, two instances of it, and a group that would launch it on a type that cannot. */
const populate = async (url: string) => {
  const ec2 = await clientIn(url, ACCOUNT, REGION)
  const { ImageId = '' } = await ec2.send(
    new RegisterImageCommand({
      Name: 'old',
      Architecture: 'x86_64',
      RootDeviceName: '/dev/sda1',
      VirtualizationType: 'paravirtual',
    }),
  )
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({ ImageId, InstanceType: 'm1.small', MinCount: 2, MaxCount: 2 }),
  )
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'web',
      LaunchTemplateData: { ImageId, InstanceType: 't3.micro' },
    }),
  )
  const templateId = LaunchTemplate?.LaunchTemplateId ?? ''
  const autoScaling = new AutoScalingClient({ endpoint: url, region: REGION, credentials: ec2.config.credentials })
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'web-group',
      MinSize: 0,
      MaxSize: 1,
      LaunchTemplate: { LaunchTemplateId: templateId, Version: '$Default' },
      AvailabilityZones: [`${REGION}a`],
    }),
  )
  return { imageId: ImageId, instanceIds: Instances.map(({ InstanceId = '' }) => InstanceId), templateId }
}

describeCloud('what has not been launched yet, and what has', () => {
  let fleet: Fleet
  let there: Awaited<ReturnType<typeof populate>>

  beforeAll(async () => {
    const { python, folder } = theCloud()
    fleet = await startFleet(python, folder)
    there = await populate(fleet.url)
  }, 120_000)
  afterAll(() => fleet?.stop())

  test('a scan reports the image with its users, and the template with the version to fix', async () => {
    const place = ['--role-arn', roleIn(ACCOUNT), '--region', REGION]
    const ran = await askingFleet(fleet.url, ['scan', ...place, '--images', '--templates', '--format', 'ndjson'])
    expect(ran.code).toBe(1)
    const findings: readonly Finding[] = ran.out
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))
    const image = findings.find(({ rule }) => rule === 'paravirtual-image')
    expect(image?.resource.id).toBe(there.imageId)
    for (const user of [...there.instanceIds, 'Launch template web', 'Auto Scaling group web-group'])
      expect(image?.message).toContain(user)
    const template = findings.find(({ rule }) => rule === 'incompatible-launch')
    expect(template?.resource.id).toBe(`${there.templateId}:1`)
    expect(template?.reasons).toEqual(['VIRT_TYPE_UNSUPPORTED', 'ENA_REQUIRED'])
    expect(template?.message).toContain('Used by Auto Scaling group web-group.')
  }, 60_000)

  test('an instance is explained', async () => {
    const [id = ''] = there.instanceIds
    const ran = await askingFleet(fleet.url, ['explain', id, '--region', REGION])
    expect({ code: ran.code, err: ran.err }).toEqual({ code: 1, err: '' })
    expect(ran.out).toContain('paravirtual (PV)')
    expect(ran.out).toContain('Way 1: Rebuild from a current HVM image')
  }, 60_000)
})
