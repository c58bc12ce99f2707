import { describe, expect, test } from '@jest/globals'
import { createSubjects } from '../../shared/engine/subjects.ts'
import type { Subject } from '../../shared/facts/facts.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import {
  aLargeLaunch,
  anEnvelope,
  anInstanceItem,
  aRefusedLaunch,
  aRegisterImageRecord,
  aRunInstancesRecord,
  aRunningNotification,
} from '../support/builders.ts'
import { EVENT, instanceIds } from '../support/findings.ts'

const subjects = (json: unknown): readonly Subject[] => createSubjects(readEvent(json))
const idsOf = (found: readonly Subject[]): readonly string[] => found.map(({ resource }) => resource.id)

describe('the subjects of an event', () => {
  test('of a launch are its instances, each with its own facts', () => {
    const found = subjects(
      aRunInstancesRecord({
        instances: [
          anInstanceItem({ instanceId: 'i-00000000000000001', virtualizationType: 'paravirtual' }),
          anInstanceItem({ instanceId: 'i-00000000000000002' }),
        ],
      }),
    )
    expect(idsOf(found)).toEqual(['i-00000000000000001', 'i-00000000000000002'])
    expect(found.map(one => one.kind === 'instance' && one.instance.virtualizationType)).toEqual(['paravirtual', 'hvm'])
    expect(found[0]?.resource).toEqual({
      type: 'AwsEc2Instance',
      id: 'i-00000000000000001',
      arn: 'arn:aws:ec2:us-east-1:123456789012:instance/i-00000000000000001',
      accountId: '123456789012',
      region: 'us-east-1',
    })
  })

  test('of a launch whose response was truncated are the instances that the record names elsewhere, with the requested values', () => {
    const ids = instanceIds(40)
    const found = subjects(aLargeLaunch(ids))
    expect(idsOf(found)).toEqual(ids)
    for (const one of found) {
      expect(one).toMatchObject({
        kind: 'instance',
        instance: { instanceType: 't3.micro', imageId: 'ami-0abcdef1234567890' },
      })
      expect(one).not.toHaveProperty('instance.virtualizationType')
    }
  })

  test('of a launch that names no instance at all are one, known by the event, because a launch is never nothing', () => {
    const record = aLargeLaunch([])
    const [found, second] = subjects(record)
    expect(second).toBeUndefined()
    expect(found).toMatchObject({ kind: 'instance', resource: { type: 'AwsEc2LaunchRequest', id: record['eventID'] } })
    expect(found).not.toHaveProperty('instance.instanceId')
  })

  test('of a launch that is listed in part are the listed ones and the others', () => {
    const [first = '', second = ''] = instanceIds(2)
    const record = {
      ...aLargeLaunch([first, second]),
      responseElements: aRunInstancesRecord({ instances: [anInstanceItem({ instanceId: first })] })['responseElements'],
    }
    expect(idsOf(subjects(record)).toSorted()).toEqual([first, second])
  })

  test('of a notification are one instance of which only the id is known', () => {
    expect(subjects(aRunningNotification())).toEqual([
      {
        kind: 'instance',
        instance: { instanceId: 'i-0123456789abcdef0' },
        resource: expect.objectContaining({ type: 'AwsEc2Instance', id: 'i-0123456789abcdef0' }),
      },
    ])
  })

  test('of a refused launch are the request, known by its event', () => {
    const record = aRefusedLaunch()
    expect(subjects(record)).toMatchObject([
      { kind: 'refused-launch', resource: { type: 'AwsEc2LaunchRequest', id: record['eventID'] } },
    ])
  })

  test('of an image call are the image', () => {
    expect(subjects(aRegisterImageRecord())).toMatchObject([
      { kind: 'image', resource: { type: 'AwsEc2Image', id: 'ami-0fedcba9876543210' } },
    ])
  })

  test('of a foreign event are none', () => {
    expect(subjects(aRunningNotification({ state: 'stopped' }))).toEqual([])
    expect(
      subjects(aRefusedLaunch({ errorCode: 'Client.DryRunOperation', errorMessage: 'Request would have succeeded' })),
    ).toEqual([])
  })

  test('are the same in an envelope', () => {
    expect(subjects(anEnvelope(aRunInstancesRecord()))).toEqual(subjects(aRunInstancesRecord()))
  })
})

describe('the subjects to read from EC2', () => {
  const origin = { accountId: '123456789012', region: 'us-east-1', event: EVENT, actor: {} } as const

  test('of a start are the instances that were started', () => {
    const started = createSubjects({ kind: 'start', ...origin, instanceIds: instanceIds(2) })
    expect(idsOf(started)).toEqual(instanceIds(2))
    expect(started.map(one => one.kind === 'instance' && one.instance)).toEqual(
      instanceIds(2).map(instanceId => ({ instanceId })),
    )
  })

  test('of a foreign call are none', () => {
    expect(createSubjects({ kind: 'ignored', event: { name: 'StopInstances' }, why: 'another call' })).toEqual([])
  })

  test('of a launch that lists instances, and leaves others unnamed, are those that it lists', () => {
    const [instanceId = ''] = instanceIds(1)
    const unlisted = { instanceIds: [], requested: {} }
    const launch = { kind: 'launch', ...origin, launchId: 'r-1', instances: [{ instanceId }], unlisted } as const
    expect(idsOf(createSubjects(launch))).toEqual([instanceId])
  })
})
