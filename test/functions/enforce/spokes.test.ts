/** The real handler in the hub of an organization: STS and EC2 of each account are one whose session asks. */
import fs from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  EC2Client,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { listSpokes, noteSpoke, recordRoleTry } from '../../../shared/aws/ledger/spokes.ts'
import type { Row } from '../../../shared/ledger/row.ts'
import { aRunningNotification } from '../../support/builders.ts'
import { aFinding, PLACE } from '../../support/findings.ts'
import { aContext } from '../../support/lambda-context.ts'
import { logLines } from '../../support/log-lines.ts'
import { aBatch } from '../../support/sqs.ts'
import { aLedger, asked, at, deferred, ID, STOP_AT } from '../../support/stories.ts'
import { aMachine, POLICY } from './machines.ts'

/** The account of the findings. The hub is another one. */
const SPOKE = PLACE.accountId
const OTHER = '345678901234'
const HUB = '210987654321'

Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  POWERTOOLS_DEV: 'false',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  LEDGER_TABLE: 'ledger',
  ALERTS_TOPIC_ARN: `arn:aws:sns:eu-central-1:${HUB}:alerts`,
  SWEEP_REQUESTS_TOPIC_ARN: `arn:aws:sns:eu-central-1:${HUB}:sweep-requests`,
  FAILED_QUEUE_URL: `https://sqs.eu-central-1.amazonaws.com/${HUB}/FailedStops`,
  STOPS_QUEUE_ARN: `arn:aws:sqs:eu-central-1:${HUB}:stops`,
  UNDELIVERED_STOPS_QUEUE_ARN: `arn:aws:sqs:eu-central-1:${HUB}:undelivered-stops`,
  SCHEDULE_GROUP: 'virtguard',
  SCHEDULE_ROLE_ARN: `arn:aws:iam::${HUB}:role/scheduler`,
  SPOKE_ROLE: 'virtguard-stop',
})

const readFile = fs.readFileSync
const isPolicy = (path: unknown): boolean => String(path).endsWith('functions/enforce/policy.json')

const dynamo = mockClient(DynamoDBClient)
const ec2 = mockClient(EC2Client)
const sns = mockClient(SNSClient)
const scheduler = mockClient(SchedulerClient)
const sts = mockClient(STSClient)

let handler: typeof import('../../../functions/enforce/handler.ts').handler
beforeAll(async () => {
  const spy = jest.spyOn(fs, 'readFileSync')
  spy.mockImplementation((path, options) => (isPolicy(path) ? JSON.stringify(POLICY) : readFile(path, options)))
  handler = (await import('../../../functions/enforce/handler.ts')).handler
  spy.mockRestore()
})

const STS_ERRORS = {
  AccessDenied: 'User: x is not authorized to perform: sts:AssumeRole on resource: y',
  // STS API reference, AssumeRole and common errors.
  RegionDisabledException: 'STS is not activated in this region for account',
  ThrottlingException: 'Rate exceeded',
  ServiceUnavailable: 'The request has failed due to a temporary failure of the server.',
} as const

type StsError = keyof typeof STS_ERRORS

/** The accounts in which STS fails, and how. */
const failing = new Map<string, StsError>()
/** Whose instances EC2 describes to the session of an account. */
const owners = new Map<string, string | undefined>()

/** A session is named by the account of its role. */
const openSession = async ({ RoleArn = '' }: { readonly RoleArn?: string }) => {
  const account = /^arn:aws:iam::(\d{12}):role\/virtguard-stop$/.exec(RoleArn)?.[1] ?? 'none'
  const name = failing.get(account)
  if (name !== undefined) throw Object.assign(new Error(STS_ERRORS[name]), { name })
  const session = { AccessKeyId: account, SecretAccessKey: 'secret', SessionToken: 'token' }
  return { Credentials: { ...session, Expiration: new Date(Date.now() + 900_000) } }
}

let world = aLedger()
beforeEach(async () => {
  logLines()
  world = aLedger()
  await deferred(world)
  await recordRoleTry(world.ledger, { accountId: SPOKE, tried: 'assumed', now: at(0) })
  failing.clear()
  owners.clear()

  const inMemory = world.ledger.client
  dynamo.reset()
  dynamo.send.callsFake(command => inMemory.send(command))
  ec2.reset()
  ec2.onAnyCommand().rejects(new Error('unexpected call'))
  ec2.on(DescribeInstancesCommand).callsFake(async (_input, getClient) => {
    const { accessKeyId } = await getClient().config.credentials()
    const OwnerId = owners.has(accessKeyId) ? owners.get(accessKeyId) : accessKeyId
    return { Reservations: [{ OwnerId, Instances: [aMachine(ID).described] }] }
  })
  ec2.on(DescribeInstanceAttributeCommand).resolves({ DisableApiStop: { Value: false } })
  ec2.on(StopInstancesCommand).resolves({ StoppingInstances: [{ CurrentState: { Name: 'stopping' } }] })
  sns.reset()
  sns.on(PublishCommand).resolves({ MessageId: 'm-1' })
  scheduler.reset()
  scheduler.on(CreateScheduleCommand).resolves({})
  sts.reset()
  sts.onAnyCommand().rejects(new Error('unexpected call'))
  sts.on(AssumeRoleCommand).callsFake(openSession)
})

