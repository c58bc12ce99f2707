import { describe, expect, test } from '@jest/globals'
import type { RefusedSubject } from '../../shared/facts/event.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { aLaunchRequest, aRefusedLaunch, fromTemplate } from '../support/builders.ts'
import { REFUSALS } from '../support/refusals.ts'

const refused = (record: unknown): RefusedSubject => {
  const event = readEvent(record)
  if (event.kind !== 'refused-launch') throw new Error(`expected a refusal, got ${JSON.stringify(event)}`)
  const [subject] = event.subjects
  if (subject === undefined || event.subjects.length > 1) throw new Error('expected one subject')
  return subject
}

const fromNowhere = aLaunchRequest({ more: fromTemplate('lt-0abc', '4') })

describe('a launch that EC2 refused because image and type do not fit', () => {
  test.each([
    ['virtualization', 'VIRT_TYPE_UNSUPPORTED', 't3.micro', { virtualizationType: 'paravirtual' }],
    ['hvmOnOldTypes', 'VIRT_TYPE_UNSUPPORTED', undefined, { virtualizationType: 'hvm' }],
    ['ena', 'ENA_REQUIRED', 'm5.xlarge', { enaSupport: false }],
    ['bootMode', 'BOOT_MODE_UNSUPPORTED', 't2.micro', { bootMode: 'uefi' }],
    ['architecture', 'ARCH_UNSUPPORTED', undefined, { architecture: 'x86_64' }],
    ['architectureOld', 'ARCH_UNSUPPORTED', undefined, { imageId: 'ami-0abcdef1234567890', architecture: 'arm64' }],
    [
      'rootDevice',
      'ROOT_DEVICE_UNSUPPORTED',
      'c5d.9xlarge',
      { imageId: 'ami-0abcdef1234567890', rootDeviceType: 'instance-store' },
    ],
    ['allowedTypes', 'TYPE_NOT_ALLOWED_BY_IMAGE', undefined, {}],
    ['tpm', 'TPM_UNSUPPORTED', 't2.small', { tpmSupport: 'v2.0' }],
  ] as const)('is read from its message: %s', (kind, reason, instanceType, image) => {
    const { errorCode, errorMessage } = REFUSALS[kind]
    for (const code of [errorCode, errorCode.replace('Client.', '')]) {
      const subject = refused(aRefusedLaunch({ errorCode: code, errorMessage, request: fromNowhere }))
      expect(subject.refusal).toEqual({ reason, message: errorMessage })
      expect(subject.instanceType).toBe(instanceType)
      expect(subject.image).toEqual(image)
    }
  })

  test('is known by the id of its event', () => {
    expect(refused(aRefusedLaunch({ eventID: 'e-1' })).resource).toMatchObject({
      type: 'AwsEc2LaunchRequest',
      id: 'e-1',
    })
  })

  test('has the image and the type of its request if the message does not name them', () => {
    const request = aLaunchRequest({ imageId: 'ami-0eeeeeeeeeeeeeee0', instanceType: 'c6g.large' })
    const subject = refused(aRefusedLaunch({ ...REFUSALS.architecture, request }))
    expect(subject.instanceType).toBe('c6g.large')
    expect(subject.image).toEqual({ imageId: 'ami-0eeeeeeeeeeeeeee0', architecture: 'x86_64' })
  })

  test('keeps its reason if EC2 has changed the rest of the sentence', () => {
    const errorMessage =
      'Enhanced networking with the Elastic Network Adapter (ENA) is required for the type you chose.'
    const subject = refused(aRefusedLaunch({ ...REFUSALS.ena, errorMessage }))
    expect(subject.refusal.reason).toBe('ENA_REQUIRED')
    expect(subject.instanceType).toBe('t3.micro')
  })

  test('says for whom it was made', () => {
    const event = readEvent(aRefusedLaunch({ request: fromNowhere }))
    expect(event).toMatchObject({ actor: { launchTemplate: 'lt-0abc:4' } })
  })

  test('ignores tags of AWS, which anybody may put into a request before EC2 checks it', () => {
    const tags = {
      'aws:autoscaling:groupName': 'exempt',
      'aws:cloudformation:stack-name': 'x',
      'eks:cluster-name': 'c',
    }
    expect(readEvent(aRefusedLaunch({ request: aLaunchRequest({ tags }) }))).toHaveProperty('actor', {
      arn: 'arn:aws:sts::123456789012:assumed-role/Builder/jane',
      cluster: 'c',
    })
  })

  test('keeps the tags of AWS in a call that Auto Scaling made', () => {
    const tags = { 'aws:autoscaling:groupName': 'web' }
    const userIdentity = { type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' }
    expect(readEvent(aRefusedLaunch({ userIdentity, request: aLaunchRequest({ tags }) }))).toMatchObject({
      actor: { autoScalingGroup: 'web' },
    })
  })

  test.each([
    ['Legacy BIOS', 'legacy-bios'],
    ['UEFI Preferred', 'uefi-preferred'],
    ['something new', undefined],
  ])('has for the boot mode %s the boot mode %s in its facts', (words, bootMode) => {
    const errorMessage = REFUSALS.bootMode.errorMessage.replace('boot mode of UEFI', `boot mode of ${words}`)
    expect(refused(aRefusedLaunch({ ...REFUSALS.bootMode, errorMessage })).image.bootMode).toBe(bootMode)
  })
})

describe('a launch that failed otherwise is ignored', () => {
  test.each([
    ['Client.DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 'a dry run'],
    ['DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 'a dry run'],
    [
      'Client.VcpuLimitExceeded',
      'You have requested more vCPU',
      'refused for another reason: "Client.VcpuLimitExceeded"',
    ],
    [
      'Client.InvalidParameterValue',
      'Value (x) for parameter iamInstanceProfile.name is invalid.',
      'refused for another reason: "Client.InvalidParameterValue"',
    ],
    // The right words under another code.
    [
      'Client.InvalidParameterValue',
      REFUSALS.virtualization.errorMessage,
      'refused for another reason: "Client.InvalidParameterValue"',
    ],
    ['Server.InternalError', undefined, 'refused for another reason: "Server.InternalError"'],
    ['x\n\u202ey', undefined, 'refused for another reason: "x??y"'],
  ])('with %j: %j', (errorCode, errorMessage, why) => {
    expect(readEvent(aRefusedLaunch({ errorCode, more: { errorMessage } }))).toMatchObject({ kind: 'ignored', why })
  })
})
