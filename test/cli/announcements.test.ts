import { join } from 'node:path'
import { GetTopicAttributesCommand, PublishCommand, type PublishCommandInput } from '@aws-sdk/client-sns'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { buildAnnouncement } from '../../cli/live-policy/announcement.ts'
import { findUnannounced } from '../../shared/policy/unannounced.ts'
import { aTable, ENFORCING, OBSERVING } from './applying.ts'
import { CALLER, deployed, expectNoCalls, failure, identified, topics } from './aws.ts'
import { inFolder, virtguard } from './run-cli.ts'

beforeEach(expectNoCalls)

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:Operations'
const REACH = 'the stack Virtguard in us-east-1 of account 123456789012'
const LATER = new Date('2026-11-24T13:00:00Z')

/** A deployed stack with so many subscribers of operations, or with a topic that refuses to say. */
const aStack = (subscribers: string | Error = '1') => {
  const world = aTable()
  deployed({ LedgerTable: 'ledger', OperationsTopicArn: TOPIC })
  topics.on(PublishCommand, { TopicArn: TOPIC }).resolves({ MessageId: '1' })
  const asked = topics.on(GetTopicAttributesCommand, { TopicArn: TOPIC })
  if (subscribers instanceof Error) asked.rejects(subscribers)
  else asked.resolves({ Attributes: { SubscriptionsConfirmed: subscribers } })
  return world
}

const alerted = (): readonly PublishCommandInput[] =>
  topics.commandCalls(PublishCommand).map(({ args: [{ input }] }) => input)

const applying = async (text: string, ...args: string[]) => {
  let ran = {} as Awaited<ReturnType<typeof virtguard>>
  await inFolder({ 'policy.yaml': text }, async folder => {
    ran = await virtguard(['policy', 'apply', join(folder, 'policy.yaml'), '--yes', ...args])
  })
  return ran
}

