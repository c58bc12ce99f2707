import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { assumeRole, createStsClient, keepSessions, type Session } from '../../shared/aws/role-sessions.ts'

const mock = mockClient(STSClient)

beforeEach(() => {
  mock.reset()
  mock.onAnyCommand().rejects(new Error('unexpected call'))
})

const ROLE = { roleArn: 'arn:aws:iam::210987654321:role/virtguard-read', sessionName: 'virtguard-evaluate' }
const END = new Date('2026-12-01T09:00:00Z')
const GIVEN = { AccessKeyId: 'AKIDEXAMPLE', SecretAccessKey: 'secret', SessionToken: 'token', Expiration: END }

describe('a session of a role', () => {
  test('is asked for by its ARN, for the hour that a chain of roles gives', async () => {
    mock.on(AssumeRoleCommand).resolves({ Credentials: GIVEN })
    expect(await assumeRole(createStsClient('eu-central-1'), ROLE)).toEqual({
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: END,
    })
    expect(mock.commandCalls(AssumeRoleCommand).map(call => call.args[0].input)).toEqual([
      { RoleArn: ROLE.roleArn, RoleSessionName: 'virtguard-evaluate', DurationSeconds: 3600 },
    ])
  })

  test.each([
    ['no credentials', {}],
    ['no end', { Credentials: { ...GIVEN, Expiration: undefined } }],
    ['no token', { Credentials: { ...GIVEN, SessionToken: '' } }],
  ])('is none if STS answers with %s', async (_what, answer) => {
    mock.on(AssumeRoleCommand).resolves(answer)
    await expect(assumeRole(createStsClient('eu-central-1'), ROLE)).rejects.toThrow(ROLE.roleArn)
  })

  test('comes from STS of the region that is said', async () =>
    expect(await createStsClient('eu-central-1').config.region()).toBe('eu-central-1'))
})

describe('sessions that are kept', () => {
  const denied = Object.assign(new Error('not authorized'), { name: 'AccessDenied' })
  const session = (end: number): Session => ({
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: new Date(end),
  })
  const HOUR = 3_600_000

  /** A clock that is set, and an STS of which every call is kept. */
  const aKeeper = (answer: (accountId: string) => Promise<Session>) => {
    const clock = { now: 0 }
    const asked: string[] = []
    const get = keepSessions(
      async accountId => {
        asked.push(accountId)
        return answer(accountId)
      },
      () => clock.now,
    )
    return { clock, asked, get }
  }

  test('are one for an account, for all who ask at once and after', async () => {
    const { asked, get } = aKeeper(async () => session(HOUR))
    const [one, other] = await Promise.all([get('1'), get('1')])
    expect(other).toBe(one)
    expect(await get('1')).toBe(one)
    await get('2')
    expect(asked).toEqual(['1', '2'])
  })

  test('are renewed five minutes before they end', async () => {
    const { asked, clock, get } = aKeeper(async () => session(clock.now + HOUR))
    await get('1')
    clock.now = HOUR - 5 * 60_000 - 1
    await get('1')
    expect(asked).toHaveLength(1)
    clock.now += 1
    expect((await get('1')).expiration.getTime()).toBe(clock.now + HOUR)
    expect(asked).toHaveLength(2)
  })

  test('are not asked for again within a minute where STS denies them', async () => {
    const { asked, clock, get } = aKeeper(async () => {
      throw denied
    })
    for (let i = 0; i < 3; i++) await expect(get('1')).rejects.toBe(denied)
    expect(asked).toHaveLength(1)
    clock.now = 60_000
    await expect(get('1')).rejects.toBe(denied)
    expect(asked).toHaveLength(2)
  })

  test('are asked for again at once after every other error', async () => {
    const answers = [new Error('socket hang up')]
    const { asked, get } = aKeeper(async () => {
      const error = answers.pop()
      if (error !== undefined) throw error
      return session(HOUR)
    })
    await expect(get('1')).rejects.toThrow('socket hang up')
    await get('1')
    expect(asked).toHaveLength(2)
  })

  test('of one account do not wait for, and do not fail with, those of another', async () => {
    const { get } = aKeeper(async accountId => {
      if (accountId === 'slow') return new Promise(() => undefined)
      if (accountId === 'denied') throw denied
      return session(HOUR)
    })
    void get('slow')
    await expect(get('denied')).rejects.toBe(denied)
    expect(await get('good')).toMatchObject({ accessKeyId: 'AKIDEXAMPLE' })
  })
})
