import { describe, expect, test } from '@jest/globals'
import { addTypes, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { listAllBlocked, listBlocked } from '../../shared/compatibility/blocked.ts'
import type { ImageFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'
import { anImage, aProfile, aType, NO_TYPES } from '../support/types.ts'

const offered = (): InstanceTypeFacts[] =>
  loadCatalogue()
    .profiles()
    .flatMap(profile => profile.types().flatMap(name => loadCatalogue().get(name) ?? []))
    .filter(type => !type.retired)

const counted = (wanted: (type: InstanceTypeFacts) => boolean): number => offered().filter(wanted).length
const isX86 = (type: InstanceTypeFacts): boolean => type.architectures.includes('x86_64')

describe('what an image is kept from', () => {
  test('by PV are all x86 types that take HVM alone', () => {
    const { count, of } = listBlocked(anImage({ virtualizationType: 'paravirtual' }), loadCatalogue())
    expect(count).toBe(counted(type => isX86(type) && !type.virtualizationTypes.includes('paravirtual')))
    expect(of).toBe(counted(isX86))
    expect(of - count).toBe(19)
  })

  test('by ENA off are all types of its architecture that require ENA', () => {
    for (const architecture of ['x86_64', 'arm64']) {
      const { count, families } = listBlocked(anImage({ enaSupport: false, architecture }), loadCatalogue())
      expect(count).toBe(counted(type => type.architectures.includes(architecture) && type.ena === 'required'))
      expect(families[0]).toMatch(architecture === 'arm64' ? /^m\dg$/ : /^m\di$/)
    }
  })

  test('by legacy BIOS is nothing on x86: every x86 type still offers it', () => {
    expect(listBlocked(anImage({ bootMode: 'legacy-bios' }), loadCatalogue())).toMatchObject({ count: 0, families: [] })
  })

  test('by 32 bit is measured against the types of 64 bit', () => {
    const { count, of } = listBlocked(anImage({ architecture: 'i386' }), loadCatalogue())
    expect([of - count, of]).toEqual([9, counted(isX86)])
  })

  test('by facts that are unknown or good is nothing', () => {
    expect(listBlocked({}, loadCatalogue())).toEqual({ count: 0, of: offered().length, families: [] })
    expect(listBlocked(anImage({ bootMode: 'uefi' }), loadCatalogue()).count).toBe(0)
  })

  test('names at most five families, each ruled out as a whole', () => {
    const { families } = listBlocked(anImage({ enaSupport: false }), loadCatalogue())
    expect(families).toHaveLength(5)
    for (const type of offered().filter(each => families.includes(each.instanceType.split('.')[0] ?? '')))
      expect(type.ena).toBe('required')
  })

  test('does not name a family of which one type is left', () => {
    const types = addTypes(NO_TYPES, [
      aType({ instanceType: 'm9.large' }),
      aType({ instanceType: 'm9.small', ena: 'supported' }),
      aType({ instanceType: 'm8.large' }),
    ])
    expect(listBlocked(anImage({ enaSupport: false }), types)).toEqual({ count: 2, of: 3, families: ['m8'] })
  })

  test('counts no type that EC2 no longer offers', () => {
    const types = addTypes(NO_TYPES, [aType(), aType({ instanceType: 'u-9tb1.112xlarge', retired: true })])
    expect(listBlocked(anImage({ enaSupport: false }), types)).toEqual({ count: 1, of: 1, families: ['m5'] })
  })

  test('is worked out once for a set of facts, and again for other types', () => {
    let calls = 0
    const counting = (types: readonly InstanceTypeFacts[]): InstanceTypes => ({
      get: () => undefined,
      profiles: () => {
        calls++
        return types.map(aProfile)
      },
    })
    const types = counting([aType()])
    const image: ImageFacts = anImage({ enaSupport: false })
    const first = listBlocked(image, types)
    expect(listBlocked({ ...image, imageId: 'ami-0abcdef1234567890', bootMode: 'uefi' }, types)).toBe(first)
    expect(calls).toBe(1)
    expect(listBlocked(image, counting([])).of).toBe(0)
    expect(calls).toBe(2)
  })

  test('is told apart for every two images that miss something else', () => {
    const types = addTypes(loadCatalogue(), [aType({ instanceType: 'm99.large', architectures: ['', 'undefined'] })])
    const images: readonly ImageFacts[] = [undefined, '', 'undefined', 'of x86_64', 'x86_64', 'i386', 'arm64'].flatMap(
      architecture =>
        [undefined, false].flatMap(enaSupport =>
          [undefined, 'paravirtual' as const].map(virtualizationType => ({
            ...(architecture === undefined ? {} : { architecture }),
            ...(enaSupport === undefined ? {} : { enaSupport }),
            ...(virtualizationType === undefined ? {} : { virtualizationType }),
          })),
        ),
    )
    const alone = images.map(image => listBlocked(image, addTypes(types, [aType()])))
    expect(images.map(image => listBlocked(image, types))).toEqual(alone)
  })

  test('is right for more architectures than are remembered', () => {
    for (let round = 0; round < 200; round++)
      expect(listBlocked({ architecture: `odd-${round}`, enaSupport: false }, loadCatalogue()).of).toBe(0)
    expect(listBlocked(anImage({ enaSupport: false }), loadCatalogue()).count).toBeGreaterThan(0)
  })

  test('is the same where it was worked out before', () => {
    const architectures = ['x86_64', 'arm64', 'i386']
    const blocked = listAllBlocked(architectures, loadCatalogue())
    expect(Object.keys(blocked)).toHaveLength(24)
    const computed = addTypes(loadCatalogue(), [aType({ instanceType: 'm99.large', architectures: ['odd'] })])
    const bootModes = ['uefi', 'legacy-bios', 'unset'] as const
    const images = architectures.flatMap(architecture =>
      [true, false].flatMap(enaSupport =>
        (['hvm', 'paravirtual'] as const).flatMap(virtualizationType =>
          bootModes.map(bootMode => anImage({ architecture, virtualizationType, enaSupport, bootMode })),
        ),
      ),
    )
    for (const image of images)
      expect(listBlocked(image, { ...NO_TYPES, blocked })).toEqual(listBlocked(image, computed))
  })

  test('is worked out anew where a type was read that the catalogue has not', () => {
    const wrong = { count: -1, of: -1, families: [] }
    const base = { ...loadCatalogue(), blocked: { 'x86_64 2': wrong } }
    const image = anImage({ enaSupport: false })
    expect(listBlocked(image, base)).toBe(wrong)
    expect(listBlocked(image, addTypes(base, [aType()])).count).toBeGreaterThan(0)
  })
})
