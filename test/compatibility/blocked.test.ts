import { describe, expect, test } from '@jest/globals'
import { catalogue, withTypes } from '../../shared/catalogue/catalogue.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { allBlocked, blockedBy } from '../../shared/compatibility/blocked.ts'
import type { ImageFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'
import { anImage, aProfile, aType, NO_TYPES } from '../support/types.ts'

const offered = (): InstanceTypeFacts[] =>
  catalogue()
    .profiles()
    .flatMap(profile => profile.types().flatMap(name => catalogue().get(name) ?? []))
    .filter(type => !type.retired)

const counted = (wanted: (type: InstanceTypeFacts) => boolean): number => offered().filter(wanted).length
const isX86 = (type: InstanceTypeFacts): boolean => type.architectures.includes('x86_64')

describe('what an image is kept from', () => {
  test('by PV are all x86 types that take HVM alone', () => {
    const { count, of } = blockedBy(anImage({ virtualizationType: 'paravirtual' }), catalogue())
    expect(count).toBe(counted(type => isX86(type) && !type.virtualizationTypes.includes('paravirtual')))
    expect(of).toBe(counted(isX86))
    expect(of - count).toBe(19)
  })

  test('by ENA off are all types of its architecture that require ENA', () => {
    for (const architecture of ['x86_64', 'arm64']) {
      const { count, families } = blockedBy(anImage({ enaSupport: false, architecture }), catalogue())
      expect(count).toBe(counted(type => type.architectures.includes(architecture) && type.ena === 'required'))
      expect(families[0]).toMatch(architecture === 'arm64' ? /^m\dg$/ : /^m\di$/)
    }
  })

  test('by legacy BIOS is nothing on x86: every x86 type still offers it', () => {
    expect(blockedBy(anImage({ bootMode: 'legacy-bios' }), catalogue())).toMatchObject({ count: 0, families: [] })
  })

  test('by 32 bit is measured against the types of 64 bit', () => {
    const { count, of } = blockedBy(anImage({ architecture: 'i386' }), catalogue())
    expect([of - count, of]).toEqual([9, counted(isX86)])
  })

  test('by facts that are unknown or good is nothing', () => {
    expect(blockedBy({}, catalogue())).toEqual({ count: 0, of: offered().length, families: [] })
    expect(blockedBy(anImage({ bootMode: 'uefi' }), catalogue()).count).toBe(0)
  })

  test('names at most five families, each ruled out as a whole', () => {
    const { families } = blockedBy(anImage({ enaSupport: false }), catalogue())
    expect(families).toHaveLength(5)
    for (const type of offered().filter(each => families.includes(each.instanceType.split('.')[0] ?? '')))
      expect(type.ena).toBe('required')
  })

  test('does not name a family of which one type is left', () => {
    const types = withTypes(NO_TYPES, [
      aType({ instanceType: 'm9.large' }),
      aType({ instanceType: 'm9.small', ena: 'supported' }),
      aType({ instanceType: 'm8.large' }),
    ])
    expect(blockedBy(anImage({ enaSupport: false }), types)).toEqual({ count: 2, of: 3, families: ['m8'] })
  })

  test('counts no type that EC2 no longer offers', () => {
    const types = withTypes(NO_TYPES, [aType(), aType({ instanceType: 'u-9tb1.112xlarge', retired: true })])
    expect(blockedBy(anImage({ enaSupport: false }), types)).toEqual({ count: 1, of: 1, families: ['m5'] })
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
    const first = blockedBy(image, types)
    expect(blockedBy({ ...image, imageId: 'ami-0abcdef1234567890', bootMode: 'uefi' }, types)).toBe(first)
    expect(calls).toBe(1)
    expect(blockedBy(image, counting([])).of).toBe(0)
    expect(calls).toBe(2)
  })

  test('is told apart for every two images that miss something else', () => {
    const types = withTypes(catalogue(), [aType({ instanceType: 'm99.large', architectures: ['', 'undefined'] })])
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
    const alone = images.map(image => blockedBy(image, withTypes(types, [aType()])))
    expect(images.map(image => blockedBy(image, types))).toEqual(alone)
  })

  test('is right for more architectures than are remembered', () => {
    for (let round = 0; round < 200; round++)
      expect(blockedBy({ architecture: `odd-${round}`, enaSupport: false }, catalogue()).of).toBe(0)
    expect(blockedBy(anImage({ enaSupport: false }), catalogue()).count).toBeGreaterThan(0)
  })

  test('is the same where it was worked out before', () => {
    const architectures = ['x86_64', 'arm64', 'i386']
    const blocked = allBlocked(architectures, catalogue())
    expect(Object.keys(blocked)).toHaveLength(24)
    const computed = withTypes(catalogue(), [aType({ instanceType: 'm99.large', architectures: ['odd'] })])
    const bootModes = ['uefi', 'legacy-bios', 'unset'] as const
    const images = architectures.flatMap(architecture =>
      [true, false].flatMap(enaSupport =>
        (['hvm', 'paravirtual'] as const).flatMap(virtualizationType =>
          bootModes.map(bootMode => anImage({ architecture, virtualizationType, enaSupport, bootMode })),
        ),
      ),
    )
    for (const image of images) expect(blockedBy(image, { ...NO_TYPES, blocked })).toEqual(blockedBy(image, computed))
  })

  test('is worked out anew where a type was read that the catalogue has not', () => {
    const wrong = { count: -1, of: -1, families: [] }
    const base = { ...catalogue(), blocked: { 'x86_64 2': wrong } }
    const image = anImage({ enaSupport: false })
    expect(blockedBy(image, base)).toBe(wrong)
    expect(blockedBy(image, withTypes(base, [aType()])).count).toBeGreaterThan(0)
  })
})