afterEach(() => {
  jest.restoreAllMocks()
})

const aStop = (more: object = {}): string =>
  JSON.stringify({ kind: 'stop', ...PLACE, instanceId: ID, due: STOP_AT, attempt: 1, ...more })
const handle = (...bodies: readonly string[]) => handler(aBatch(bodies, 1), aContext('enforce'))
const sessions = () => sts.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input)
const stopped = () => ec2.commandCalls(StopInstancesCommand)
const lastOf = ({ state, history }: Row) => [state, history.at(-1)?.code]
const published = () => sns.commandCalls(PublishCommand).map(({ args }) => args[0].input)
const marks = async () => {
  const spokes = await listSpokes(world.ledger)
  return spokes.filter(({ assumedAt }) => assumedAt !== undefined).map(({ accountId }) => accountId)
}

describe('a stop in a spoke', () => {
  test('is made with the role of the account, in the region of the instance', async () => {
    expect(await handle(aStop())).toEqual({ batchItemFailures: [] })
    const [call, ...others] = stopped()
    expect(others).toEqual([])
    expect(call?.args[0].input).toEqual({ InstanceIds: [ID] })
    expect(await call?.thisValue.config.region()).toBe('us-east-1')
    expect(await call?.thisValue.config.credentials()).toMatchObject({ accessKeyId: SPOKE })
    expect(await world.row()).toHaveProperty('stopRequestedAt')
  })

  test('has a session for this one instance, by STS of the hub', async () => {
    await handle(aStop())
    const [session, ...others] = sessions()
    expect(others).toEqual([])
    expect(session).toMatchObject({
      RoleArn: `arn:aws:iam::${SPOKE}:role/virtguard-stop`,
      RoleSessionName: 'virtguard-enforce',
      DurationSeconds: 900,
    })
    const { Statement } = JSON.parse(session?.Policy ?? '{}')
    expect(Statement.at(-1)).toEqual({
      Effect: 'Allow',
      Action: ['ec2:DescribeInstanceAttribute', 'ec2:StopInstances'],
      Resource: `arn:aws:ec2:us-east-1:${SPOKE}:instance/${ID}`,
    })
    expect(await sts.commandCalls(AssumeRoleCommand)[0]?.thisValue.config.region()).toBe('eu-central-1')
  })

  test('shares its session with no other instance, and with no later message', async () => {
    const second = aFinding({ resource: { ...aFinding().resource, id: 'i-00000000000000002' } })
    await deferred(world, second)
    await handle(aStop())
    await handle(aStop({ instanceId: 'i-00000000000000002' }))
    expect(sessions().map(({ Policy = '' }) => /instance\/(i-\w+)/.exec(Policy)?.[1])).toEqual([
      ID,
      'i-00000000000000002',
    ])
  })

  test.each([
    ['EC2 does not say whose it is', undefined],
    ['EC2 says that it is in another account', OTHER],
    ['EC2 says that it is in the account of the hub', HUB],
  ])('is not made if %s', async (_what, owner) => {
    owners.set(SPOKE, owner)
    await handle(aStop())
    expect(stopped()).toEqual([])
  })

  test('is confirmed by the notification of the spoke that comes over the bus', async () => {
    world = aLedger()
    await asked(world)
    dynamo.send.callsFake(command => world.ledger.client.send(command))
    const time = `${at(960).toISOString().slice(0, 19)}Z`
    await handle(JSON.stringify(aRunningNotification({ instanceId: ID, state: 'stopped', time })))
    expect(lastOf(await world.row())).toEqual(['STOPPED', 'STOPPED_BY_VIRTGUARD'])
    expect(sessions()).toEqual([])
  })
})

