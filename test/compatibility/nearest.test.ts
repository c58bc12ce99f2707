import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addTypes, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluateFit as fitOf } from '../../shared/compatibility/fit.ts'
import { findNearestTypes, type NearestQuery } from '../../shared/compatibility/nearest.ts'
import type { ImageFacts } from '../../shared/facts/facts.ts'
import { anImage, aType, NO_TYPES } from '../support/types.ts'

const names = (query: Partial<NearestQuery>): readonly string[] =>
  findNearestTypes({ image: anImage(), like: 'm1.large', types: loadCatalogue(), limit: 3, ...query }).map(
    type => type.instanceType,
  )

const PV = anImage({ virtualizationType: 'paravirtual', enaSupport: false })
const NO_ENA = anImage({ enaSupport: false })
const ALL = loadCatalogue()
  .profiles()
  .flatMap(profile => profile.types())

describe('the nearest types', () => {
  test('for a current image are the newest plain ones of the same series and size', () => {
    expect(names({ like: 'm1.large' })).toEqual(['m8i.large', 'm8a.large', 'm7i.large'])
    expect(names({ like: 't1.micro' })).toEqual(['t3.micro', 't3a.micro', 't3.small'])
    expect(names({ like: 'c3.large' })).toEqual(['c8i.large', 'c8a.large', 'c7i.large'])
  })

  test('follow a family whose letter changed', () => {
    expect(names({ like: 'm2.xlarge' })).toEqual(['r8i.xlarge', 'r8a.xlarge', 'r7i.xlarge'])
  })

  test('for an Arm image are Arm types', () => {
    expect(names({ image: anImage({ architecture: 'arm64' }) })).toEqual(['m9g.large', 'm8g.large', 'm7g.large'])
  })

  test('for a PV image are the few types that take PV', () => {
    expect(names({ image: PV, like: 't3.micro', limit: 99 }).toSorted()).toEqual(
      ALL.filter(name => /^(c1|c3|m1|m2|m3|t1)\./.test(name)).toSorted(),
    )
    expect(names({ image: PV, like: 'm5.large', limit: 1 })).toEqual(['m3.xlarge'])
  })

  test('for an image without ENA stay on Xen, as near as possible', () => {
    expect(names({ image: NO_ENA, like: 'm5.large' })).toEqual(['m4.large', 'm4.xlarge', 'm3.xlarge'])
  })

  test('are special hardware and bare metal if the requested type is', () => {
    expect(names({ like: 'i3.metal' }).every(name => name.includes('.metal'))).toBe(true)
    expect(names({ like: 'g3.4xlarge' }).every(name => /^g\d/.test(name))).toBe(true)
    expect(names({ like: 'u-12tb1.metal' }).every(name => name.startsWith('u'))).toBe(true)
  })

  test('are Macs if only Macs take the image', () => {
    expect(names({ image: anImage({ architecture: 'arm64_mac' }) }).every(name => name.startsWith('mac'))).toBe(true)
  })

  test('are only those that the owner of the image allows, though a profile stands for many names', () => {
    const limited = (supported: readonly string[], unsupported: readonly string[] = []) =>
      anImage({ instanceTypeSpecification: { supported, unsupported } })
    expect(names({ image: limited(['t3.*', 'm5.*'], ['m5.large']) })).toEqual(['m5.xlarge', 'm5.2xlarge', 'm5.4xlarge'])
    expect(names({ image: limited([], ['m8i.*', 'm8a.*']) })).toEqual(['m7i.large', 'm7a.large', 'm6i.large'])
    expect(names({ image: limited(['p99.*']) })).toEqual([])
  })

  test('have NitroTPM if the image is configured for it', () => {
    const image = anImage({ tpmSupport: 'v2.0', bootMode: 'uefi' })
    const found = names({ image, like: 't2.small', limit: 5 })
    expect(found.map(name => loadCatalogue().get(name)?.nitroTpm)).toEqual(Array(5).fill('supported'))
    expect(names({ image, like: 'm5.metal', limit: 50 }).some(name => name.includes('.metal'))).toBe(false)
  })

  test('are also given for an image that is not available, for when it is', () => {
    expect(names({ image: anImage({ imageState: 'disabled' }) })).toEqual(names({}))
  })

  test('go by the name if the requested type is not known', () => {
    expect(names({ like: 'm99.large' })).toEqual(['m8i.large', 'm8a.large', 'm7i.large'])
  })

  test('go by the facts if these are given', () => {
    const like = aType({ instanceType: 'r1.odd', vCpus: 3, memoryMiB: 20000 })
    expect(names({ like, limit: 1 })).toEqual(['r8i.xlarge'])
  })

  test('are none if a fact that decides is not known, and none of no types', () => {
    expect(names({ image: {} })).toEqual([])
    expect(names({ types: NO_TYPES })).toEqual([])
    expect(names({ limit: 0 })).toEqual([])
  })

  test('include the types that were added', () => {
    const types = addTypes(loadCatalogue(), [aType({ instanceType: 'm99.large' })])
    expect(names({ types, limit: 1 })).toEqual(['m99.large'])
  })

  const anyImage: fc.Arbitrary<ImageFacts> = fc.record({
    virtualizationType: fc.constantFrom('hvm' as const, 'paravirtual' as const),
    enaSupport: fc.boolean(),
    architecture: fc.constantFrom('i386', 'x86_64', 'arm64', 'arm64_mac'),
    bootMode: fc.constantFrom('unset' as const, 'uefi' as const, 'legacy-bios' as const),
    rootDeviceType: fc.constantFrom('ebs', 'instance-store'),
  })

  test('all fit, exclude retired types and the type itself, and a higher limit only adds to them', () => {
    fc.assert(
      fc.property(anyImage, fc.constantFrom(...ALL), fc.nat(20), (image, like, limit) => {
        const found = findNearestTypes({ image, like, types: loadCatalogue(), limit })
        const more = findNearestTypes({ image, like, types: loadCatalogue(), limit: limit + 5 })
        expect(more.slice(0, limit)).toEqual(found)
        for (const type of found) {
          expect(fitOf(image, type).compatible).toBe(true)
          expect(type.retired).toBeUndefined()
          expect(type.instanceType).not.toBe(like)
        }
        expect(new Set(found).size).toBe(found.length)
      }),
      { numRuns: 60 },
    )
  })

  test('are the same whatever the order of the profiles', () => {
    const profiles = loadCatalogue()
      .profiles()
      .map(profile => ({ ...profile, types: () => profile.types().toReversed() }))
      .toReversed()
    const turned = { get: loadCatalogue().get, profiles: () => profiles }
    for (const like of ['m1.large', 'c1.medium', 'i3.metal', 'm99.large'])
      for (const image of [anImage(), PV, NO_ENA])
        expect(names({ image, like, types: turned, limit: 50 })).toEqual(names({ image, like, limit: 50 }))
  })

  test('list types of at least the requested size before any smaller one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL), name => {
        const like = loadCatalogue().get(name)
        if (like?.vCpus === undefined || like.memoryMiB === undefined) return
        const { vCpus, memoryMiB } = like
        const enough = findNearestTypes({ image: NO_ENA, like, types: loadCatalogue(), limit: 30 }).map(
          type => (type.vCpus ?? 0) >= vCpus && (type.memoryMiB ?? 0) >= memoryMiB,
        )
        expect(enough).toEqual(enough.toSorted((a, b) => Number(b) - Number(a)))
      }),
      { numRuns: 60 },
    )
  })
})
