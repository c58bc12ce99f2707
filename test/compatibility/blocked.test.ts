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

describe('the types that an image cannot run on', () => {
  test('are all x86 types that take HVM alone, if it is PV', () => {
    const { count, of } = listBlocked(anImage({ virtualizationType: 'paravirtual' }), loadCatalogue())
    expect(count).toBe(counted(type => isX86(type) && !type.virtualizationTypes.includes('paravirtual')))
    expect(of).toBe(counted(isX86))
    expect(of - count).toBe(19)
  })

  test('are all types of its architecture that require ENA, if ENA is off', () => {
    for (const architecture of ['x86_64', 'arm64']) {
      const { count, families } = listBlocked(anImage({ enaSupport: false, architecture }), loadCatalogue())
      expect(count).toBe(counted(type => type.architectures.includes(architecture) && type.ena === 'required'))
      expect(families[0]).toMatch(architecture === 'arm64' ? /^m\dg$/ : /^m\di$/)
    }
  })

  test('are none on x86 for legacy BIOS, because every x86 type still offers it', () => {
    expect(listBlocked(anImage({ bootMode: 'legacy-bios' }), loadCatalogue())).toMatchObject({ count: 0, families: [] })
  })

  test('are counted among the types of 64 bit for an image of 32 bit', () => {
    const { count, of } = listBlocked(anImage({ architecture: 'i386' }), loadCatalogue())
    expect([of - count, of]).toEqual([9, counted(isX86)])
  })

  test('are none for facts that are unknown or good', () => {
    expect(listBlocked({}, loadCatalogue())).toEqual({ count: 0, of: offered().length, families: [] })
    expect(listBlocked(anImage({ bootMode: 'uefi' }), loadCatalogue()).count).toBe(0)
  })

  test('are named by at most five families, each of which is excluded as a whole', () => {
    const { families } = listBlocked(anImage({ enaSupport: false }), loadCatalogue())
    expect(families).toHaveLength(5)
    for (const type of offered().filter(each => families.includes(each.instanceType.split('.')[0] ?? '')))
      expect(type.ena).toBe('required')
  })

  test('do not name a family of which one type still fits', () => {
    const types = addTypes(NO_TYPES, [
      aType({ instanceType: 'm9.large' }),
      aType({ instanceType: 'm9.small', ena: 'supported' }),
      aType({ instanceType: 'm8.large' }),
    ])
    expect(listBlocked(anImage({ enaSupport: false }), types)).toEqual({ count: 2, of: 3, families: ['m8'] })
  })

  test('do not count types that EC2 no longer offers', () => {
    const types = addTypes(NO_TYPES, [aType(), aType({ instanceType: 'u-9tb1.112xlarge', retired: true })])
    expect(listBlocked(anImage({ enaSupport: false }), types)).toEqual({ count: 1, of: 1, families: ['m5'] })
  })

  test('are computed once for a set of facts, and again for other types', () => {
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

  test('are computed apart for every two images that lack something else', () => {
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

  test('are right for more architectures than are remembered', () => {
    for (let round = 0; round < 200; round++)
      expect(listBlocked({ architecture: `odd-${round}`, enaSupport: false }, loadCatalogue()).of).toBe(0)
    expect(listBlocked(anImage({ enaSupport: false }), loadCatalogue()).count).toBeGreaterThan(0)
  })

  test('are the same if they were computed before', () => {
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

  test('are computed again if a type was read that the catalogue does not have', () => {
    const wrong = { count: -1, of: -1, families: [] }
    const base = { ...loadCatalogue(), blocked: { 'x86_64 2': wrong } }
    const image = anImage({ enaSupport: false })
    expect(listBlocked(image, base)).toBe(wrong)
    expect(listBlocked(image, addTypes(base, [aType()])).count).toBeGreaterThan(0)
  })
})
