import { describe, expect, test } from '@jest/globals'
import type { RefusedLaunch } from '../../shared/facts/event.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { findExemption } from '../../shared/policy/exempt.ts'
import { aLaunchRequest, anEnvelope, aRefusedLaunch, fromTemplate } from '../support/builders.ts'
import type { Json } from '../support/record-shape.ts'
import { REFUSALS } from '../support/refusals.ts'
import {
  aFailedGroupLaunch,
  aFleetError,
  aRefusedFleet,
  aRefusedGroup,
  aRefusedNodeGroup,
  aRefusedResize,
  aRefusedSpotRequest,
  aRefusedStart,
} from '../support/refused.ts'

const read = (json: unknown): RefusedLaunch => {
  const event = readEvent(json)
  if (event.kind !== 'refused-launch') throw new Error(`expected a refusal, got ${JSON.stringify(event)}`)
  return event
}

const inShort = (json: unknown) =>
  read(json).subjects.map(({ resource, refusal, instanceType, image }) =>
    [resource.id, refusal.reason ?? '?', refusal.asked ?? 'launch', image.imageId ?? '-', instanceType ?? '-'].join(
      ' ',
    ),
  )

const ID = '11111111-2222-4333-8444-555555555555'
const CALLER = '123456789012/assumed-role/Builder'

describe('a refused change of an instance', () => {
  test('that is started is of the instance, with the type in EC2’s words', () => {
    expect(inShort(aRefusedStart())).toEqual(['i-0123456789abcdef0 ENA_REQUIRED start - m5.xlarge'])
    expect(read(aRefusedStart()).subjects[0]?.resource).toMatchObject({
      type: 'AwsEc2Instance',
      arn: 'arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0',
    })
  })

  test('that is started with others is of the call, because EC2 does not say which it means', () => {
    expect(inShort(aRefusedStart({ instanceIds: ['i-01', 'i-02'] }))).toEqual([`${ID} ENA_REQUIRED start - m5.xlarge`])
  })

  test('to another type is of the instance, with the type that was asked for', () => {
    expect(inShort(aRefusedResize())).toEqual(['i-0123456789abcdef0 VIRT_TYPE_UNSUPPORTED resize - t3.micro'])
    const request = { instanceId: 'i-01', instanceType: 'm6g.large' }
    expect(inShort(aRefusedResize({ ...REFUSALS.architecture, request }))).toEqual([
      'i-01 ARCH_UNSUPPORTED resize - m6g.large',
    ])
  })

  test.each(['', 'i-', 'vol-01', '<b>i-01</b>', 'i-01 ', `i-${'0'.repeat(40)}`])(
    'of %j, which is no instance, is of the call',
    instanceId => {
      const [subject] = read(aRefusedResize({ request: { instanceId, instanceType: { value: 't3.micro' } } })).subjects
      expect(subject?.resource).toMatchObject({ type: 'AwsEc2LaunchRequest', id: ID })
    },
  )

  test('whose words do not say why keeps both types, and no reason', () => {
    const words = {
      errorCode: 'Client.InvalidInstanceAttributeValue',
      errorMessage: 'Modifying the instance type from t3.micro to m6g.large is not allowed.',
    }
    expect(read(aRefusedResize(words)).subjects[0]).toMatchObject({
      refusal: { from: 't3.micro', asked: 'resize' },
      instanceType: 'm6g.large',
    })
    expect(readEvent(aRefusedStart(words)).kind).toBe('ignored')
  })

  test('for another reason is ignored', () => {
    for (const record of [aRefusedResize, aRefusedStart, aRefusedSpotRequest])
      expect(readEvent(record({ errorCode: 'Client.IncorrectInstanceState', errorMessage: 'It runs.' }))).toMatchObject(
        {
          kind: 'ignored',
          why: 'refused for another reason: "Client.IncorrectInstanceState"',
        },
      )
  })
})

describe('a refused Spot request', () => {
  test('is of the call, with the image and type of its launch specification', () => {
    expect(inShort(aRefusedSpotRequest())).toEqual([`${ID} ENA_REQUIRED launch ami-0abcdef1234567890 m5.xlarge`])
  })
})

