import { describe, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { complete } from '../../shared/engine/complete.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { Subject } from '../../shared/facts/facts.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import { ACTOR, EVENT, imageSubject, instanceSubject, NOW } from '../support/findings.ts'

const types = loadCatalogue()
const evaluateOne = (subject: Subject, policy = DEFAULT_POLICY) =>
  evaluate({ subject, event: EVENT, actor: ACTOR }, { policy, types, now: NOW })[0]

describe('the names of a finding', () => {
  test('have the Name tag of the instance', () =>
    expect(evaluateOne(instanceSubject({ tags: { Name: ' web-1\n' } }))?.resource.name).toBe('web-1\ufffd'))

  test.each([{}, { Name: '' }, { name: 'web' }])('have none if there is no Name tag, or an empty one: %j', tags => {
    expect(evaluateOne(instanceSubject({ tags }))?.resource).not.toHaveProperty('name')
  })

  test('have the name of an image, as the resource and as a fact', () => {
    const finding = evaluateOne(imageSubject({ name: 'debian-7', virtualizationType: 'paravirtual' }))
    expect(finding).toMatchObject({ resource: { name: 'debian-7' }, facts: { imageName: 'debian-7' } })
  })

  test('have the name of the image of an instance once the image is read for another reason', async () => {
    const subject = instanceSubject({ virtualizationType: 'hvm', instanceType: 'm5.large' }, ['enaSupport'])
    const [known] = await complete(
      [subject],
      {
        instances: async () => ({ ok: true, facts: [] }),
        images: async () => ({
          ok: true,
          facts: [{ imageId: subject.instance.imageId ?? '', name: 'debian-7', bootMode: 'uefi', enaSupport: false }],
        }),
        types: async () => ({ ok: true, facts: [] }),
      },
      { policy: DEFAULT_POLICY, types: { known: () => types, learn: () => {} }, log: () => {} },
    )
    expect(known).toMatchObject({ instance: { imageName: 'debian-7' } })
    expect(evaluateOne(known ?? subject)?.facts.imageName).toBe('debian-7')
  })

  test('have the name of the account that the policy gives it, and of no other', () => {
    const named = (id: string) => parsePolicy(`version: 1\naccountNames: { "${id}": production }`, 'p')
    expect(evaluateOne(instanceSubject(), named('123456789012'))?.resource.accountName).toBe('production')
    expect(evaluateOne(instanceSubject(), named('999999999999'))?.resource).not.toHaveProperty('accountName')
  })

  test('have the account beside the name of the resource, and neither stands for the other', () => {
    const policy = parsePolicy('version: 1\naccountNames: { "123456789012": production }', 'p')
    const both = evaluateOne(instanceSubject({ tags: { Name: 'web-1' } }), policy)
    expect(both?.resource).toMatchObject({ name: 'web-1', accountName: 'production', accountId: '123456789012' })
    expect(evaluateOne(instanceSubject(), policy)?.resource).not.toHaveProperty('name')
  })

  test('have none of an account that is no id', () => {
    const subject = instanceSubject()
    const resource = { ...subject.resource, accountId: 'constructor' }
    const policy = parsePolicy('version: 1\naccountNames: { "123456789012": production }', 'p')
    expect(evaluateOne({ ...subject, resource }, policy)?.resource).not.toHaveProperty('accountName')
  })

  test('have the Name tag that a refused launch asks for', () => {
    const event = readEvent({
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.ec2',
      account: '123456789012',
      region: 'us-east-1',
      detail: {
        eventVersion: '1.11',
        eventSource: 'ec2.amazonaws.com',
        eventName: 'RunInstances',
        eventID: '11111111-2222-4333-8444-555555555555',
        eventTime: '2026-11-24T08:00:00Z',
        awsRegion: 'us-east-1',
        recipientAccountId: '123456789012',
        userIdentity: { type: 'AssumedRole', arn: 'arn:aws:iam::123456789012:role/deploy', accountId: '123456789012' },
        errorCode: 'Client.InvalidParameterCombination',
        errorMessage:
          "Enhanced networking with the Elastic Network Adapter (ENA) is required for the 'm5.large' instance type. Ensure that you are using an AMI that is enabled for ENA.",
        requestParameters: {
          instancesSet: { items: [{ imageId: 'ami-0abcdef1234567890', minCount: 1, maxCount: 1 }] },
          instanceType: 'm5.large',
          tagSpecificationSet: {
            items: [{ resourceType: 'instance', tags: [{ key: 'Name', value: 'web-1' }] }],
          },
        },
      },
    })
    if (event.kind !== 'refused-launch') throw new Error(`it is ${event.kind}`)
    const [subject] = event.subjects
    expect(subject && evaluateOne(subject)?.resource.name).toBe('web-1')
  })

  test('decide nothing: all else of the finding is the same', () => {
    const plain = evaluateOne(instanceSubject())
    const named = evaluateOne(instanceSubject({ tags: { Name: 'PASSED, exempt' } }))
    expect(named).toEqual({ ...plain, resource: { ...plain?.resource, name: 'PASSED, exempt' } })
  })
})
