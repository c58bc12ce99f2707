import { describe, expect, test } from '@jest/globals'
import type { Subject } from '../../shared/facts/facts.ts'
import { incompatibleImage as rule } from '../../shared/rules/incompatible-image.ts'
import { imageSubject, instanceSubject, refusedLaunch } from '../support/findings.ts'
import { inShort, messageOf, verdictOf } from '../support/verdicts.ts'

const HVM = { virtualizationType: 'hvm', enaSupport: true } as const

describe('incompatible-image', () => {
  test.each<[string, Subject, string]>([
    ['an image that fits everywhere', imageSubject(), 'PASSED'],
    [
      'a PV image: the one reason behind all others',
      imageSubject({ virtualizationType: 'paravirtual', enaSupport: false, bootMode: 'legacy-bios' }),
      'PARAVIRTUAL',
    ],
    ['an image without ENA', imageSubject({ enaSupport: false }), 'NO_ENA'],
    ['an image that boots in legacy BIOS mode only', imageSubject({ bootMode: 'legacy-bios' }), 'LEGACY_BOOT_ONLY'],
    ['both', imageSubject({ enaSupport: false, bootMode: 'legacy-bios' }), 'NO_ENA LEGACY_BOOT_ONLY'],
    ['an image that prefers UEFI', imageSubject({ bootMode: 'uefi-preferred' }), 'PASSED'],
    ['an arm64 image with UEFI', imageSubject({ architecture: 'arm64', bootMode: 'uefi' }), 'PASSED'],
    ['an arm64 image without ENA', imageSubject({ architecture: 'arm64', enaSupport: false }), 'NO_ENA'],
    ['an image whose boot mode is not known', imageSubject({}, ['bootMode']), 'PASSED'],
    ['an image whose ENA is not known', imageSubject({}, ['enaSupport']), '? image.enaSupport'],
    [
      'an image of which nothing is known',
      imageSubject({}, ['virtualizationType', 'enaSupport', 'bootMode']),
      '? image.virtualizationType',
    ],
    ['an HVM instance with ENA', instanceSubject(HVM), 'PASSED'],
    ['a PV instance', instanceSubject(), 'PARAVIRTUAL'],
    [
      'an instance whose record leaves out ENA: the image can tell',
      instanceSubject({ virtualizationType: 'hvm' }),
      '? image.enaSupport',
    ],
    [
      'an instance whose image is not known: it has to be found first',
      instanceSubject({}, ['imageId', 'virtualizationType']),
      '? instance.virtualizationType',
    ],
    ['a refused launch', refusedLaunch(), 'PASSED'],
  ])('%s', (_, subject, expected) => {
    expect(inShort(verdictOf(rule, subject))).toBe(expected)
  })

  test('says what is wrong even if something else is not known', () => {
    const subject = imageSubject({ enaSupport: false }, ['virtualizationType'])
    expect(inShort(verdictOf(rule, subject))).toBe('NO_ENA')
  })

  test('says how many types the image keeps out of reach', () => {
    expect(messageOf(verdictOf(rule, imageSubject({ enaSupport: false })))).toMatch(
      /^Image ami-0abcdef1234567890 does not have ENA on\. Out of reach: \d{3,} instance types, among them \w+/,
    )
  })

  test('says that legacy boot alone keeps an x86 image from no type', () => {
    const message = messageOf(verdictOf(rule, imageSubject({ bootMode: 'legacy-bios' })))
    expect(message).toMatch(/boots in legacy BIOS mode only .*\. No type of its architecture is out of reach\.$/)
  })

  test('names in its message the image of an instance, or the instance if the image is not known', () => {
    expect(messageOf(verdictOf(rule, instanceSubject()))).toMatch(/^Image ami-0abcdef1234567890 is paravirtual/)
    expect(messageOf(verdictOf(rule, instanceSubject({}, ['imageId'])))).toMatch(/^Image of i-0123456789abcdef0 is/)
  })
})
