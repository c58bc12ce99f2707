import { DescribeImagesCommand, DescribeInstancesCommand, EC2Client, type Reservation } from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { createEc2Reader } from '../../../functions/evaluate/ec2-reader.ts'
import { processEvent } from '../../../functions/evaluate/process-event.ts'
import { readEvent } from '../../../shared/facts/read-event.ts'
import { parsePolicy } from '../../../shared/policy/load.ts'
import { aLaunchRequest, aRefusedLaunch, aRunInstancesRecord, aStartInstancesRecord } from '../../support/builders.ts'
import { describedBy } from '../../support/cloud/ec2-filters.ts'
import { somePorts } from '../../support/ports.ts'
import { alertIn, first, idOf, third } from './launches.ts'

const mock = mockClient(EC2Client)

beforeEach(() => {
  mock.reset()
  mock.onAnyCommand().rejects(new Error('unexpected call'))
  mock.on(DescribeImagesCommand).resolves({ Images: [] })
})

const TOKEN = '8945829d-0ef6-470d-bbfd-ea5bb2d82fdb'
const ENFORCING = parsePolicy('version: 1\nrules:\n  paravirtual-instance: { mode: enforce }\n', 'policy.yaml')

type Some = {
  readonly id: string
  readonly token: string
  /** When it was made; in EC2's answer the first network interface tells. Not told: EC2-Classic. */
  readonly made?: string
  readonly started?: string
  readonly reservation?: string
  readonly owner?: string
}

const aReservation = ({ id, token, made, started = made, reservation = 'r-1', owner = '123456789012' }: Some) =>
  ({
    ReservationId: reservation,
    OwnerId: owner,
    Instances: [
      {
        InstanceId: id,
        ClientToken: token,
        InstanceType: 'm1.small',
        VirtualizationType: 'paravirtual',
        Architecture: 'x86_64',
        RootDeviceType: 'ebs',
        EnaSupport: false,
        State: { Name: 'running' },
        ...(started !== undefined && { LaunchTime: new Date(started) }),
        ...(made !== undefined && {
          NetworkInterfaces: [{ Attachment: { DeviceIndex: 0, AttachTime: new Date(made) } }],
        }),
      },
    ],
  }) satisfies Reservation

/** The record says 08:00:00. */
const withToken = (clientToken: string) =>
  readEvent({
    ...aRunInstancesRecord({ request: aLaunchRequest({ clientToken, instanceType: 'm1.small' }) }),
    responseElements: null,
    resources: undefined,
  })

const judge = async (event: ReturnType<typeof readEvent>, reservations: readonly Reservation[], delivery = third) => {
  mock.on(DescribeInstancesCommand).callsFake(describedBy(reservations))
  const reader = createEc2Reader()
  const world = somePorts({ ec2: () => reader, policy: ENFORCING, canStop: () => true })
  const outcome = await processEvent(event, delivery, world.ports)
  const alerts = world.published.map(alertIn)
  const named = [...new Set(alerts.flatMap(({ findings }) => findings.map(({ resource }) => resource.id)))].toSorted()
  const promised = [
    ...new Set(alerts.flatMap(({ stops = [] }) => stops.flatMap(({ resources }) => resources))),
  ].toSorted()
  return { outcome, named, promised, handedOver: world.handedOver }
}

describe('a launch whose record lists no instances', () => {
  const ours = aReservation({ id: idOf(1), token: TOKEN, made: '2026-11-24T08:00:00Z' })

  test('is found by its token, and its instance is promised a stop', async () => {
    expect(await judge(withToken(TOKEN), [ours], first)).toMatchObject({ named: [idOf(1)], promised: [idOf(1)] })
  })

  test.each(['*', '?'.repeat(36), '8945829d*', String.raw`8945829d\*`, TOKEN.toUpperCase()])(
    'with the token %s promises nothing of others and names none of them, and has its region swept',
    async token => {
      const { named, promised, handedOver } = await judge(withToken(token), [ours])
      expect(promised).toEqual([])
      expect(named).not.toContain(idOf(1))
      expect(handedOver).toHaveLength(1)
    },
  )

  test('finds its own instances if the token itself is a wildcard', async () => {
    const mine = aReservation({ id: idOf(2), token: '*', made: '2026-11-24T08:00:01Z', reservation: 'r-2' })
    expect(await judge(withToken('*'), [ours, mine])).toMatchObject({ named: [idOf(2)], promised: [idOf(2)] })
  })

  test.each([
    ['years ago', { made: '2014-01-01T00:00:00Z' }],
    ['years ago, and started again just now', { made: '2014-01-01T00:00:00Z', started: '2026-11-24T08:00:02Z' }],
    ['a day later', { made: '2026-11-25T08:00:00Z' }],
    ['in another account', { made: '2026-11-24T08:00:00Z', owner: '210987654321' }],
    ['nobody knows when', {}],
  ])('does not take over an instance with its token that was made %s', async (_, more) => {
    const theirs = aReservation({ id: idOf(3), token: TOKEN, reservation: 'r-3', ...more })
    const { named, promised, handedOver } = await judge(withToken(TOKEN), [theirs])
    expect({ promised, named: named.includes(idOf(3)) }).toEqual({ promised: [], named: false })
    expect(handedOver).toHaveLength(1)
  })

  test('knows its instance even if it was stopped and started again since', async () => {
    const again = aReservation({
      id: idOf(1),
      token: TOKEN,
      made: '2026-11-24T08:00:00Z',
      started: '2026-11-24T09:30:00Z',
    })
    expect(await judge(withToken(TOKEN), [again])).toMatchObject({ named: [idOf(1)] })
  })

  test('of two reservations with its token and time takes neither', async () => {
    const other = aReservation({ id: idOf(4), token: TOKEN, made: '2026-11-24T08:01:00Z', reservation: 'r-4' })
    expect((await judge(withToken(TOKEN), [ours, other])).promised).toEqual([])
  })
})

describe('a start whose record does not say in which state the instances were', () => {
  const start = readEvent(aStartInstancesRecord({ instanceIds: [idOf(1), idOf(2)], more: { responseElements: null } }))
  const up = aReservation({ id: idOf(1), token: 'a', made: '2020-01-01T00:00:00Z' })
  const started = aReservation({
    id: idOf(2),
    token: 'b',
    made: '2020-01-01T00:00:00Z',
    started: '2026-11-24T08:00:00Z',
    reservation: 'r-2',
  })

  test('waits, and then names only those that started with it', async () => {
    expect((await judge(start, [up, started], first)).outcome.kind).toBe('again')
    expect(await judge(start, [up, started])).toMatchObject({ named: [idOf(2)], promised: [idOf(2)] })
  })
})

test('a refused launch with a wildcard for its image reads no other image', async () => {
  const request = aLaunchRequest({ imageId: 'ami-*' })
  await judge(readEvent(aRefusedLaunch({ request })), [])
  const [call] = mock.commandCalls(DescribeImagesCommand)
  expect(call?.args[0].input.Filters).toEqual([{ Name: 'image-id', Values: [String.raw`ami-\*`] }])
})
