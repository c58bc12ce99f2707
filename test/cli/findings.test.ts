import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { measureWidth } from '../../cli/output/width.ts'
import { STATES } from '../../shared/ledger/row.ts'
import { aFinding, instanceIds, refusedFor } from '../support/findings.ts'
import { aLedger, inState } from '../support/stories.ts'
import { expectNoCalls, tableInMemory, tables } from './aws.ts'
import { answer, item, lines, list } from './ledger-rows.ts'

beforeEach(expectNoCalls)

describe('the list of findings', () => {
  test('reads the index of the account for the last seven days, newest first, and writes every page', async () => {
    const [a = '', b = '', c = ''] = instanceIds(3)
    answer([item(aFinding({ on: c })), item(aFinding({ on: b }))], [], [item(aFinding({ on: a }))])
    const { code, out, errLines } = await list()
    expect(tables.commandCalls(QueryCommand).map(({ args }) => args[0].input)).toEqual(
      [undefined, '1', '2'].map(start => ({
        TableName: 'ledger',
        IndexName: 'byAccount',
        KeyConditionExpression: 'accountId = :account AND writtenAt >= :since',
        ExpressionAttributeValues: { ':account': { S: '123456789012' }, ':since': { S: '2026-11-17T12:00:00.000Z' } },
        ScanIndexForward: false,
        ...(start !== undefined && { ExclusiveStartKey: { pk: { S: start } } }),
      })),
    )
    expect(lines(out).map(({ finding }) => finding.resource.id)).toEqual([c, b, a])
    expect(errLines).toEqual(['virtguard: 3 findings in account 123456789012 since 2026-11-17 12:00 UTC: 3 ALERTED'])
    expect(code).toBe(0)
  })

  test.each([
    ['24h', '2026-11-23T12:00:00.000Z'],
    ['1d12h', '2026-11-23T00:00:00.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-24T09:00:00+01:00', '2026-11-24T08:00:00.000Z'],
  ])('begins at %s', async (since, moment) => {
    answer([])
    const { code, out, errLines } = await list('--since', since)
    const [call] = tables.commandCalls(QueryCommand)
    expect(call?.args[0].input.ExpressionAttributeValues?.[':since']).toEqual({ S: moment })
    expect(errLines[0]).toMatch(/^virtguard: no findings in account 123456789012 since /)
    expect({ code, out }).toEqual({ code: 0, out: '' })
  })

  test('has the keys of the ledger, with the finding itself', async () => {
    answer([
      item(aFinding(), { state: 'DEFERRED', stopAt: '2026-11-24T08:15:30Z', alertedAt: '2026-11-24T08:00:32.000Z' }),
    ])
    expect(lines((await list()).out)).toEqual([
      {
        state: 'DEFERRED',
        writtenAt: '2026-11-24T08:00:30.000Z',
        alertedAt: '2026-11-24T08:00:32.000Z',
        stopAt: '2026-11-24T08:15:30Z',
        overdue: true,
        history: [
          { state: 'ALERTED', at: '2026-11-24T08:00:30.000Z', why: 'SNS has taken the alert', code: 'ALERTED' },
        ],
        finding: aFinding(),
      },
    ])
  })

  test('can be filtered by state and rule', async () => {
    const rows = [
      item(aFinding(), { state: 'STOPPED' }),
      item(aFinding(), { state: 'FAILED' }),
      item(aFinding({ rule: 'xen-hypervisor' }), { state: 'FAILED' }),
      item(aFinding(), { state: 'NEW' }),
    ]
    answer(rows)
    const { out, errLines } = await list('--state', 'failed', '--state', 'STOPPED', '--rule', 'paravirtual-instance')
    expect(lines(out).map(({ state }) => state)).toEqual(['STOPPED', 'FAILED'])
    expect(errLines[0]).toMatch(/2 findings .*: 1 STOPPED, 1 FAILED$/)
  })

  test('is a table of 80 columns in which each state says what became of the finding', async () => {
    const alerted: string[] = []
    for (const state of STATES) {
      const world = aLedger()
      await inState(world, state)
      tableInMemory(world)
      const { out, errLines } = await list('--format', 'table')
      for (const line of out.split('\n')) expect(measureWidth(line)).toBeLessThanOrEqual(80)
      expect(out).toMatch(/^REPORTED \(UTC\) +STATE +LEVEL +RULE +RESOURCE\n/)
      expect(out).toContain(`2026-11-24 08:00 ${state.padEnd(10)} MEDIUM   paravirtual-instance i-0123456789abcdef0`)
      expect(errLines[0]).toContain(`: 1 ${state}`)
      alerted.push(`${state}: ${out.split('\n').slice(3).join(' ').replace(/ +/g, ' ').trim()}`)
    }
    expect(alerted).toEqual([
      'NEW: its alert is not known to be out',
      'ALERTED: the rule is on observe; on enforce it would be stopped after 15 min',
      'SUPPRESSED: exempt by the policy',
      'DEFERRED: OVERDUE: was to be stopped at 2026-11-24 08:15:30 UTC, and was not',
      'STOPPED: it is a test (its alert is not known to be out)',
      'REFUSED: left running: it is a test (its alert is not known to be out)',
      'RESOLVED: it is a test (its alert is not known to be out)',
      'FAILED: it is a test (its alert is not known to be out)',
    ])
  })

  test('gives the time of a promised stop, and says of one that is overdue what to do', async () => {
    const promised = (stopAt: string, more: object = {}) => item(aFinding(), { state: 'DEFERRED', stopAt, ...more })
    answer([
      promised('2026-11-24T12:10:00Z'),
      promised('2026-11-24T11:00:00Z'),
      promised('2026-11-24T10:59:59Z'),
      promised('2026-11-24T10:00:00Z', { stopRequestedAt: '2026-11-24T10:00:30.000Z' }),
    ])
    const { out, errLines } = await list('--format', 'table')
    const became = out.split('\n').filter(line => /stopped at|asked to/.test(line))
    expect(became.map(line => line.trim())).toEqual([
      'will be stopped at 2026-11-24 12:10:00 UTC',
      'will be stopped at 2026-11-24 11:00:00 UTC',
      'OVERDUE: was to be stopped at 2026-11-24 10:59:59 UTC, and was not',
      'OVERDUE: EC2 was asked to stop it at 2026-11-24 10:00:30 UTC, and its',
    ])
    expect(errLines.slice(1)).toEqual([
      expect.stringMatching(
        /^virtguard: 2 stops overdue: a stack that enforces nothing makes none; in another, .*docs\/operations/,
      ),
    ])
  })

  test('can be written as CSV and as JSON', async () => {
    answer([item(aFinding()), item(aFinding({ on: 'i-0123456789abcdef1' }))])
    const [head = '', first = ''] = (await list('--format', 'csv')).out.split('\n')
    expect(head).toMatch(/^state,reportedAt,became,stopAt,stopRequestedAt,alertedAt,status,severity,/)
    expect(first).toMatch(/^ALERTED,2026-11-24T08:00:30.000Z,/)
    expect(JSON.parse((await list('--format', 'json')).out)).toHaveLength(2)
  })

  test('lets no text of strangers control the terminal', async () => {
    const actor = { arn: 'arn:\u001b[31m', autoScalingGroup: 'web\u202e\n' }
    const nasty = aFinding({ message: 'a\u001b[2Jb\nc', actor, action: refusedFor('it \u001b[31mbelongs\u0007') })
    answer([item(nasty)])
    for (const format of ['table', 'csv', 'ndjson', 'json'])
      for (const args of [[], ['--would-stop']]) {
        const { out, err } = await list('--format', format, ...args)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
        expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/)
      }
  })

  test('reports a damaged row, and hides no other', async () => {
    const damaged = [
      item(aFinding(), { finding: '{' }),
      item(aFinding(), { finding: '{"rule":"x"}' }),
      { ...item(aFinding()), state: { S: 'GONE' } },
    ]
    answer([...damaged, item(aFinding())])
    const { code, out, errLines } = await list()
    expect(lines(out)).toHaveLength(1)
    expect(errLines.slice(0, 3)).toEqual(
      Array(3).fill(
        'virtguard: the row 123456789012#us-east-1#i-0123456789abcdef0 paravirtual-instance is damaged; see who else writes to the table, and delete the row',
      ),
    )
    expect(code).toBe(2)
  })
})
