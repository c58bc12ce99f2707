import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { markAlerted, markOutcomesAlerted } from '../../shared/aws/ledger/confirm.ts'
import { claimFindings } from '../../shared/aws/ledger/ledger.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { createInstanceSubject } from '../../shared/engine/subjects.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'

const client = new DynamoDBClient({ region: 'us-east-1' })
const mock = mockClient(client)
const ledger = { client, table: 'ledger' }
const now = new Date('2026-11-24T08:00:00Z')
const claim = { claimant: 'message-1', launchId: 'r-1', now }
const claimOurs = async (...what: Parameters<typeof claimFindings>) => (await claimFindings(...what)).ours
const origin = {
  accountId: '123456789012',
  region: 'us-east-1',
  event: { id: 'e-1', name: 'RunInstances', time: '2026-11-24T08:00:00Z' },
}

const findings = (count: number): readonly Finding[] =>
  Array.from({ length: count }, (_, index) => {
    const instance = {
      instanceId: `i-${String(index).padStart(4, '0')}`,
      instanceType: 't3.micro',
      virtualizationType: 'paravirtual',
    } as const
    const subject = createInstanceSubject(origin, { ...instance, imageId: 'ami-1' })
    return evaluate(
      { subject, event: origin.event, actor: {} },
      { policy: DEFAULT_POLICY, types: loadCatalogue(), now },
    ).slice(0, 1)
  }).flat()

/** A row of the first version, which has neither a history nor the time of its last change. */
const alerted = (launchId: string) => ({
  pk: { S: '123456789012#us-east-1#i-0000' },
  sk: { S: 'paravirtual-instance' },
  state: { S: 'ALERTED' },
  status: { S: 'FAILED' },
  claimant: { S: 'message-0' },
  launchId: { S: launchId },
  leaseUntil: { N: '0' },
  writtenAt: { S: '2026-11-24T07:00:00.000Z' },
})

const cancelled = (codes: readonly string[], launchId = 'r-1') =>
  new TransactionCanceledException({
    $metadata: {},
    message: 'Transaction cancelled',
    CancellationReasons: codes.map(Code => ({
      Code,
      ...(Code === 'ConditionalCheckFailed' && { Item: alerted(launchId) }),
    })),
  })

beforeEach(() => {
  mock.reset()
  mock.onAnyCommand().rejects(new Error('unexpected call'))
})

const writesOf = (call: number) => mock.commandCalls(TransactWriteItemsCommand)[call]?.args[0].input.TransactItems ?? []

describe('a claim of findings', () => {
  test('writes one row a finding in one call, each on the condition that nobody alerted it', async () => {
    mock.on(TransactWriteItemsCommand).resolves({})
    const ours = await claimOurs(findings(2), ledger, claim)
    expect(ours).toHaveLength(2)
    expect(mock.commandCalls(TransactWriteItemsCommand)).toHaveLength(1)
    const [write] = writesOf(0)
    expect(write?.Update?.Key).toEqual({
      pk: { S: '123456789012#us-east-1#i-0000' },
      sk: { S: 'paravirtual-instance' },
    })
    expect(write?.Update?.ExpressionAttributeValues).toMatchObject({
      ':set_state': { S: 'NEW' },
      ':set_claimant': { S: 'message-1' },
      ':set_accountId': { S: '123456789012' },
      ':set_leaseUntil': { N: String(now.getTime() / 1000 + 150) },
    })
    expect(write?.Update?.ConditionExpression).toContain('attribute_not_exists(#pk)')
  })

  test('returns no earlier state if there was none', async () => {
    mock.on(TransactWriteItemsCommand).resolves({})
    const [finding] = findings(1)
    expect(await claimOurs(findings(1), ledger, claim)).toStrictEqual([finding])
  })

  test('leaves out what somebody else alerted, and claims the rest', async () => {
    mock
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled(['ConditionalCheckFailed', 'None']))
      .resolves({})
    const ours = await claimOurs(findings(2), ledger, claim)
    expect(ours.map(({ resource }) => resource.id)).toEqual(['i-0001'])
    expect(writesOf(1)).toHaveLength(1)
  })

  test('is tried again if somebody writes the same rows at that moment, and throws in the end', async () => {
    mock
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled(['TransactionConflict']))
      .resolves({})
    expect(await claimOurs(findings(1), ledger, claim)).toHaveLength(1)
    mock.reset()
    mock.on(TransactWriteItemsCommand).rejects(cancelled(['TransactionConflict']))
    await expect(claimOurs(findings(1), ledger, claim)).rejects.toThrow('Transaction cancelled')
    expect(mock.commandCalls(TransactWriteItemsCommand)).toHaveLength(8)
  })

  test('of a thousand rows is written in transactions of a hundred', async () => {
    mock.on(TransactWriteItemsCommand).resolves({})
    expect(await claimOurs(findings(1000), ledger, claim)).toHaveLength(1000)
    expect(mock.commandCalls(TransactWriteItemsCommand).map((_, call) => writesOf(call).length)).toEqual(
      Array(10).fill(100),
    )
  })

  test('goes on past rows that were alerted for another launch', async () => {
    mock
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled(Array(100).fill('ConditionalCheckFailed'), 'r-0'))
      .resolves({})
    expect(await claimOurs(findings(150), ledger, claim)).toHaveLength(50)
  })

  test('throws what DynamoDB throws, and claims nothing then', async () => {
    await expect(claimOurs(findings(1), ledger, claim)).rejects.toThrow('unexpected call')
  })
})

describe('marking a row as alerted', () => {
  const key = { pk: 'a', sk: 'b' }
  const by = { claimant: 'message-1', at: now }

  test('applies only to the claim that the alert fulfils', async () => {
    mock.on(UpdateItemCommand).resolves({})
    await markAlerted(ledger, [{ key }], by)
    const [call] = mock.commandCalls(UpdateItemCommand)
    expect(call?.args[0].input.ConditionExpression).toBe(
      '#state = :new AND #claimant = :claimant AND attribute_not_exists(#stopAt)',
    )
  })

  test('leaves a row alone that was deleted or claimed again', async () => {
    mock
      .on(UpdateItemCommand)
      .rejects(new ConditionalCheckFailedException({ $metadata: {}, message: 'The conditional request failed' }))
    await expect(markAlerted(ledger, [{ key }], by)).resolves.toBeUndefined()
  })

  test('throws every other refusal', async () => {
    mock.on(UpdateItemCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }))
    await expect(markAlerted(ledger, [{ key }], by)).rejects.toThrow('no')
    await expect(markOutcomesAlerted(ledger, [{ key }], by)).rejects.toThrow('no')
  })
})

test('a launch in parts is claimed further if its first rows are its own and marked already', async () => {
  const own = cancelled(Array(100).fill('ConditionalCheckFailed'))
  for (const reason of own.CancellationReasons ?? []) if (reason.Item) reason.Item['claimant'] = { S: 'message-1' }
  mock.on(TransactWriteItemsCommand).rejectsOnce(own).resolves({})
  expect(await claimOurs(findings(150), ledger, claim)).toHaveLength(50)
})
