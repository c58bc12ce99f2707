import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readEvent } from '../../shared/facts/read-event.ts'
import {
  aGroupGiven,
  aLaunchConfiguration,
  aMixture,
  aTemplateCreation,
  aTemplateVersion,
} from '../support/templates.ts'

const IMAGE = 'ami-0abcdef1234567890'
const EVENT_ID = aTemplateCreation()['eventID']

const read = (json: unknown) => {
  const event = readEvent(json)
  if (event.kind !== 'template') throw new Error(`expected a template, got ${JSON.stringify(event)}`)
  const [subject] = event.subjects
  if (subject === undefined) throw new Error('no subject')
  return subject
}

describe('a launch template that somebody made', () => {
  test('has the image and the type of its first version', () => {
    expect(read(aTemplateCreation())).toEqual({
      kind: 'template',
      resource: {
        type: 'AwsEc2LaunchTemplate',
        id: 'lt-0abc:1',
        arn: 'arn:aws:ec2:us-east-1:123456789012:launch-template/lt-0abc',
        accountId: '123456789012',
        region: 'us-east-1',
      },
      what: 'Launch template web (lt-0abc) version 1',
      instanceType: 'm5.large',
      image: { imageId: 'ami-0abcdef1234567890' },
    })
  })

  test.each([
    ['an image', { InstanceType: 'm5.large' }],
    ['a type', { ImageId: 'ami-0abcdef1234567890' }],
    ['anything', {}],
  ])('leaves open what it does not name: without %s', (_, data) => {
    expect(read(aTemplateCreation({ data })).open).toBe(true)
  })

  test('leaves nothing open that cannot be read', () => {
    for (const data of [{ ImageId: 5, InstanceType: 'm5.large' }, { ImageId: 'ami-01', InstanceType: {} }, 5]) {
      const made = aTemplateCreation({ request: { LaunchTemplateData: data } })
      expect(read(made)).not.toHaveProperty('open')
    }
  })

  test('does not know the image behind a parameter of Systems Manager', () => {
    const data = { ImageId: 'resolve:ssm:/golden/image', InstanceType: 'm5.large' }
    const subject = read(aTemplateCreation({ data }))
    expect([subject.image, subject.open]).toEqual([{}, undefined])
  })

  test('whose answer CloudTrail left out is evaluated by its request, and known by the event', () => {
    expect(read(aTemplateCreation({ answer: null, request: { LaunchTemplateName: 'i-0abc' } }))).toEqual({
      kind: 'template',
      resource: {
        type: 'AwsEc2LaunchTemplate',
        id: `launchTemplateName/i-0abc:${EVENT_ID}`,
        arn: 'arn:aws:ec2:us-east-1:123456789012:launch-template/*',
        accountId: '123456789012',
        region: 'us-east-1',
      },
      what: 'Launch template i-0abc version 1',
      instanceType: 'm5.large',
      image: { imageId: IMAGE },
    })
  })

  test('is ignored if the call failed', () => {
    expect(readEvent({ ...aTemplateCreation(), errorCode: 'Client.InvalidLaunchTemplateName' })).toMatchObject({
      kind: 'ignored',
      why: 'no template was made: "Client.InvalidLaunchTemplateName"',
    })
  })
})

describe('another version of a launch template', () => {
  test('has what it takes from its source version', () => {
    expect(read(aTemplateVersion())).toMatchObject({
      resource: { id: 'lt-0abc:4' },
      instanceType: 'm5.large',
      image: { imageId: 'ami-0abcdef1234567890' },
    })
  })

  test('does not know what it takes from its source version if the answer does not say it', () => {
    const subject = read(aTemplateVersion({ answer: { launchTemplateData: null } }))
    expect(subject).toMatchObject({ image: { imageId: 'ami-0abcdef1234567890' } })
    expect([subject.instanceType, subject.open]).toEqual([undefined, undefined])
  })
})

describe('another version whose answer CloudTrail left out', () => {
  const PAIR = { ImageId: IMAGE, InstanceType: 'm5.large' }

  test('is evaluated by its request, and known by the template and the event', () => {
    expect(read(aTemplateVersion({ answer: null, data: PAIR }))).toEqual({
      kind: 'template',
      resource: {
        type: 'AwsEc2LaunchTemplate',
        id: `lt-0abc:${EVENT_ID}`,
        arn: 'arn:aws:ec2:us-east-1:123456789012:launch-template/lt-0abc',
        accountId: '123456789012',
        region: 'us-east-1',
      },
      what: 'Launch template lt-0abc (a new version)',
      instanceType: 'm5.large',
      image: { imageId: IMAGE },
    })
  })

  test('is known by the name of the template if the request has no id', () => {
    const request = { LaunchTemplateId: undefined, LaunchTemplateName: 'web' }
    expect(read(aTemplateVersion({ answer: null, data: PAIR, request }))).toMatchObject({
      resource: { id: `launchTemplateName/web:${EVENT_ID}` },
      what: 'Launch template web (a new version)',
    })
  })

  test('leaves nothing open that its source version may have', () => {
    const subject = read(aTemplateVersion({ answer: null }))
    expect([subject.image, subject.instanceType, subject.open]).toEqual([{ imageId: IMAGE }, undefined, undefined])
  })
})

