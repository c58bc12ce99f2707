import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { allowsType, type Fit, evaluateFit as fitOf } from '../../shared/compatibility/fit.ts'
import { COMPATIBILITY_REASONS, type ImageFacts, type InstanceTypeFacts } from '../../shared/facts/facts.ts'
import { anImage, aType } from '../support/types.ts'

type Values = {
  virtualizationType: string
  enaSupport: boolean
  architecture: string
  bootMode: string
  rootDeviceType: string
}

const DOMAINS = {
  virtualizationType: ['hvm', 'paravirtual'],
  enaSupport: [true, false],
  architecture: ['i386', 'x86_64', 'arm64', 'x86_64_mac', 'arm64_mac'],
  bootMode: ['legacy-bios', 'uefi', 'uefi-preferred', 'unset'],
  rootDeviceType: ['ebs', 'instance-store'],
} as const
const FACTS = Object.keys(DOMAINS) as (keyof Values)[]

const product = (domains: readonly (readonly unknown[])[]): unknown[][] =>
  domains.reduce<unknown[][]>((rows, domain) => rows.flatMap(row => domain.map(value => [...row, value])), [[]])

const asImage = (row: unknown[]): ImageFacts =>
  Object.fromEntries(
    FACTS.map((fact, index) => [fact, row[index]]).filter(([, value]) => value !== undefined),
  ) as ImageFacts

/** Every image with every fact known or not: 3 x 3 x 6 x 5 x 3. */
const IMAGES = product(FACTS.map(fact => [...DOMAINS[fact], undefined])).map(asImage)

/** The rules as EC2 has them, of an image and a type of which all is known. */
const launches = (image: Values, type: InstanceTypeFacts, roots: readonly string[]): boolean =>
  type.virtualizationTypes.indexOf(image.virtualizationType) >= 0 &&
  type.architectures.indexOf(image.architecture) >= 0 &&
  roots.indexOf(image.rootDeviceType) >= 0 &&
  !(image.bootMode === 'uefi' && !type.bootModes.some(mode => mode === 'uefi')) &&
  !(image.bootMode === 'legacy-bios' && !type.bootModes.some(mode => mode === 'legacy-bios')) &&
  !(type.ena === 'required' && !image.enaSupport)

/** The rules tried on every image and type that the known facts leave possible. */
const reference = (image: ImageFacts, type: InstanceTypeFacts): Pick<Fit, 'compatible' | 'missing'> => {
  const worlds = product(FACTS.map(fact => (image[fact] === undefined ? DOMAINS[fact] : [image[fact]]))) as unknown[][]
  const roots = [
    type.rootDeviceTypes,
    ...(type.partial && type.nvmeLocal !== 'none' ? [['ebs', 'instance-store']] : []),
  ]
  const answers = new Map(
    roots.flatMap((list, index) =>
      worlds.map(
        row => [`${index} ${row.join(' ')}`, launches(asImage(row) as unknown as Values, type, list)] as const,
      ),
    ),
  )
  const outcomes = new Set(answers.values())
  const compatible = outcomes.size === 1 ? [...outcomes][0] : undefined
  const decides = (place: number): boolean => {
    const groups = new Map<string, boolean>()
    for (const [key, answer] of answers) {
      const rest = key
        .split(' ')
        .filter((_, index) => index !== place)
        .join(' ')
      if (groups.has(rest) && groups.get(rest) !== answer) return true
      groups.set(rest, answer)
    }
    return false
  }
  const missing = FACTS.filter((fact, index) => image[fact] === undefined && decides(index + 1))
  // Of a type whose list is partial, the image's own root device is asked for first.
  const ofType = image.rootDeviceType !== undefined && decides(0) ? (['rootDeviceTypes'] as const) : []
  return { compatible, missing: [...missing, ...ofType] }
}

const profiles = loadCatalogue().profiles()

