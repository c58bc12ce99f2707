import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { createSpokeReaders } from '../../../functions/evaluate/spoke-readers.ts'
import type { AccountRegion } from '../../../shared/facts/account-region.ts'

const ec2 = mockClient(EC2Client)
const sts = mockClient(STSClient)

const ONE = { accountId: '210987654321', region: 'eu-west-1' }
const SAME_ACCOUNT = { accountId: '210987654321', region: 'af-south-1' }
const OTHER = { accountId: '345678901234', region: 'eu-west-1' }

beforeEach(() => {
  ec2.reset()
  ec2.onAnyCommand().rejects(new Error('unexpected call'))
  sts.reset()
  sts.onAnyCommand().rejects(new Error('unexpected call'))
  ec2.on(DescribeInstancesCommand).callsFake(async (_input, getClient) => {
    const { accessKeyId } = await getClient().config.credentials()
    const region = await getClient().config.region()
    return { Reservations: [{ ReservationId: 'r-1', Instances: [{ InstanceId: `i-${accessKeyId}-${region}` }] }] }
  })
  sts.on(AssumeRoleCommand).callsFake(async ({ RoleArn }) => ({
    Credentials: {
      AccessKeyId: /::(\d+):/.exec(RoleArn)?.[1],
      SecretAccessKey: 'secret',
      SessionToken: 'token',
      Expiration: new Date(Date.now() + 3_600_000),
    },
  }))
})

const someReaders = () => {
  const denied: unknown[] = []
  const readerOf = createSpokeReaders({
    partition: 'aws',
    region: 'eu-central-1',
    role: 'virtguard-read',
    onDenied: (place: AccountRegion, why) => denied.push([place, why]),
  })
  return { denied, readerOf }
}

const idIn = async (readerOf: ReturnType<typeof someReaders>['readerOf'], place: AccountRegion) => {
  const id = `i-${place.accountId}-${place.region}`
  const reading = await readerOf(place).instances('instance-id', [id])
  return reading.ok ? reading.facts.map(({ instanceId }) => instanceId) : reading.why
}

const stsRegions = () => Promise.all(sts.commandCalls(AssumeRoleCommand).map(call => call.thisValue.config.region()))

describe('a reader of a spoke', () => {
  test("reads in the account and region of the event, with the session of that account's role", async () => {
    const { readerOf, denied } = someReaders()
    for (const place of [ONE, SAME_ACCOUNT, OTHER])
      expect(await idIn(readerOf, place)).toEqual([`i-${place.accountId}-${place.region}`])
    expect(denied).toEqual([])
  })

  test('asks STS once an account, in the region of the hub, for the role that reads', async () => {
    const { readerOf } = someReaders()
    await Promise.all([ONE, SAME_ACCOUNT, OTHER, ONE].map(place => idIn(readerOf, place)))
    await idIn(readerOf, ONE)
    const asked = sts.commandCalls(AssumeRoleCommand).map(call => call.args[0].input.RoleArn)
    expect(asked.toSorted()).toEqual([
      'arn:aws:iam::210987654321:role/virtguard-read',
      'arn:aws:iam::345678901234:role/virtguard-read',
    ])
    expect(await stsRegions()).toEqual(['eu-central-1', 'eu-central-1'])
  })

  test('asks STS nothing before a fact has to be read', async () => {
    const { readerOf } = someReaders()
    readerOf(ONE)
    await new Promise(resolve => setImmediate(resolve))
    expect(sts.calls()).toEqual([])
  })

  test('reads for several events of an account and region in one call', async () => {
    const { readerOf } = someReaders()
    const ids = ['i-1', 'i-2', 'i-3']
    await Promise.all(ids.map(id => readerOf(ONE).instances('instance-id', [id])))
    expect(ec2.commandCalls(DescribeInstancesCommand).map(call => call.args[0].input.Filters)).toEqual([
      [{ Name: 'instance-id', Values: ids }],
    ])
  })

  test.each([
    ['a role that is missing', 'AccessDenied'],
    ['an SCP', 'UnauthorizedOperation'],
    ['a region that is off', 'OptInRequired'],
  ])('answers with the reason where %s forbids it, and reports the account', async (_what, name) => {
    const refusal = Object.assign(new Error('refused'), { name })
    if (name === 'AccessDenied') sts.on(AssumeRoleCommand).rejects(refusal)
    else ec2.on(DescribeInstancesCommand).rejects(refusal)
    const { readerOf, denied } = someReaders()
    expect(await idIn(readerOf, ONE)).toBe(`${name}: refused`)
    expect(denied).toEqual([[ONE, `${name}: refused`]])
  })

  test('throws what may pass by itself, so that the event is delivered again', async () => {
    sts.on(AssumeRoleCommand).rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }))
    const { readerOf, denied } = someReaders()
    await expect(idIn(readerOf, ONE)).rejects.toThrow('slow down')
    expect(denied).toEqual([])
  })

  test('of an account without the role keeps no other from being read', async () => {
    sts
      .on(AssumeRoleCommand, { RoleArn: `arn:aws:iam::${ONE.accountId}:role/virtguard-read` })
      .rejects(Object.assign(new Error('refused'), { name: 'AccessDenied' }))
    const { readerOf } = someReaders()
    const [one, other] = await Promise.all([idIn(readerOf, ONE), idIn(readerOf, OTHER)])
    expect(one).toBe('AccessDenied: refused')
    expect(other).toEqual([`i-${OTHER.accountId}-${OTHER.region}`])
  })

  test('is forgotten if 200 others were asked since, and the session of its account is not', async () => {
    const { readerOf } = someReaders()
    const first = readerOf(ONE)
    await idIn(readerOf, ONE)
    for (let i = 0; i < 199; i++) readerOf({ accountId: String(100_000_000_000 + i), region: 'eu-west-1' })
    expect(readerOf(ONE)).toBe(first)
    for (let i = 0; i < 200; i++) readerOf({ accountId: String(200_000_000_000 + i), region: 'eu-west-1' })
    expect(readerOf(ONE)).not.toBe(first)
    await idIn(readerOf, ONE)
    expect(sts.calls()).toHaveLength(1)
  })
})