describe('where the role is missing, or refuses', () => {
  beforeEach(() => void failing.set(SPOKE, 'AccessDenied'))

  test('the stop ends with a code of its own, and is not tried again', async () => {
    for (const _ of [1, 2]) expect(await handle(aStop())).toEqual({ batchItemFailures: [] })
    expect(lastOf(await world.row())).toEqual(['FAILED', 'STOP_ROLE_REFUSED'])
    expect(ec2.calls()).toEqual([])
    expect(sessions()).toHaveLength(1)
  })

  test('one alert names all that were due, with what STS says and what to do', async () => {
    const ids = ['i-00000000000000002', 'i-00000000000000003']
    for (const id of ids) await deferred(world, aFinding({ resource: { ...aFinding().resource, id } }))
    for (const instanceId of [ID, ...ids]) await handle(aStop({ instanceId }))
    expect(published()).toEqual([])
    const due = scheduler.commandCalls(CreateScheduleCommand).map(({ args }) => args[0].input.Target?.Input ?? '')
    expect(new Set(due)).toEqual(new Set([JSON.stringify({ kind: 'digest', ...PLACE })]))
    for (const _ of [1, 2]) await handle(due[0] ?? '')
    const [alert, ...others] = published()
    expect(others).toEqual([])
    for (const text of [ID, ...ids, 'sts:AssumeRole', 'spoke-roles.json']) expect(alert?.Message).toContain(text)
  })

  test('nothing more is promised in the account', async () => {
    expect(await marks()).toEqual([SPOKE])
    await handle(aStop())
    expect(await marks()).toEqual([])
  })
})

describe.each(['RegionDisabledException', 'ThrottlingException', 'ServiceUnavailable'] as const)(
  'if STS says %s',
  name => {
    beforeEach(() => void failing.set(SPOKE, name))

    test('the message is delivered again, the promise stays, and the role still counts as known', async () => {
      expect(await handle(aStop())).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
      expect((await world.row()).state).toBe('DEFERRED')
      expect(published()).toEqual([])
      expect(await marks()).toEqual([SPOKE])
      failing.clear()
      expect(await handle(aStop())).toEqual({ batchItemFailures: [] })
      expect(stopped()).toHaveLength(1)
    })

    test('a stop in another account is made all the same', async () => {
      failing.set(OTHER, name)
      failing.delete(SPOKE)
      const other = aFinding({ resource: { ...aFinding().resource, accountId: OTHER } })
      await deferred(world, other)
      expect(await handle(aStop({ accountId: OTHER }), aStop())).toEqual({
        batchItemFailures: [{ itemIdentifier: 'message-0' }],
      })
      expect(stopped()).toHaveLength(1)
    })
  },
)

describe('a member account', () => {
  test('ends nothing of another account by its own notification of that instance', async () => {
    world = aLedger()
    await asked(world)
    dynamo.send.callsFake(command => world.ledger.client.send(command))
    const time = `${at(960).toISOString().slice(0, 19)}Z`
    const forged = { ...aRunningNotification({ instanceId: ID, state: 'stopped', time }), account: OTHER }
    await handle(JSON.stringify(forged))
    expect((await world.row()).state).toBe('DEFERRED')
  })

  test('has no session opened in an account of which there is no promise', async () => {
    await handle(aStop({ accountId: OTHER }))
    expect(sessions()).toEqual([])
  })

  test.each(['*', `${OTHER}:role/virtguard-stop`, '12345678901', ''])('%j as an account opens no session', async id => {
    const strange = aFinding({ resource: { ...aFinding().resource, accountId: id } })
    await deferred(world, strange)
    await handle(aStop({ accountId: id }))
    expect(sessions()).toEqual([])
  })
})

describe('the message of the schedule', () => {
  const TRY = JSON.stringify({ kind: 'try-roles' })

  test('has the role tried in each account from which an event came, with a session that may do nothing', async () => {
    for (const account of [OTHER, HUB]) await noteSpoke(world.ledger, account, at(0))
    failing.set(HUB, 'AccessDenied')
    expect(await handle(TRY)).toEqual({ batchItemFailures: [] })
    expect((await marks()).toSorted()).toEqual([SPOKE, OTHER].toSorted())
    for (const { Policy } of sessions())
      expect(JSON.parse(Policy ?? '{}').Statement).toEqual([{ Effect: 'Deny', Action: '*', Resource: '*' }])
    expect(ec2.calls()).toEqual([])
  })

  test('takes the mark away where the role is refused, and leaves it where STS does not say', async () => {
    for (const [accountId, name] of [
      [SPOKE, 'ThrottlingException'],
      [OTHER, 'AccessDenied'],
    ] as const) {
      await recordRoleTry(world.ledger, { accountId, tried: 'assumed', now: at(0) })
      failing.set(accountId, name)
    }
    expect(await handle(TRY)).toEqual({ batchItemFailures: [] })
    expect(await marks()).toEqual([SPOKE])
  })

  test('tries nothing again that was tried a moment ago', async () => {
    await handle(TRY)
    const before = sessions().length
    await handle(TRY)
    expect(sessions()).toHaveLength(before)
  })
})