describe('whether an image fits a type', () => {
  test('is what every possible world of the unknown facts agrees on, for every kind of type', () => {
    for (const { facts } of profiles) {
      for (const image of IMAGES) {
        const { compatible, missing } = fitOf(image, facts)
        const expected = reference(image, facts)
        if (compatible !== expected.compatible || missing.toSorted().join() !== expected.missing.toSorted().join())
          expect({ image, type: facts.instanceType, compatible, missing }).toEqual({
            image,
            type: facts.instanceType,
            ...expected,
          })
      }
    }
  })

  test('is for every type of the catalogue the answer for its profile', () => {
    const grid = IMAGES.filter((_, index) => index % 7 === 0)
    for (const { facts, types } of profiles) {
      const answers = grid.map(image => fitOf(image, facts))
      for (const name of types()) {
        const own = loadCatalogue().get(name)
        if (own === undefined) throw new Error(`${name} is in a profile but not known`)
        expect(grid.map(image => fitOf(image, own))).toEqual(answers)
      }
    }
  })

  test('never changes between yes and no as facts become known, and ends in an answer', () => {
    const types = fc.constantFrom(...profiles.map(({ facts }) => facts).filter(facts => !facts.partial))
    const worlds = fc.record({
      virtualizationType: fc.constantFrom(...DOMAINS.virtualizationType),
      enaSupport: fc.boolean(),
      architecture: fc.constantFrom(...DOMAINS.architecture),
      bootMode: fc.constantFrom(...DOMAINS.bootMode),
      rootDeviceType: fc.constantFrom(...DOMAINS.rootDeviceType),
    })
    fc.assert(
      fc.property(worlds, types, fc.shuffledSubarray(FACTS, { minLength: 5, maxLength: 5 }), (world, type, order) => {
        let known: ImageFacts = {}
        let before = fitOf(known, type)
        for (const fact of order) {
          known = { ...known, [fact]: world[fact] }
          const now = fitOf(known, type)
          if (before.compatible !== undefined) expect(now.compatible).toBe(before.compatible)
          for (const reason of before.reasons) expect(now.reasons).toContain(reason)
          before = now
        }
        expect(before.compatible).toEqual(expect.any(Boolean))
      }),
      { numRuns: 1000 },
    )
  })

  test('lists reasons in their fixed order, advisory or not', () => {
    const wrong = anImage({
      virtualizationType: 'paravirtual',
      architecture: 'arm64',
      rootDeviceType: 'instance-store',
      bootMode: 'uefi',
      enaSupport: false,
      instanceTypeSpecification: { supported: ['m6i.*'], unsupported: [] },
      tpmSupport: 'v2.0',
      imageState: 'disabled',
    })
    expect(fitOf(wrong, aType({ bootModes: ['legacy-bios'], nitroTpm: 'unsupported' }))).toEqual({
      compatible: false,
      reasons: [...COMPATIBILITY_REASONS],
      missing: [],
    })
  })

  test('does not depend on NVMe, which is advisory only', () => {
    expect(fitOf(anImage(), aType())).toEqual({ compatible: true, reasons: ['NVME_DRIVER_ADVISORY'], missing: [] })
    const local = aType({ nvmeEbs: 'supported', nvmeLocal: 'required' })
    expect(fitOf(anImage(), local).reasons).toEqual(['NVME_DRIVER_ADVISORY'])
    expect(fitOf(anImage(), aType({ nvmeEbs: 'supported', nvmeLocal: 'unsupported' })).reasons).toEqual([])
  })

  test('lists as missing only facts that could change the answer', () => {
    const { enaSupport: _, ...noEna } = anImage()
    expect(fitOf(noEna, aType({ ena: 'supported' })).compatible).toBe(true)
    expect(fitOf(noEna, aType())).toMatchObject({ compatible: undefined, missing: ['enaSupport'] })
    expect(fitOf({ ...noEna, virtualizationType: 'paravirtual' }, aType())).toMatchObject({
      compatible: false,
      missing: [],
    })
    expect(fitOf({}, aType()).missing).toEqual(['virtualizationType', 'architecture', 'rootDeviceType', 'enaSupport'])
  })

  test('on a type of the documents leaves open what they do not mention, and that alone', () => {
    const documented = loadCatalogue().get('hs1.8xlarge') ?? aType()
    expect(fitOf(anImage({ rootDeviceType: 'instance-store' }), documented)).toEqual({
      compatible: undefined,
      reasons: [],
      missing: ['rootDeviceTypes'],
    })
    expect(fitOf(anImage({ architecture: 'i386' }), documented).compatible).toBe(false)
    expect(fitOf(anImage({ bootMode: 'uefi' }), documented).compatible).toBe(false)
  })

  test('on a type without an instance store is no for an instance-store root, even if only documents know the type', () => {
    const bare = loadCatalogue().get('u-12tb1.metal') ?? aType()
    expect(bare.partial).toBe(true)
    expect(fitOf(anImage({ rootDeviceType: 'instance-store' }), bare).reasons).toContain('ROOT_DEVICE_UNSUPPORTED')
  })
})

const limit = (supported: readonly string[], unsupported: readonly string[] = []): ImageFacts =>
  anImage({ instanceTypeSpecification: { supported, unsupported } })

describe('the types that the owner of an image allows', () => {
  test.each([
    ['t3.micro', ['t3.*'], [], true],
    ['t3a.micro', ['t3.*'], [], false],
    ['t3.micro', ['t3.*', 'a2.*'], ['t3.micro'], false],
    ['t3.small', ['t3.*', 'a2.*'], ['t3.micro'], true],
    ['t3.small', [], ['t3.micro'], true],
    ['t3.micro', [], ['t3.micro'], false],
    // The star crosses the dot.
    ['c5.12xlarge', ['*xlarge'], [], true],
    ['c5.large', ['*xlarge'], [], false],
    ['m5.12xlarge', ['*.12xlarge'], [], true],
    ['m5.112xlarge', ['*.12xlarge'], [], false],
    ['p4d.24xlarge', ['p4d*large'], [], true],
    ['p4d.24xlarge', ['P4d.*'], [], false],
  ] as const)('%s with supported %j and unsupported %j: %s', (instanceType, supported, unsupported, allowed) => {
    const image = limit(supported, unsupported)
    expect(allowsType(image, instanceType)).toBe(allowed)
    const fit = fitOf(image, aType({ instanceType, ena: 'supported', nvmeEbs: 'supported' }))
    expect(fit).toEqual({ compatible: allowed, reasons: allowed ? [] : ['TYPE_NOT_ALLOWED_BY_IMAGE'], missing: [] })
  })

  test('are all types if nothing is limited, or nothing is known of it', () => {
    expect(allowsType({ instanceTypeSpecification: 'unset' }, 'm5.large')).toBe(true)
    expect(allowsType({}, 'm5.large')).toBe(true)
  })
})

