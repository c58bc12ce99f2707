import { describe, expect, test } from '@jest/globals'
import { readRequest } from '../../shared/hook/request.ts'
import { inOtherSpelling, inPascalCase, ofCloudControl, ofStack, ofWholeStack, TOKEN } from './requests.ts'

const INSTANCE = { ImageId: 'ami-0abcdef1234567890', InstanceType: 'm1.small' }
const asked = { type: 'AWS::EC2::Instance', properties: INSTANCE }
const resource = { address: 'Web', type: 'AWS::EC2::Instance', properties: INSTANCE }
const update = (properties: object, previous: object) =>
  readRequest(
    ofStack({ ...asked, properties: { ...properties }, previous: { ...previous }, point: 'UPDATE_PRE_PROVISION' }),
  )

describe('a request of CloudFormation', () => {
  test('names the resource, its properties and the token for the answer', () => {
    expect(readRequest(ofStack(asked))).toEqual({ token: TOKEN, isCloudControl: false, resource })
  })

  test.each([
    ['stackID and clientRequesttoken', inOtherSpelling(ofStack(asked))],
    ['upper case at the beginning', inPascalCase(ofStack(asked))],
  ])('is read in the other spelling, too: %s', (_, event) => {
    expect(readRequest(event)).toEqual({ token: TOKEN, isCloudControl: false, resource })
  })

  test('of Cloud Control has no stack, and the resource is named by its type', () => {
    const request = { token: TOKEN, isCloudControl: true, resource: { ...resource, address: asked.type } }
    expect(readRequest(ofCloudControl(asked))).toEqual(request)
    expect(readRequest(inPascalCase(ofCloudControl(asked)))).toEqual(request)
  })

  test.each([
    ['a deletion', ofStack({ ...asked, point: 'DELETE_PRE_PROVISION' }), 'A deletion launches nothing.'],
    [
      'what launches nothing',
      ofStack({ ...asked, type: 'AWS::S3::Bucket' }),
      'virtguard evaluates no launch by AWS::S3::Bucket.',
    ],
    [
      'a launcher that lint does not read',
      ofStack({ ...asked, type: 'AWS::EMR::Cluster' }),
      'virtguard evaluates no launch by AWS::EMR::Cluster.',
    ],
  ])('for %s needs no evaluation', (_, event, skipped) => {
    expect(readRequest(event)).toEqual({ token: TOKEN, isCloudControl: false, skipped })
  })

  test('for a whole stack is not evaluated, and its address is not read', () => {
    const request = readRequest(ofWholeStack('https://example.com/template?X-Amz-Signature=secret'))
    expect(request).toMatchObject({ skipped: expect.stringContaining('fetches nothing') })
    expect(JSON.stringify(request)).not.toContain('example.com')
  })

  test('that changes tags alone launches nothing, in whatever order the keys are', () => {
    const { ImageId, InstanceType } = INSTANCE
    const request = update(
      { ImageId, InstanceType, Tags: [{ Key: 'a', Value: 'new' }] },
      { InstanceType, Tags: [{ Key: 'a', Value: 'old' }], ImageId },
    )
    expect(request).toMatchObject({ skipped: 'Nothing but tags changes, which launches nothing.' })
  })

  test.each([
    ['the type', { InstanceType: 't3.micro' }],
    ['what replaces the instance', { SubnetId: 'subnet-1' }],
    ['what is in a list', { BlockDeviceMappings: [{ DeviceName: '/dev/sda1' }] }],
  ])('that changes %s is evaluated', (_, before) => {
    expect(update(INSTANCE, { ...INSTANCE, ...before })).toMatchObject({ resource })
  })

  test('that changes the type of an instance and nothing else is a resize', () => {
    const before = { ...INSTANCE, InstanceType: 't3.micro', Tags: [] }
    expect(update(INSTANCE, before)).toEqual({
      ...{ token: TOKEN, isCloudControl: false },
      resource: { ...resource, resizedFrom: 't3.micro' },
    })
    // It replaces the instance.
    expect(update(INSTANCE, { ...before, SubnetId: 'subnet-1' })).not.toHaveProperty('resource.resizedFrom')
  })

  test.each([
    ['nothing', undefined],
    ['a list', []],
    ['a text', 'CREATE'],
    ['no data', { clientRequestToken: TOKEN }],
    ['a type that is none', ofStack({ ...asked, type: 'AWS::EC2::Instance\nFAILED' })],
    ['no properties', { ...ofStack(asked), requestData: { targetName: 'AWS::EC2::Instance', targetModel: {} } }],
    ['properties that are a list', ofStack({ ...asked, properties: JSON.parse('[]') })],
  ])('that is none is broken: %s', (_, event) => {
    expect(readRequest(event)).toMatchObject({ broken: expect.any(String) })
  })

  test('whose logical id could be mistaken for words is named by its type', () => {
    for (const id of ['Web\n[rule] PASSED', '', 'x'.repeat(300)])
      expect(readRequest(ofStack({ ...asked, id }))).toMatchObject({ resource: { address: asked.type } })
  })

  test('that nests deeper than any resource is evaluated all the same', () => {
    const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`)
    expect(update({ ...INSTANCE, deep }, { ...INSTANCE, deep })).toHaveProperty('token', TOKEN)
  })
})