describe('a fleet that succeeded', () => {
  const by = (arn: string, more: Json = {}) =>
    inShort(aRefusedFleet(aFleetError(), { userIdentity: { type: 'AssumedRole', arn, ...more } }))

  test('hides nothing that another caller is refused by the same template', () => {
    const [mallory, production] = ['user/mallory', 'role/production'].map(name =>
      by(`arn:aws:iam::123456789012:${name}`),
    )
    expect(mallory).not.toEqual(production)
  })

  test('is one finding for one caller, whatever the sessions are called', () => {
    const [one, other] = ['one', 'other'].map(name => by(`arn:aws:sts::123456789012:assumed-role/deploy/${name}`))
    expect(one).toEqual(other)
    expect(one?.[0]).toContain(':123456789012/assumed-role/deploy:')
  })

  test('has no caller if EC2 Fleet calls by its own role', () => {
    const own = by('arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForEC2Fleet/1', {
      invokedBy: 'ec2fleet.amazonaws.com',
    })
    expect(own[0]).toMatch(/^lt-0abc:4:ENA_REQUIRED:/)
  })

  test('has one refusal for each pair, however often EC2 names it', () => {
    const arm = aFleetError(
      { errorCode: 'InvalidParameterValue', errorMessage: REFUSALS.architecture.errorMessage },
      { instanceType: 'm6g.large' },
    )
    const without = aFleetError({ errorCode: 'InsufficientInstanceCapacity', errorMessage: 'no capacity' })
    expect(inShort(aRefusedFleet([aFleetError(), without, arm, aFleetError({}, { subnetId: 'subnet-2' })]))).toEqual([
      `lt-0abc:4:${CALLER}:ENA_REQUIRED:ami-0abcdef1234567890:m5.xlarge ENA_REQUIRED launch ami-0abcdef1234567890 m5.xlarge`,
      `lt-0abc:4:${CALLER}:ARCH_UNSUPPORTED:ami-0abcdef1234567890:m6g.large ARCH_UNSUPPORTED launch ami-0abcdef1234567890 m6g.large`,
    ])
  })

  test('says by which template it launched, if that is one', () => {
    expect(read(aRefusedFleet()).actor).toMatchObject({ launchTemplate: 'lt-0abc:4' })
  })

  test('is the same each time that the same version is refused the same pair', () => {
    expect(inShort(aRefusedFleet(aFleetError(), { eventID: 'e-2' }))).toEqual(inShort(aRefusedFleet()))
  })

  test('without a template has the event and the pair as its id', () => {
    const bare = (instanceType: string) => ({
      ...aFleetError({ launchTemplateAndOverrides: { overrides: { instanceType } } }),
      errorMessage: REFUSALS.hvmOnOldTypes.errorMessage,
    })
    expect(inShort(aRefusedFleet([bare('m1.small'), bare('t1.micro')]))).toEqual([
      `${ID}:VIRT_TYPE_UNSUPPORTED:m1.small VIRT_TYPE_UNSUPPORTED launch - m1.small`,
      `${ID}:VIRT_TYPE_UNSUPPORTED:t1.micro VIRT_TYPE_UNSUPPORTED launch - t1.micro`,
    ])
  })

  test('by a template that alone names image and type leaves both unknown, so that an exemption of them is undecided', () => {
    const { accountId, actor, subjects } = read(
      aRefusedFleet(
        aFleetError({
          errorMessage: REFUSALS.hvmOnOldTypes.errorMessage,
          launchTemplateAndOverrides: {
            launchTemplateSpecification: { launchTemplateId: 'lt-0abc', version: 4 },
            overrides: { subnetId: 'subnet-1' },
          },
        }),
      ),
    )
    const [subject] = subjects
    if (subject === undefined) throw new Error('no refusal')
    expect([subject.image.imageId, subject.instanceType]).toEqual([undefined, undefined])
    for (const match of [{ imageId: 'ami-0abc' }, { instanceType: 'm5.large' }])
      expect(
        findExemption(
          { rule: 'incompatible-launch', subject, actor },
          [{ rule: '*', match: { accountId, ...match }, reason: 'r', owner: 'o', expires: '2027-01-31' }],
          new Date('2026-11-24'),
        ).kind,
      ).toBe('undecided')
  })

  test.each([
    ['nothing', null],
    ['an empty text', ''],
    ['another error', aFleetError({ errorCode: 'UnfulfillableCapacity', errorMessage: 'no' })],
    ['numbers', [1, 2]],
  ])('is ignored if it was refused no pair: %s', (_, errors) => {
    expect(readEvent(aRefusedFleet(errors)).kind).toBe('ignored')
  })

  test('is ignored with another error', () => {
    expect(readEvent({ ...aRefusedFleet(), errorCode: 'Client.UnauthorizedOperation' }).kind).toBe('ignored')
  })
})

