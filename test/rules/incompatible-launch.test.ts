import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createSubjects } from '../../shared/engine/subjects.ts'
import type { CompatibilityReason, ImageFacts, Subject } from '../../shared/facts/facts.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { incompatibleLaunch as rule } from '../../shared/rules/incompatible-launch.ts'
import { aLaunchRequest, aRefusedLaunch } from '../support/builders.ts'
import { anImage, imageSubject, instanceSubject, refusedLaunch } from '../support/findings.ts'
import { REFUSALS } from '../support/refusals.ts'
import {
  aFailedGroupLaunch,
  aRefusedGroup,
  aRefusedNodeGroup,
  aRefusedResize,
  aRefusedStart,
} from '../support/refused.ts'
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
    const [subject = refusedLaunch()] = event.subjects
    expect(inShort(verdictOf(rule, subject))).toContain(subject.refusal.reason)
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

describe('what was refused through another door', () => {
  const verdictOn = (json: unknown) => {
    const event = readEvent(json)
    if (event.kind !== 'refused-launch') throw new Error(`not a refused launch: ${event.kind}`)
    const [subject = refusedLaunch()] = event.subjects
    return verdictOf(rule, subject)
  }
  const resize = (from: string, to: string) =>
    aRefusedResize({
      errorCode: 'Client.InvalidInstanceAttributeValue',
      errorMessage: `Modifying the instance type from ${from} to ${to} is not allowed.`,
      request: { instanceId: 'i-01', instanceType: { value: to } },
    })
  const nodeGroup = (type: string, amiType: string) =>
    aRefusedNodeGroup({ errorMessage: `[${type}] is not a valid instance type for requested amiType ${amiType}` })
  const AMBIGUOUS = {
    errorCode: 'Client.Unsupported',
    errorMessage:
      'The requested configuration is currently not supported. Please check the documentation for supported configurations.',
  }

  test.each([
    ['a start', aRefusedStart(), 'EC2 refused to start i-0123456789abcdef0 as m5.xlarge: the type requires ENA'],
    ['a resize', aRefusedResize(), 'EC2 refused to change i-0123456789abcdef0 to t3.micro: the type does not take'],
    ['a group', aRefusedGroup(), 'EC2 would refuse what the group web launches, an image on a type'],
    ['a launch of a group', aFailedGroupLaunch(), 'EC2 refused to launch an image on m5.xlarge for the group web: the'],
  ])('says what was asked for: %s', (_, json, message) => {
    expect(messageOf(verdictOn(json))).toContain(message)
  })

  test.each([
    ['a resize to another architecture', resize('t3.micro', 'm6g.large'), 'ARCH_UNSUPPORTED'],
    ['a resize of the same architecture', resize('g5.4xlarge', 'p4d.24xlarge'), 'PASSED'],
    ['a resize from a type that nobody knows', resize('x99.large', 'm6g.large'), 'PASSED'],
    ['a resize to a type that nobody knows', resize('t3.micro', 'x99.large'), 'PASSED'],
    ['a node group of another architecture', nodeGroup('t4g.medium', 'AL2023_x86_64_STANDARD'), 'ARCH_UNSUPPORTED'],
    ['a node group of the same architecture', nodeGroup('m7gd.medium', 'AL2_ARM_64'), 'PASSED'],
    ['a launch of which nothing is known', aRefusedLaunch(AMBIGUOUS), 'PASSED'],
    [
      'a launch with a kernel on a type without PV',
      aRefusedLaunch({ ...AMBIGUOUS, request: aLaunchRequest({ more: { kernelId: 'aki-919dcaf8' } }) }),
      'VIRT_TYPE_UNSUPPORTED',
    ],
    [
      'a launch with a kernel on a type with PV',
      aRefusedLaunch({
        ...AMBIGUOUS,
        request: aLaunchRequest({ instanceType: 'm1.small', more: { kernelId: 'aki-919dcaf8' } }),
      }),
      'PASSED',
    ],
  ])('in words that mean anything is a misfit only if known facts clash: %s', (_, json, expected) => {
    expect(inShort(verdictOn(json))).toContain(expected)
  })

  test('asks EC2 for nothing because of such words', () => {
    const [subject] = createSubjects(readEvent(aRefusedLaunch(AMBIGUOUS)))
    expect(subject && verdictOf(rule, subject)).toEqual({ status: 'PASSED' })
  })

  test('stays FAILED whatever else becomes known', () => {
    const FACTS: ImageFacts = {
      virtualizationType: 'hvm',
      enaSupport: true,
      architecture: 'x86_64',
      bootMode: 'uefi-preferred',
      rootDeviceType: 'ebs',
      tpmSupport: 'unset',
    }
    const facts = Object.entries(FACTS)
    const events = [
      aRefusedStart(),
      resize('t3.micro', 'm6g.large'),
      aFailedGroupLaunch(),
      nodeGroup('t4g.small', 'AL2_x86_64'),
    ]
    fc.assert(
      fc.property(fc.constantFrom(...events), fc.subarray(facts), (json, more) => {
        const [subject = refusedLaunch()] = createSubjects(readEvent(json))
        if (subject.kind !== 'refused-launch') throw new Error('not refused')
        expect(verdictOf(rule, subject).status).toBe('FAILED')
        const image = { ...Object.fromEntries(more), ...subject.image }
        expect(verdictOf(rule, { ...subject, image }).status).toBe('FAILED')
      }),
    )
  })
})