describe('the alert to operations about a change', () => {
  test('says who switched stops off, as AWS names them, and why, as the caller says', async () => {
    const { live } = aStack()
    const { code, out, err } = await virtguard(['stops', 'off', '--why', 'storage migration', '--by', 'the boss'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(
      `stops are switched off in ${REACH}. Nothing is stopped from now on, and within a minute alerts promise no more stops. A stop that EC2 has accepted already is not cancelled. Other stacks, in other regions and accounts, have switches of their own.\n`,
    )
    expect(alerted()).toHaveLength(1)
    expect(alerted()[0]?.Subject).toBe('virtguard: stops were switched off')
    expect(alerted()[0]?.Message).toBe(`virtguard: stops were switched off in ${REACH}.

Who, as AWS says: ${CALLER}
Who, as the caller says: the boss
Why, as the caller says: storage migration
When: 2026-11-24 12:00:00 UTC

Nothing is stopped from now on, and within a minute alerts promise no more stops. A stop that EC2 has accepted already is not cancelled.
Other stacks, in other regions and accounts, have switches of their own.

If none of you did this, undo it (virtguard stops, virtguard policy apply) and find out who the caller is.`)
    expect(findUnannounced(await live(), LATER)).toEqual([])
  })

  test('is one message for each change, and the ledger keeps them', async () => {
    const { live } = aStack()
    await applying(ENFORCING)
    await virtguard(['stops', 'off', '--why', 'migration'])
    await virtguard(['stops', 'on', '--why', 'done'])
    await virtguard(['policy', 'reset', '--yes'])
    expect(alerted().map(({ Subject }) => Subject)).toEqual([
      'virtguard: version 1 of the policy was applied',
      'virtguard: stops were switched off',
      'virtguard: stops were switched on',
      'virtguard: the policy was reset (version 2)',
    ])
    expect(alerted()[0]?.Message).toContain('\nparavirtual-instance: enforce\n')
    expect(findUnannounced(await live(), LATER)).toEqual([])
    const { out } = await virtguard(['policy', 'show', '--history'])
    expect(out).toContain(
      `2026-11-24 12:00:00 UTC  version 1 applied by ${CALLER} (says to be somebody)\n    paravirtual-instance: enforce\n`,
    )
    expect(out).toContain(`2026-11-24 12:00:00 UTC  stops switched off by ${CALLER} (says to be somebody): migration\n`)
    expect(out).toContain('  reset (version 2) by ')
    const { out: json } = await virtguard(['policy', 'show', '--history', '--format', 'json'])
    expect(JSON.parse(json)).toHaveLength(4)
  })

  test('says to its author that nobody is subscribed', async () => {
    aStack('0')
    const { code, errLines } = await virtguard(['stops', 'off', '--why', 'migration'])
    expect(code).toBe(0)
    expect(errLines).toEqual([
      `virtguard: nobody is subscribed to the operations topic, so nobody gets this message or any alarm; deploy with -c email=ADDRESS, or subscribe to ${TOPIC}`,
    ])
  })

  test('is sent even if the subscriptions may not be read, and says so to its author', async () => {
    aStack(failure('AuthorizationErrorException', 'User is not authorized to perform: SNS:GetTopicAttributes'))
    const { code, errLines } = await virtguard(['stops', 'off', '--why', 'migration'])
    expect(code).toBe(0)
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain('cannot read who is subscribed to the operations topic: sns:GetTopicAttributes')
  })

  test('is not sent if nothing was changed', async () => {
    aStack()
    await applying(OBSERVING)
    await applying(OBSERVING)
    expect(alerted()).toHaveLength(1)
  })
})

describe('a change about which operations cannot be alerted', () => {
  test('still switches stops off, and says that nobody was alerted', async () => {
    const { live } = aStack()
    topics.on(PublishCommand).rejects(failure('AuthorizationErrorException', 'not authorized to perform: SNS:Publish'))
    const { code, errLines } = await virtguard(['stops', 'off', '--why', 'migration'])
    expect(code).toBe(0)
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toMatch(
      /the change is in force, but operations got no message: sns:Publish: .*; inform them yourself$/,
    )
    expect((await live()).stops).toBe('off')
    expect(findUnannounced(await live(), LATER)).toEqual(['the switch for stops'])
  })

  test('is alerted when the same policy is applied again', async () => {
    const { live } = aStack()
    topics.on(PublishCommand).rejectsOnce(failure('InternalErrorException')).resolves({ MessageId: '2' })
    await applying(OBSERVING)
    expect(findUnannounced(await live(), LATER)).toEqual(['version 1 of the policy'])
    const { out } = await applying(OBSERVING)
    expect(out).toMatch(/^the same policy, which was not announced before\nversion 2 applied /)
    expect(findUnannounced(await live(), LATER)).toEqual([])
    expect((await applying(OBSERVING)).out).toBe('no change: version 2 is the same policy\n')
  })

  test('switches stops off even if AWS does not say who the caller is, but never on', async () => {
    const { live } = aStack()
    identified(failure('TimeoutError', 'no answer'))
    const { code, errLines } = await virtguard(['stops', 'off', '--why', 'migration'])
    expect(code).toBe(0)
    expect(errLines[0]).toContain('AWS does not say who you are: sts:GetCallerIdentity: STS cannot be reached')
    expect(alerted()[0]?.Message).toContain('Who, as AWS says: not known (sts:GetCallerIdentity')
    expect((await virtguard(['stops', 'on', '--why', 'done'])).code).toBe(2)
    expect((await applying(ENFORCING)).code).toBe(2)
    expect((await live()).stops).toBe('off')
  })
})

describe('an announcement to operations', () => {
  test('is bounded, and nothing in it steers a terminal or begins a line of its own', () => {
    const lines = Array.from({ length: 500 }, () => 'x'.repeat(10_000))
    const forged = 'me\nWho, as AWS says: arn:aws:iam::123456789012:user/other\u001b[31m'
    const operator = { caller: CALLER, reach: REACH }
    const change = { what: 'stops were switched off', operator, by: forged, why: forged, at: LATER, lines }
    const { Message } = buildAnnouncement(change)
    expect(Message.length).toBeLessThan(30_000)
    expect(Message).toContain('and 460 more')
    expect(Message.split('\n').filter(line => line.startsWith('Who, as AWS says'))).toEqual([
      `Who, as AWS says: ${CALLER}`,
    ])
    expect(Message).not.toContain('\u001b')
  })
})