describe('NitroTPM', () => {
  const tpm = anImage({ tpmSupport: 'v2.0', bootMode: 'uefi' })

  test.each([
    ['a type without it', { nitroTpm: 'unsupported' }, false],
    ['a type with it', { nitroTpm: 'supported' }, true],
    ['a type with this version of it', { nitroTpm: 'supported', nitroTpmVersions: ['2.0'] }, true],
    ['a type with another version of it', { nitroTpm: 'supported', nitroTpmVersions: ['3.0'] }, false],
    ['a type of which it is not known', {}, undefined],
  ] as const)('of an image on %s', (_, type, expected) => {
    const { compatible, reasons, missing } = fitOf(tpm, aType(type))
    expect(compatible).toBe(expected)
    expect(reasons.includes('TPM_UNSUPPORTED')).toBe(expected === false)
    expect(missing).toEqual(expected === undefined ? ['nitroTpm'] : [])
  })

  test('matters to no image that is not configured for it', () => {
    for (const tpmSupport of [undefined, 'unset'])
      expect(
        fitOf({ ...anImage(), ...(tpmSupport && { tpmSupport }) }, aType({ nitroTpm: 'unsupported' })).compatible,
      ).toBe(true)
  })

  test('is on every current Nitro type except bare metal and the old Arm ones, by the catalogue, and unknown for old types', () => {
    const of = (name: string) => loadCatalogue().get(name)?.nitroTpm
    expect(['m5.large', 'm7g.large', 't3.micro'].map(of)).toEqual(['supported', 'supported', 'supported'])
    expect(['t2.small', 'm5.metal', 'a1.large'].map(of)).toEqual(['unsupported', 'unsupported', 'unsupported'])
    expect(of('hs1.8xlarge')).toBeUndefined()
  })
})

describe('the state of an image', () => {
  test.each(['failed', 'invalid', 'error', 'disabled', 'deregistered'])(
    'excludes every launch if it is %s',
    imageState => {
      expect(fitOf(anImage({ imageState }), aType())).toEqual({
        compatible: false,
        reasons: ['NVME_DRIVER_ADVISORY', 'IMAGE_NOT_AVAILABLE'],
        missing: [],
      })
    },
  )

  test.each(['pending', 'transient', 'a-new-one'])(
    'is uncertain if it is %s, because the image may become available',
    imageState => {
      expect(fitOf(anImage({ imageState }), aType())).toEqual({
        compatible: undefined,
        reasons: ['NVME_DRIVER_ADVISORY'],
        missing: ['imageState'],
      })
    },
  )

  test('does not matter if it is available, deprecated or not', () => {
    const image = anImage({ imageState: 'available', deprecationTime: '2020-01-01T00:00:00.000Z' })
    expect(fitOf(image, aType()).compatible).toBe(true)
  })
})

describe('more facts', () => {
  const facts = fc.record(
    {
      virtualizationType: fc.constantFrom(...DOMAINS.virtualizationType),
      enaSupport: fc.boolean(),
      architecture: fc.constantFrom(...DOMAINS.architecture),
      bootMode: fc.constantFrom(...DOMAINS.bootMode),
      rootDeviceType: fc.constantFrom(...DOMAINS.rootDeviceType),
      tpmSupport: fc.constantFrom('v2.0', 'unset'),
      imageState: fc.constantFrom('available', 'pending', 'failed', 'disabled'),
      instanceTypeSpecification: fc.oneof(
        fc.constant('unset' as const),
        fc.record({
          supported: fc.array(fc.constantFrom('t3.*', '*.large', 'm5.*', '*xlarge'), { maxLength: 3 }),
          unsupported: fc.array(fc.constantFrom('t3.micro', '*metal', 'm5.large'), { maxLength: 3 }),
        }),
      ),
    },
    { requiredKeys: [] },
  )

  test('never turn a no into a yes, and take no reason back', () => {
    const types = fc.constantFrom(...profiles.map(({ facts: type }) => type))
    fc.assert(
      fc.property(facts, types, fc.func(fc.boolean()), (all, type, isKnown) => {
        const known = Object.fromEntries(Object.entries(all).filter(([fact]) => isKnown(fact)))
        const before = fitOf(known, type)
        const after = fitOf(all, type)
        if (before.compatible === false) expect(after.compatible).toBe(false)
        for (const reason of before.reasons) expect(after.reasons).toContain(reason)
      }),
      { numRuns: 1000 },
    )
  })
})
