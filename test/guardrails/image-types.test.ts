import { describe, expect, test } from '@jest/globals'
import { addTypes, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { allowsType, evaluateFit } from '../../shared/compatibility/fit.ts'
import { buildImageTypes, type ImageTypesRequest } from '../../shared/guardrails/image-types.ts'
import { listTypes } from '../../shared/guardrails/type-patterns.ts'
import { readDescribedImages } from '../../shared/images/described-images.ts'
import { formatFactsLine } from '../../shared/images/facts-file.ts'
import { readImages } from '../../shared/images/image-files.ts'

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

describe('a file of virtguard images', () => {
  const OTHER = '210987654321'
  const readAt = new Date('2026-11-24T08:00:00Z')
  const line = (imageId: string, more: object) => {
    const [described] = readDescribedImages(JSON.stringify({ Images: [{ ...HVM, ...more, ImageId: imageId }] }))
    if (described === undefined) throw new Error('there is an image')
    return formatFactsLine(described.facts, { accountId: '123456789012', region: 'eu-west-1' }, readAt)
  }

  test('says the same of an image as DescribeImages', () => {
    const [image] = readImages(line(HVM.ImageId, { OwnerId: '123456789012' }))
    if (image === undefined) throw new Error('there is an image')
    expect(buildImageTypes(image, TYPES)).toEqual(answerOf(HVM).answer)
  })

  test('has images of other accounts, which are left alone', () => {
    const text = line('ami-1', { OwnerId: OTHER }) + line('ami-2', {})
    expect(readImages(text).map(image => buildImageTypes(image, TYPES))).toEqual([
      { imageId: 'ami-1', leave: 'it belongs to another account, which alone sets its limit' },
      { imageId: 'ami-2', leave: 'the facts do not say whose it is; write them again: virtguard images' },
    ])
  })

  test('is known by its content, and so is an answer in one line', () => {
    expect(readImages(JSON.stringify({ Images: [HVM] }))).toHaveLength(1)
    expect(readImages(JSON.stringify({ Images: [HVM] }, undefined, 2))).toHaveLength(1)
    expect(() => readImages(`${line('ami-1', {})}{"schemaVersion":"1"}\n`)).toThrow('line 2: ')
  })
})

test('a limit of more entries than EC2 takes is not written, and the reason says how many it needs', () => {
  const [like, other] = [TYPES.get('m7i.large'), TYPES.get('m7g.large')]
  if (like === undefined || other === undefined) throw new Error('the catalogue has both')
  // Of each family another size fits, so that no wildcard says which.
  const types = addTypes(
    { get: () => undefined, profiles: () => [] },
    Array.from({ length: 101 }, (_, index) => [
      { ...like, instanceType: `x${index}.${index % 2 === 0 ? 'large' : 'metal'}` },
      { ...other, instanceType: `x${index}.${index % 2 === 0 ? 'metal' : 'large'}` },
    ]).flat(),
  )
  const [image] = readDescribedImages(JSON.stringify({ Images: [HVM] }))
  if (image === undefined) throw new Error('there is an image')
  expect(buildImageTypes(image, types)).toEqual({
    imageId: HVM.ImageId,
    leave: 'its limit needs 101 entries, and EC2 takes 100; lint and check find it',
  })
})

test.each([
  ['{', 'no JSON'],
  ['[]', 'no answer of DescribeImages'],
  ['{"Images":[{"ImageId":"x"}]}', 'Images[0].ImageId'],
  ['{"Images":[{"ImageId":"ami-1","EnaSupport":"yes"}]}', 'Images[0].EnaSupport'],
])('%s is refused in one line', (text, why) => expect(() => readDescribedImages(text)).toThrow(why))