// An omission may be no request at all, or something in its place.
describe.each([[undefined], [null], [{ omitted: true }]])('a call whose request is %j', requestParameters => {
  test.each([
    ['CreateLaunchTemplate', 'ec2', 'AwsEc2LaunchTemplate', 'launchTemplateName'],
    ['CreateLaunchTemplateVersion', 'ec2', 'AwsEc2LaunchTemplate', 'launchTemplateName'],
    ['CreateLaunchConfiguration', 'autoscaling', 'AwsAutoScalingLaunchConfiguration', 'launchConfigurationName'],
    ['CreateAutoScalingGroup', 'autoscaling', 'AwsAutoScalingAutoScalingGroup', 'autoScalingGroupName'],
  ])('is a template of which nothing is known: %s', (eventName, service, type, kind) => {
    const shape = { eventName, eventSource: `${service}.amazonaws.com`, responseElements: null, requestParameters }
    const subject = read({ ...aTemplateCreation(), ...shape })
    expect(subject).toMatchObject({ resource: { type, id: `${kind}/*:${EVENT_ID}` }, image: {} })
    expect(subject.what).toMatch(/^[A-Z][\w ]+ \(the record has no name\)$/)
    expect([subject.instanceType, subject.open]).toEqual([undefined, undefined])
  })
})

describe('a launch configuration', () => {
  test('has its image and its type', () => {
    expect(read(aLaunchConfiguration())).toMatchObject({
      resource: { type: 'AwsAutoScalingLaunchConfiguration', id: `launchConfigurationName/web-1:${EVENT_ID}` },
      what: 'Launch configuration web-1',
      instanceType: 'm5.large',
      image: { imageId: 'ami-0abcdef1234567890' },
    })
  })

  test('does not know what it takes from an instance', () => {
    const subject = read(aLaunchConfiguration({ instanceId: 'i-01', imageId: undefined }))
    expect([subject.image, subject.open]).toEqual([{}, undefined])
    expect(subject.from).toEqual({ template: { configuration: 'web-1' } })
  })

  test('of another service is ignored', () => {
    expect(readEvent({ ...aTemplateCreation(), eventSource: 'autoscaling.amazonaws.com' }).kind).toBe('ignored')
  })
})

const readPairs = (request: Record<string, unknown>, name?: string) => {
  const event = readEvent(aGroupGiven(request, name))
  if (event.kind !== 'template') throw new Error(`expected a template, got ${JSON.stringify(event)}`)
  return event.subjects.map(({ image, instanceType, from }) => [image.imageId, instanceType, from])
}

const WEB = { template: { id: 'lt-0abc', version: '$Latest' } }
const ARM = { template: { id: 'lt-0arm', version: '7' } }
const OWN = { launchTemplateSpecification: { launchTemplateId: 'lt-0arm', version: '7' } }

