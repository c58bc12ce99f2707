import { describe, expect, test } from '@jest/globals'
import type { ImageCreation } from '../../shared/facts/event.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { aCopyImageRecord, anImportImageRecord, aRegisterImageRecord } from '../support/builders.ts'

const imageOf = (record: unknown): ImageCreation['subject'] => {
  const event = readEvent(record)
  if (event.kind !== 'image') throw new Error(`expected an image, got ${JSON.stringify(event)}`)
  return event.subject
}

describe('a registered image', () => {
  test('is paravirtual, without ENA, if the request said nothing else', () => {
    expect(imageOf(aRegisterImageRecord())).toEqual({
      kind: 'image',
      resource: {
        type: 'AwsEc2Image',
        id: 'ami-0fedcba9876543210',
        arn: 'arn:aws:ec2:us-east-1::image/ami-0fedcba9876543210',
        accountId: '123456789012',
        region: 'us-east-1',
      },
      image: {
        imageId: 'ami-0fedcba9876543210',
        name: 'golden-2026-11-24',
        virtualizationType: 'paravirtual',
        enaSupport: false,
        architecture: 'x86_64',
        bootMode: 'unset',
        rootDeviceType: 'ebs',
        tpmSupport: 'unset',
      },
    })
  })

  test('has the facts that the request gives', () => {
    const record = aRegisterImageRecord({ virtualizationType: 'hvm', enaSupport: true, request: { bootMode: 'uefi' } })
    expect(imageOf(record).image).toMatchObject({ virtualizationType: 'hvm', enaSupport: true, bootMode: 'uefi' })
  })

  test('from a snapshot is i386 if the request said nothing else', () => {
    expect(imageOf(aRegisterImageRecord({ request: { architecture: undefined } })).image.architecture).toBe('i386')
  })

  test('from a manifest has the architecture of its manifest, which is not known', () => {
    const request = { architecture: undefined, imageLocation: 'bucket/image.manifest.xml' }
    const { image } = imageOf(aRegisterImageRecord({ request }))
    expect(image).not.toHaveProperty('architecture')
    expect(image).toMatchObject({ rootDeviceType: 'instance-store', virtualizationType: 'paravirtual' })
  })

  test('that failed is ignored', () => {
    const more = { errorCode: 'Client.InvalidAMIName.Duplicate', responseElements: null }
    expect(readEvent(aRegisterImageRecord({ more }))).toMatchObject({
      kind: 'ignored',
      why: 'no image was made: "Client.InvalidAMIName.Duplicate"',
    })
  })

  test('whose record does not name it is an error', () => {
    expect(() => readEvent(aRegisterImageRecord({ more: { responseElements: null } }))).toThrow(
      'responseElements.imageId: expected a string, got nothing',
    )
  })

  test('may be named in the resources of the record alone', () => {
    const resources = [{ type: 'AWS::EC2::Image', ARN: 'arn:aws:ec2:us-east-1::image/ami-0123' }]
    expect(imageOf(aRegisterImageRecord({ more: { responseElements: null, resources } })).resource.id).toBe('ami-0123')
  })
})

describe('a copied image', () => {
  test('is known only by its name and id', () => {
    expect(imageOf(aCopyImageRecord()).image).toEqual({ imageId: 'ami-0fedcba9876543210', name: 'golden-copy' })
  })
})

describe('an imported image', () => {
  test('is known by its task until there is an image', () => {
    const subject = imageOf(anImportImageRecord())
    expect(subject.resource.id).toBe('import-ami-0123456789abcdef0')
    expect(subject.image).toEqual({})
  })

  test('is known by its id once there is one, with the facts of the request', () => {
    const responseElements = { importTaskId: 'import-ami-1', imageId: 'ami-1' }
    const request = { architecture: 'arm64', bootMode: 'uefi' }
    const subject = imageOf(anImportImageRecord({ request, more: { responseElements } }))
    expect(subject.resource.id).toBe('ami-1')
    expect(subject.image).toEqual({ imageId: 'ami-1', architecture: 'arm64', bootMode: 'uefi' })
  })

  test('is read inside the wrappers of newer calls', () => {
    const more = {
      requestParameters: { ImportImageRequest: { Architecture: 'x86_64', architecture: 'x86_64' } },
      responseElements: { ImportImageResponse: { importTaskId: 'import-ami-2' } },
    }
    expect(imageOf(anImportImageRecord({ more })).resource.id).toBe('import-ami-2')
  })
})

test('an image made from an instance is ignored, because it has the facts of the instance', () => {
  expect(readEvent({ ...aRegisterImageRecord(), eventName: 'CreateImage' })).toMatchObject({ kind: 'ignored' })
})