describe('a group that Auto Scaling refuses', () => {
  test.each(['CreateAutoScalingGroup', 'UpdateAutoScalingGroup'])('by %s is of the call, and names the group', name => {
    expect(inShort(aRefusedGroup({ name }))).toEqual([`${ID} ARCH_UNSUPPORTED group - -`])
    expect(read(aRefusedGroup({ name })).subjects[0]).toMatchObject({
      refusal: { group: 'web', message: REFUSALS.architecture.errorMessage },
      image: { architecture: 'x86_64' },
    })
  })

  test('is nobody’s group yet: whoever calls cannot make it exempt by a name', () => {
    expect(read(aRefusedGroup()).actor).not.toHaveProperty('autoScalingGroup')
    expect(read(aRefusedGroup()).actor).toMatchObject({ launchTemplate: 'lt-0abc:4' })
  })

  test('is a refusal without the words around EC2’s, too: a launch configuration has none', () => {
    expect(inShort(aRefusedGroup({ ...REFUSALS.ena, errorCode: 'ValidationError' }))).toEqual([
      `${ID} ENA_REQUIRED group - m5.xlarge`,
    ])
  })

  test.each([
    'You must use a valid fully-formed launch template. The key pair "x" does not exist.',
    `Value (${REFUSALS.ena.errorMessage}) for parameter name is invalid.`,
    'AutoScalingGroup by this name already exists',
  ])('for another reason is ignored: %s', errorMessage => {
    expect(readEvent(aRefusedGroup({ errorMessage })).kind).toBe('ignored')
  })
})