describe('an Auto Scaling group that was made or changed', () => {
  test('is known by its name and by what the record says of the launch', () => {
    const event = readEvent(aGroupGiven({ launchTemplate: { launchTemplateName: 'web' } }))
    expect(event).toMatchObject({
      kind: 'template',
      event: { name: 'CreateAutoScalingGroup' },
      subjects: [
        {
          resource: {
            type: 'AwsAutoScalingAutoScalingGroup',
            id: `autoScalingGroupName/web:launchTemplateName/web:$Default:${EVENT_ID}`,
            arn: 'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:*:autoScalingGroupName/web',
          },
          what: 'Auto Scaling group web',
          from: { template: { name: 'web', version: '$Default' } },
        },
      ],
    })
  })

  test.each([
    ['a template', { launchTemplate: { launchTemplateId: 'lt-0abc', version: '4' } }, 'lt-0abc:4'],
    [
      'a template by its name',
      { launchTemplate: { launchTemplateName: 'lt-0abc', version: '4' } },
      'launchTemplateName/lt-0abc:4',
    ],
    ['a launch configuration', { launchConfigurationName: 'lt-0abc:4' }, 'launchConfigurationName/lt-0abc:4'],
  ])('is known by its change, and by the day of it: %s', (_, request, said) => {
    const event = readEvent(aGroupGiven(request, 'UpdateAutoScalingGroup'))
    expect(event.kind === 'template' && event.subjects.map(({ resource }) => resource.id)).toEqual([
      `autoScalingGroupName/web:${said}:2026-11-24`,
    ])
  })

  test.each<[string, Record<string, unknown>, unknown]>([
    [
      'a template',
      { launchTemplate: { launchTemplateId: 'lt-0abc', version: '$Latest' } },
      [[undefined, undefined, WEB]],
    ],
    [
      'a launch configuration',
      { launchConfigurationName: 'web-1' },
      [[undefined, undefined, { template: { configuration: 'web-1' } }]],
    ],
    [
      'two templates',
      aMixture(),
      [
        [undefined, 'c6i.large', WEB],
        [undefined, 'c7g.large', ARM],
      ],
    ],
    [
      'an override with an image',
      aMixture([{ instanceType: 'c7g.large', imageId: IMAGE }]),
      [[IMAGE, 'c7g.large', undefined]],
    ],
    ['an image before its own template', aMixture([{ imageId: IMAGE, ...OWN }]), [[IMAGE, undefined, ARM]]],
    [
      'requirements beside a type',
      aMixture([{ instanceRequirements: {} }, { instanceType: 'm5.large' }]),
      [[undefined, 'm5.large', WEB]],
    ],
    [
      'the same type twice',
      aMixture([{ instanceType: 'm5.large' }, { instanceType: 'm5.large' }]),
      [[undefined, 'm5.large', WEB]],
    ],
    ['a template without overrides', aMixture(null), [[undefined, undefined, WEB]]],
    ['no template that can be named', aMixture([{ instanceType: 'm5.large' }], null), [[undefined, 'm5.large', {}]]],
    [
      'a type of a wrong type, which is not that of the template',
      aMixture([{ instanceType: 5 }]),
      [[undefined, undefined, {}]],
    ],
    [
      'a parameter as image',
      aMixture([{ imageId: 'resolve:ssm:/a', instanceType: 'm5.large' }]),
      [[undefined, 'm5.large', {}]],
    ],
    ['overrides of a wrong type', aMixture('x'), [[undefined, undefined, {}]]],
  ])('launches by %s', (_, request, expected) => {
    expect(readPairs(request)).toEqual(expected)
  })

  test('may keep the overrides that an update does not repeat, so that its types are not known', () => {
    expect(readPairs(aMixture(null), 'UpdateAutoScalingGroup')).toEqual([[undefined, undefined, {}]])
    expect(readPairs(aMixture([]), 'UpdateAutoScalingGroup')).toEqual([[undefined, undefined, WEB]])
  })

  test.each<[string, Record<string, unknown>]>([
    ['no template', { desiredCapacity: 3 }],
    ['a distribution only', { mixedInstancesPolicy: { instancesDistribution: {} } }],
    ['nothing but requirements', aMixture([{ instanceRequirements: { vCpuCount: { min: 2 } } }])],
  ])('is ignored with %s', (_, request) => {
    expect(readEvent(aGroupGiven(request, 'UpdateAutoScalingGroup'))).toMatchObject({
      kind: 'ignored',
      why: 'a group that was given no template',
    })
  })

  test('never has an image or a type that its own override or template does not name', () => {
    const override = fc.record(
      {
        instanceType: fc.constantFrom('m5.large', 'm7g.large', 5, null, ''),
        imageId: fc.constantFrom('ami-01', 'ami-02', 'resolve:ssm:a', {}, null),
        launchTemplateSpecification: fc.constantFrom(OWN.launchTemplateSpecification, 'x', {}, null),
        instanceRequirements: fc.constantFrom({}, null),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.array(override, { minLength: 1, maxLength: 40 }), overrides => {
        const event = readEvent(aGroupGiven(aMixture(overrides)))
        const pairs = event.kind === 'template' ? event.subjects : []
        for (const { image, instanceType, from, open } of pairs) {
          expect(open).toBeUndefined()
          // What is not known is said to be elsewhere: it is never a pair that is open.
          expect(from === undefined).toBe(image.imageId !== undefined && instanceType !== undefined)
          const sources = overrides.filter(
            one =>
              (image.imageId === undefined || one.imageId === image.imageId) &&
              (instanceType === undefined || one.instanceType === instanceType),
          )
          expect(sources).not.toEqual([])
        }
      }),
    )
  })
})
