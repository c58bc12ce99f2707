import { describe, expect, test } from '@jest/globals'
import { buildConsoleLink } from '../../shared/alert/console-link.ts'
import type { Resource } from '../../shared/facts/facts.ts'
import { aFinding, anAlert, instanceIds } from '../support/findings.ts'

const two = instanceIds(2).map(on => aFinding({ on }))
const of = (type: Resource['type'], id: string) =>
  anAlert([aFinding({ resource: { ...aFinding().resource, type, id } })])
const image = (on: string) => aFinding({ on, resource: { ...aFinding({ on: 'ami-1' }).resource, id: on } })

describe('a console link', () => {
  test.each([
    ['one instance', anAlert(), 'ec2/home?region=us-east-1#InstanceDetails:instanceId=i-0123456789abcdef0'],
    ['a launch', anAlert(two), 'ec2/home?region=us-east-1#Instances:reservationId=r-0123456789abcdef0'],
    ['a launch without a reservation id', anAlert(two, { launchId: 'token' }), 'ec2/home?region=us-east-1#Instances:'],
    ['an image', anAlert([image('ami-0abc')]), 'ec2/home?region=us-east-1#ImageDetails:imageId=ami-0abc'],
    ['an import, which is no image yet', anAlert([image('import-ami-0abc')]), 'ec2/home?region=us-east-1#Images:'],
    [
      'a version of a template',
      of('AwsEc2LaunchTemplate', 'lt-0abc:4'),
      'ec2/home?region=us-east-1#LaunchTemplateDetails:launchTemplateId=lt-0abc',
    ],
    [
      'all templates where its id is not known',
      of('AwsEc2LaunchTemplate', 'launchTemplateName/web:1'),
      'ec2/home?region=us-east-1#LaunchTemplates:',
    ],
    [
      'a group',
      of('AwsAutoScalingAutoScalingGroup', 'autoScalingGroupName/web:lt-0abc:4:2026-11-24'),
      'ec2/home?region=us-east-1#AutoScalingGroupDetails:id=web',
    ],
    [
      'all groups where its name is not known',
      of('AwsAutoScalingAutoScalingGroup', 'autoScalingGroupName/*:1'),
      'ec2/home?region=us-east-1#AutoScalingGroups:',
    ],
  ])('leads to %s', (_, alert, path) => {
    expect(buildConsoleLink(alert)).toBe(`https://console.aws.amazon.com/${path}`)
  })

  test.each([
    ['cn-north-1', 'console.amazonaws.cn'],
    ['us-gov-west-1', 'console.amazonaws-us-gov.com'],
    ['eu-central-1', 'console.aws.amazon.com'],
    ['eusc-de-east-1', 'console.amazonaws-eusc.eu'],
    ['us-isof-south-1', 'console.csphome.hci.ic.gov'],
  ])('of %s is on %s', (region, host) => {
    expect(new URL(buildConsoleLink(anAlert([aFinding()], { region }))).host).toBe(host)
  })

  test('stays on the host of the console whatever a record calls its region and resource', () => {
    const odd = aFinding({ resource: { ...aFinding().resource, id: 'i-1#@evil.example/?' } })
    expect(new URL(buildConsoleLink(anAlert([odd], { region: 'x@evil.example/#' }))).host).toBe(
      'console.aws.amazon.com',
    )
  })
})