describe('a launch of a group that failed', () => {
  test.each([
    ['of a group of one type', ''],
    ['through EC2 Fleet', 'Could not launch On-Demand Instances. InvalidParameterCombination - '],
    ['as Spot', 'Could not launch Spot Instances. InvalidParameterCombination - '],
  ])('is known by the group and the pair, %s', (_, start) => {
    const StatusMessage = `${start}${REFUSALS.ena.errorMessage} Launching EC2 instance failed.`
    expect(inShort(aFailedGroupLaunch({ StatusMessage }))).toEqual([
      'web:ENA_REQUIRED:m5.xlarge ENA_REQUIRED launch - m5.xlarge',
    ])
  })

  test('has the account, the region and the id of its envelope', () => {
    const event = read(aFailedGroupLaunch({ account: '999999999999', AutoScalingGroupARN: 'x' }, { id: 'e-7' }))
    expect(event).toMatchObject({
      accountId: '123456789012',
      region: 'us-east-1',
      event: { id: 'e-7', name: 'EC2 Instance Launch Unsuccessful', time: '2026-11-24T08:00:00Z' },
      actor: { autoScalingGroup: 'web', via: 'autoscaling.amazonaws.com' },
    })
  })

  test('is the same as the record of the call that Auto Scaling made from a template', () => {
    const userIdentity = { type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' }
    const request = aLaunchRequest({
      tags: { 'aws:autoscaling:groupName': 'web' },
      more: fromTemplate('lt-0abc', '4'),
    })
    const record = aRefusedLaunch({ ...REFUSALS.ena, userIdentity, request })
    expect(read(record).subjects.map(({ resource }) => resource.id)).toEqual(['web:ENA_REQUIRED:m5.xlarge'])
    expect(inShort(record)).toEqual(inShort(aFailedGroupLaunch()))
  })

  test.each([
    ['another code than the words have', `Could not launch On-Demand Instances. Other - ${REFUSALS.ena.errorMessage}`],
    ['a limit', 'You have requested more vCPU capacity than your current vCPU limit of 8 allows'],
    ['the words somewhere in it', `The name is: ${REFUSALS.ena.errorMessage}`],
    ['nothing', ''],
  ])('for another reason is ignored: %s', (_, StatusMessage) => {
    expect(readEvent(aFailedGroupLaunch({ StatusMessage })).kind).toBe('ignored')
  })

  test('is ignored if it does not come from Auto Scaling', () => {
    expect(readEvent(aFailedGroupLaunch({}, { source: 'my.application' }))).toMatchObject({
      kind: 'ignored',
      why: 'an event of "my.application"',
    })
  })

  test('keeps an id that the ledger can hold, whatever the group is called', () => {
    const named = (AutoScalingGroupName: string) =>
      read(aFailedGroupLaunch({ AutoScalingGroupName })).subjects[0]?.resource.id ?? ''
    const [one, other] = [named(`${'😀'.repeat(100_000)}1`), named(`${'😀'.repeat(100_000)}2`)]
    expect(one.length).toBeLessThan(500)
    expect(encodeURIComponent(one)).toContain('ENA_REQUIRED')
    expect(one).not.toBe(other)
  })
})

describe('a node group that EKS refuses', () => {
  test('has the architecture of the kind of image, and no reason without the facts of the type', () => {
    expect(read(aRefusedNodeGroup()).subjects[0]).toMatchObject({
      refusal: { asked: 'group', group: 'workers' },
      instanceType: 't4g.medium',
      image: { architecture: 'x86_64' },
    })
    const errorMessage = '[m5.large, m5.xlarge] is not a valid instance type for requested amiType BOTTLEROCKET_ARM_64'
    expect(read(aRefusedNodeGroup({ errorMessage })).subjects[0]).toMatchObject({
      instanceType: 'm5.large',
      image: { architecture: 'arm64' },
    })
  })

  test('for another reason is ignored', () => {
    expect(readEvent(aRefusedNodeGroup({ errorMessage: 'Subnets are not valid' })).kind).toBe('ignored')
  })
})

describe('every door', () => {
  const DOORS = {
    RunInstances: (more = {}) => aRefusedLaunch({ more }),
    StartInstances: (more = {}) => aRefusedStart({ more }),
    ModifyInstanceAttribute: (more = {}) => aRefusedResize({ more }),
    RequestSpotInstances: (more = {}) => aRefusedSpotRequest({ more }),
    CreateFleet: (more = {}) => aRefusedFleet(aFleetError(), { more }),
  }

  test.each(Object.entries(DOORS))('%s believes the envelope, not the record, of whose account it is', (_, door) => {
    const forged = door({ recipientAccountId: '999999999999', awsRegion: 'eu-west-1' })
    const envelope = anEnvelope(forged, { account: '123456789012', region: 'us-east-1' })
    expect(read(envelope)).toMatchObject({ accountId: '123456789012', region: 'us-east-1' })
  })

  test.each(Object.entries(DOORS))('%s is of EC2, and of nobody else by the same name', (_, door) => {
    expect(readEvent(door({ eventSource: 'x.amazonaws.com' })).kind).toBe('ignored')
  })

  test.each([
    ['a call', aRefusedLaunch({ ...REFUSALS.rootDevice, errorMessage: `AMI '${"' instance type '".repeat(60_000)}` })],
    ['a notification', aFailedGroupLaunch({ StatusMessage: `AMI '${"' with an instance-store".repeat(60_000)}` })],
    ['a node group', aRefusedNodeGroup({ errorMessage: `[${'m5.large, '.repeat(100_000)}] is not a valid instance` })],
  ])('reads a megabyte of words in no time: %s', (_, event) => {
    const begun = performance.now()
    readEvent(event)
    expect(performance.now() - begun).toBeLessThan(5_000)
  })
})
