import { describe, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { allowsType, evaluateFit } from '../../shared/compatibility/fit.ts'
import { buildImageTypes, type ImageTypesRequest } from '../../shared/guardrails/image-types.ts'
import { listTypes } from '../../shared/guardrails/type-patterns.ts'
import { readDescribedImages } from '../../shared/images/described-images.ts'

const TYPES = loadCatalogue()
const ALL = listTypes(TYPES)

const HVM = {
  ImageId: 'ami-0abcdef1234567890',
  VirtualizationType: 'hvm',
  Architecture: 'x86_64',
  RootDeviceType: 'ebs',
  EnaSupport: true,
  State: 'available',
}

const answerOf = (image: object) => {
  const [described] = readDescribedImages(JSON.stringify({ Images: [image] }))
  if (described === undefined) throw new Error('there is an image')
  return { answer: buildImageTypes(described, TYPES), facts: described.facts }
}

const limitOf = (request: ImageTypesRequest) => {
  const lists: { SupportedInstanceTypes?: readonly object[]; UnsupportedInstanceTypes?: readonly object[] } =
    request.InstanceTypeSpecification
  const names = (items: readonly object[] = []): readonly string[] => items.flatMap(item => Object.values(item))
  return { supported: names(lists.SupportedInstanceTypes), unsupported: names(lists.UnsupportedInstanceTypes) }
}

describe.each([
  ['an image of today, by the types that it does not take', HVM, 'unsupported'],
  ['an image for Arm, by the types that it takes', { ...HVM, Architecture: 'arm64', BootMode: 'uefi' }, 'supported'],
  ['an image without ENA, by the types that it takes', { ...HVM, EnaSupport: undefined }, 'supported'],
  ['an image for UEFI alone', { ...HVM, BootMode: 'uefi' }, 'unsupported'],
  ['a paravirtual image', { ...HVM, VirtualizationType: 'paravirtual', EnaSupport: undefined }, 'supported'],
  ['an image in the instance store', { ...HVM, RootDeviceType: 'instance-store' }, 'supported'],
])('%s', (_, image, kind) => {
  test('is refused by EC2 on exactly the types that it does not fit', () => {
    const { answer, facts } = answerOf(image)
    if (!('request' in answer)) throw new Error(answer.leave)
    expect(answer.kind).toBe(kind)
    const limit = limitOf(answer.request)
    expect(limit[kind === 'supported' ? 'unsupported' : 'supported']).toEqual([])
    for (const list of [limit.supported, limit.unsupported]) expect(list.length).toBeLessThanOrEqual(100)
    const refused = ALL.filter(type => !allowsType({ instanceTypeSpecification: limit }, type.instanceType))
    expect(refused.length).toBeGreaterThan(0)
    expect(refused).toEqual(ALL.filter(type => evaluateFit(facts, type).compatible === false))
  })
})

test('a paravirtual image stays on the families that take it', () => {
  const { answer } = answerOf({ ...HVM, VirtualizationType: 'paravirtual', EnaSupport: undefined })
  const { supported } = limitOf(
    'request' in answer ? answer.request : { ImageId: '', InstanceTypeSpecification: { SupportedInstanceTypes: [] } },
  )
  for (const family of ['c1', 'c3', 'm1', 'm2', 'm3', 't1']) expect(supported).toContain(`${family}.*`)
})

test.each([
  [{ ProductCodes: [{ ProductCodeId: 'x', ProductCodeType: 'marketplace' }] }, 'a product of AWS Marketplace'],
  [{ InstanceTypeSpecification: { SupportedInstanceTypes: [{ InstanceType: 'm7i.*' }] } }, 'it has a limit already'],
  [{ State: 'failed' }, 'its state is failed'],
  [{ Architecture: 'x86_64_mac', VirtualizationType: 'paravirtual' }, 'it fits no type'],
])('an image with %j is left alone, with the reason', (more, why) =>
  expect(answerOf({ ...HVM, ...more }).answer).toMatchObject({ leave: expect.stringContaining(why) }),
)

test.each([
  ['{', 'no JSON'],
  ['[]', 'no answer of DescribeImages'],
  ['{"Images":[{"ImageId":"x"}]}', 'Images[0].ImageId'],
  ['{"Images":[{"ImageId":"ami-1","EnaSupport":"yes"}]}', 'Images[0].EnaSupport'],
])('%s is refused in one line', (text, why) => expect(() => readDescribedImages(text)).toThrow(why))
