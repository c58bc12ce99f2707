import { describe, expect, test } from '@jest/globals'
import { EventError } from '../../shared/errors.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { aLaunchConfiguration, aTemplateCreation, aTemplateVersion } from '../support/templates.ts'

const read = (json: unknown) => {
  const event = readEvent(json)
  if (event.kind !== 'template') throw new Error(`expected a template, got ${JSON.stringify(event)}`)
  return event.subject
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

  test('has no id without an answer, so that it cannot be read', () => {
    expect(() => readEvent(aTemplateCreation({ answer: null }))).toThrow(EventError)
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

describe('a launch configuration', () => {
  test('has its image and its type', () => {
    expect(read(aLaunchConfiguration())).toMatchObject({
      resource: { type: 'AwsAutoScalingLaunchConfiguration', id: 'web-1' },
      what: 'Launch configuration web-1',
      instanceType: 'm5.large',
      image: { imageId: 'ami-0abcdef1234567890' },
    })
  })

  test('does not know what it takes from an instance', () => {
    const subject = read(aLaunchConfiguration({ instanceId: 'i-01', imageId: undefined }))
    expect([subject.image, subject.open]).toEqual([{}, undefined])
  })

  test('of another service is ignored', () => {
    expect(readEvent({ ...aTemplateCreation(), eventSource: 'autoscaling.amazonaws.com' }).kind).toBe('ignored')
  })
})
