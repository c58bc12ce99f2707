import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeProfile, encodeProfile, type Profile } from '../../shared/catalogue/profile.ts'

const words = (...values: string[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 })
const support = fc.constantFrom('unsupported' as const, 'supported' as const, 'required' as const)

const profiles: fc.Arbitrary<Profile> = fc
  .record({
    virtualizationTypes: words('hvm', 'paravirtual'),
    hypervisor: fc.constantFrom('nitro' as const, 'xen' as const, 'none' as const),
    ena: support,
    nvmeEbs: support,
    nvmeLocal: fc.oneof(support, fc.constant('none' as const)),
    bootModes: words('legacy-bios', 'uefi'),
    architectures: words('i386', 'x86_64', 'arm64', 'arm64_mac', 'riscv64'),
    rootDeviceTypes: words('ebs', 'instance-store'),
    partial: fc.boolean(),
    isRetired: fc.boolean(),
    tpm: fc.constantFrom(
      {},
      { nitroTpm: 'unsupported' as const },
      { nitroTpm: 'supported' as const },
      { nitroTpm: 'supported' as const, nitroTpmVersions: ['2.0', '3.0'] },
    ),
  })
  .map(({ isRetired, tpm, ...profile }) => ({ ...profile, ...(isRetired ? { retired: true as const } : {}), ...tpm }))

const sorted = (profile: Profile): Profile => ({
  ...profile,
  virtualizationTypes: profile.virtualizationTypes.toSorted(),
  bootModes: profile.bootModes.toSorted(),
  architectures: profile.architectures.toSorted(),
  rootDeviceTypes: profile.rootDeviceTypes.toSorted(),
})

describe('an encoded profile', () => {
  test('gives back every fact, with its lists in order', () => {
    fc.assert(fc.property(profiles, profile => expect(decodeProfile(encodeProfile(profile))).toEqual(sorted(profile))))
  })

  test('is the same line for the same facts, and another for others', () => {
    fc.assert(
      fc.property(profiles, profiles, (a, b) => {
        const same =
          JSON.stringify(Object.entries(sorted(a)).toSorted()) === JSON.stringify(Object.entries(sorted(b)).toSorted())
        expect(encodeProfile(a) === encodeProfile(b)).toBe(same)
      }),
    )
  })

  test.each([
    '',
    'hvm nitro required',
    'hvm kvm required required none uefi arm64 ebs',
    'hvm xen required required none uefi arm64 ebs old',
    'hvm xen required required none uefi arm64 ebs tpm:',
  ])('is refused if no generator wrote it: %j', line => expect(() => decodeProfile(line)).toThrow(/^catalogue: /))
})
