import { describe, expect, test } from '@jest/globals'
import type { CompatibilityReason, Subject } from '../../shared/facts/facts.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { incompatibleLaunch as rule } from '../../shared/rules/incompatible-launch.ts'
import { aRefusedLaunch } from '../support/builders.ts'
import { anImage, imageSubject, instanceSubject, refusedLaunch } from '../support/findings.ts'
import { REFUSALS } from '../support/refusals.ts'
import { inShort, messageOf, verdictOf } from '../support/verdicts.ts'

const refusedFor = (reason: CompatibilityReason) => ({ reason, message: 'as recorded' })
const wantsOf = (subject: Subject) => {
  const verdict = verdictOf(rule, subject)
  return verdict.status === 'FAILED' ? verdict.wants : 'not FAILED'
}

describe('incompatible-launch', () => {
  test.each<[string, Subject, string]>([
    ['a PV image on an HVM-only type', refusedLaunch(), 'VIRT_TYPE_UNSUPPORTED'],
    [
      'a whole PV image on such a type: ENA is missing as well',
      refusedLaunch({ image: anImage({ virtualizationType: 'paravirtual', enaSupport: false }) }),
      'VIRT_TYPE_UNSUPPORTED ENA_REQUIRED',
    ],
    [
      'an arm64 image on an x86 type',
      refusedLaunch({ refusal: refusedFor('ARCH_UNSUPPORTED'), image: anImage({ architecture: 'arm64' }) }),
      'ARCH_UNSUPPORTED',
    ],
    [
      'an image without ENA on m5',
      refusedLaunch({
        refusal: refusedFor('ENA_REQUIRED'),
        instanceType: 'm5.large',
        image: anImage({ enaSupport: false }),
      }),
      'ENA_REQUIRED',
    ],
    [
      'a UEFI image on t2',
      refusedLaunch({
        refusal: refusedFor('BOOT_MODE_UNSUPPORTED'),
        instanceType: 't2.micro',
        image: anImage({ bootMode: 'uefi' }),
      }),
      'BOOT_MODE_UNSUPPORTED',
    ],
    [
      'an image of which EC2 may not be asked',
      refusedLaunch({ refusal: refusedFor('ROOT_DEVICE_UNSUPPORTED'), image: {} }),
      'ROOT_DEVICE_UNSUPPORTED',
    ],
    [
      'a type that nobody knows',
      refusedLaunch({
        refusal: refusedFor('ENA_REQUIRED'),
        instanceType: 'x99.large',
        image: anImage({ enaSupport: false }),
      }),
      'ENA_REQUIRED',
    ],
    [
      'a type that the owner of the image does not allow',
      refusedLaunch({
        refusal: refusedFor('TYPE_NOT_ALLOWED_BY_IMAGE'),
        image: anImage({ instanceTypeSpecification: { supported: ['m7i.*'], unsupported: [] } }),
      }),
      'TYPE_NOT_ALLOWED_BY_IMAGE',
    ],
    [
      'an image for NitroTPM on t2: its boot mode does not fit either',
      refusedLaunch({
        refusal: refusedFor('TPM_UNSUPPORTED'),
        instanceType: 't2.small',
        image: anImage({ bootMode: 'uefi', tpmSupport: 'v2.0' }),
      }),
      'BOOT_MODE_UNSUPPORTED TPM_UNSUPPORTED',
    ],
    ['an instance that runs', instanceSubject(), 'PASSED'],
    ['an image', imageSubject(), 'PASSED'],
  ])('%s', (_, subject, expected) => {
    expect(inShort(verdictOf(rule, subject))).toBe(expected)
  })

  test.each(Object.entries(REFUSALS))('understands what EC2 says of %s', (_, refusal) => {
    const event = readEvent(aRefusedLaunch(refusal))
    if (event.kind !== 'refused-launch') throw new Error(`not a refused launch: ${event.kind}`)
    expect(inShort(verdictOf(rule, event.subject))).toContain(event.subject.refusal.reason)
  })

  test('keeps what EC2 said, even if the facts say nothing of it', () => {
    const subject = refusedLaunch({ refusal: refusedFor('BOOT_MODE_UNSUPPORTED'), image: anImage() })
    expect(inShort(verdictOf(rule, subject))).toBe('BOOT_MODE_UNSUPPORTED')
  })

  test('a type that the image does not allow is answered with types that it allows, or with none', () => {
    const refusal = refusedFor('TYPE_NOT_ALLOWED_BY_IMAGE')
    const limit = { supported: ['m7i.*', 't3.*'], unsupported: ['t3.micro'] }
    const limited = refusedLaunch({ refusal, image: anImage({ instanceTypeSpecification: limit }) })
    expect(messageOf(verdictOf(rule, limited))).toContain('The image fits t3.small, t3.medium, t3.large.')
    // All else is known, but not what the owner allows: then a type is a guess.
    const unknown = refusedLaunch({ refusal, image: anImage({ imageId: 'ami-0abcdef1234567890' }) })
    expect(messageOf(verdictOf(rule, unknown))).not.toContain('The image fits')
    expect(wantsOf(unknown)).toEqual([{ of: 'image', fact: 'virtualizationType' }])
  })

  test('says what to do about each reason: another type and, if it helps, who can change the image', () => {
    const remediationOf = (reason: CompatibilityReason, image = anImage()) => {
      const verdict = verdictOf(rule, refusedLaunch({ refusal: refusedFor(reason), image }))
      return verdict.status === 'FAILED' ? verdict.remediation : 'not FAILED'
    }
    expect(remediationOf('ENA_REQUIRED')).toBeUndefined()
    expect(remediationOf('TYPE_NOT_ALLOWED_BY_IMAGE')).toContain('replace-image-instance-type-specification')
    expect(remediationOf('TPM_UNSUPPORTED')).toContain('--tpm-support')
    const both = remediationOf('TPM_UNSUPPORTED', anImage({ architecture: 'arm64' }))
    expect(both).toContain(rule.remediation)
    expect(both).toContain('--tpm-support')
  })

  test('gives the NVMe advisory as no reason, because it refuses nothing', () => {
    const subject = refusedLaunch({
      refusal: refusedFor('ARCH_UNSUPPORTED'),
      image: anImage({ architecture: 'arm64' }),
    })
    expect(inShort(verdictOf(rule, subject))).not.toContain('NVME')
  })

  test('says what the image does fit, if the image is known', () => {
    const subject = refusedLaunch({ image: anImage({ virtualizationType: 'paravirtual', enaSupport: false }) })
    expect(messageOf(verdictOf(rule, subject))).toMatch(/The image fits (c1|c3|m1|m2|m3|t1)\./)
  })

  test('does not say what the image fits, if the image is not known', () => {
    expect(messageOf(verdictOf(rule, refusedLaunch()))).toBe(
      'EC2 refused to launch ami-0abcdef1234567890 on t3.micro: the type does not take the virtualization type of the image.',
    )
  })

  test.each<[string, Subject, unknown]>([
    ['an image that has an id', refusedLaunch(), [{ of: 'image', fact: 'virtualizationType' }]],
    ['no image at all', refusedLaunch({ image: {} }), undefined],
    ['a whole image', refusedLaunch({ image: anImage() }), undefined],
    [
      'a type that nobody knows',
      refusedLaunch({ image: anImage(), instanceType: 'x99.large' }),
      [{ of: 'type', fact: 'virtualizationTypes' }],
    ],
  ])('asks for more only what can be read: %s', (_, subject, expected) => {
    expect(wantsOf(subject)).toEqual(expected)
  })

  test('alerts a record that names neither image nor type', () => {
    const { instanceType: _, ...nameless } = refusedLaunch({ image: {} })
    expect(messageOf(verdictOf(rule, nameless))).toContain('an image on a type that the record does not name')
  })
})
