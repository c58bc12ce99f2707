import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { DescribeTableCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { widthOf } from '../../cli/output/width.ts'
import { type Item, itemOf } from '../../shared/aws/items.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { type Row, STATES } from '../../shared/ledger/row.ts'
import { aFinding, instanceIds } from '../support/findings.ts'
import { aLedger, inState, T0 } from '../support/stories.ts'
import { deployed, expectNoCalls, failure, stacks, tableInMemory, tables, titled } from './aws.ts'
import { virtguard } from './run-cli.ts'

beforeEach(expectNoCalls)

const REFUSED = (reason: string): Finding['action'] => ({ type: 'stop', decision: 'refuse', reason })

/** A row as DynamoDB has it. */
const item = (finding: Finding, row: Partial<Row> = {}): Item => {
  const { resource, rule, status, severity, action } = finding
  return itemOf({
    pk: `${resource.accountId}#${resource.region}#${resource.id}`,
    sk: rule,
    state: 'ALERTED',
    status,
    severity,
    decision: action.decision,
    accountId: resource.accountId,
    claimant: 'message-1',
    launchId: 'r-1',
    leaseUntil: 0,
    writtenAt: T0.toISOString(),
    changedAt: 0,
    expiresAt: 0,
    finding: JSON.stringify(finding),
    history: [{ state: 'ALERTED', at: T0.toISOString(), why: 'SNS has taken the alert' }],
    ...row,
  })
}

const answer = (...pages: readonly (readonly Item[])[]): void => {
  for (const [index, Items] of pages.entries())
    tables.on(QueryCommand, index === 0 ? {} : { ExclusiveStartKey: { pk: { S: String(index) } } }).resolves({
      Items: [...Items],
      ...(index < pages.length - 1 && { LastEvaluatedKey: { pk: { S: String(index + 1) } } }),
    })
}

const list = (...args: string[]) => virtguard(['findings', '--table', 'ledger', '--account', '123456789012', ...args])
const lines = (ndjson: string) => ndjson.split('\n').flatMap(line => (line === '' ? [] : JSON.parse(line)))

describe('the list of findings', () => {
  test('asks the index of the account for the last seven days, newest first, and writes every page', async () => {
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
  ])('since %s', async (since, moment) => {
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
        history: [{ state: 'ALERTED', at: '2026-11-24T08:00:30.000Z', why: 'SNS has taken the alert' }],
        finding: aFinding(),
      },
    ])
  })

  test('by state and rule', async () => {
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

  test('in a table of 80 columns: each state says what became of it', async () => {
    const told: string[] = []
    for (const state of STATES) {
      const world = aLedger()
      await inState(world, state)
      tableInMemory(world)
      const { out, errLines } = await list('--format', 'table')
      for (const line of out.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80)
      expect(out).toMatch(/^REPORTED \(UTC\) +STATE +LEVEL +RULE +RESOURCE\n/)
      expect(out).toContain(`2026-11-24 08:00 ${state.padEnd(10)} MEDIUM   paravirtual-instance i-0123456789abcdef0`)
      expect(errLines[0]).toContain(`: 1 ${state}`)
      told.push(`${state}: ${out.split('\n').slice(3).join(' ').replace(/ +/g, ' ').trim()}`)
    }
    expect(told).toEqual([
      'NEW: its alert is not known to be out',
      'ALERTED: the rule observes; on enforce it would be stopped after 15 min',
      'SUPPRESSED: exempt: by the policy',
      'DEFERRED: will be stopped at 2026-11-24 08:15:30 UTC',
      'STOPPED: as the test has it (its alert is not known to be out)',
      'REFUSED: left running: as the test has it (its alert is not known to be out)',
      'RESOLVED: as the test has it (its alert is not known to be out)',
      'FAILED: as the test has it (its alert is not known to be out)',
    ])
  })

  test('as CSV and as JSON', async () => {
    answer([item(aFinding()), item(aFinding({ on: 'i-0123456789abcdef1' }))])
    const [head = '', first = ''] = (await list('--format', 'csv')).out.split('\n')
    expect(head).toMatch(/^state,reportedAt,became,stopAt,stopRequestedAt,alertedAt,status,severity,/)
    expect(first).toMatch(/^ALERTED,2026-11-24T08:00:30.000Z,/)
    expect(JSON.parse((await list('--format', 'json')).out)).toHaveLength(2)
  })

  test('what strangers wrote steers no terminal', async () => {
    const actor = { arn: 'arn:\u001b[31m', autoScalingGroup: 'web\u202e\n' }
    const nasty = aFinding({ message: 'a\u001b[2Jb\nc', actor, action: REFUSED('it \u001b[31mbelongs\u0007') })
    answer([item(nasty)])
    for (const format of ['table', 'csv', 'ndjson', 'json'])
      for (const args of [[], ['--would-stop']]) {
        const { out, err } = await list('--format', format, ...args)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
        expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/)
      }
  })

  test('a damaged row is said, and hides no other', async () => {
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

describe('what would have been stopped', () => {
  const group = (name: string) =>
    REFUSED(`it belongs to the Auto Scaling group ${name}, which would replace it: fix its launch template lt-0abc`)

  test('is counted by instance, with the members of groups and the reasons of the others', async () => {
    const ids = instanceIds(9)
    const rows = [
      aFinding({ on: ids[0] ?? '' }),
      aFinding({ on: ids[1] ?? '' }),
      // Two rules on one instance are one stop; one that may not be stopped for one rule may be for another.
      aFinding({ on: ids[0] ?? '', rule: 'xen-hypervisor' }),
      aFinding({ on: ids[1] ?? '', rule: 'ena-disabled', action: REFUSED('the verdict is UNKNOWN') }),
      aFinding({ on: ids[2] ?? '', action: group('web, blue') }),
      aFinding({ on: ids[3] ?? '', action: group('web, blue') }),
      aFinding({ on: ids[4] ?? '', action: group('batch') }),
      aFinding({
        on: ids[5] ?? '',
        action: REFUSED('it belongs to an EC2 fleet, which would replace it: fix the template'),
      }),
      aFinding({ on: ids[6] ?? '', action: REFUSED('the verdict is UNKNOWN') }),
      aFinding({ on: ids[7] ?? '', action: { type: 'alert', decision: 'alert-only', reason: 'exempt by the policy' } }),
      aFinding({ on: ids[8] ?? '', action: { type: 'stop', decision: 'defer', reason: 'it will be stopped' } }),
    ]
    answer(rows.map(row => item(row)))
    const { code, out, errLines } = await list('--would-stop', '--since', '7d')
    expect(lines(out)).toHaveLength(9)
    expect(errLines).toEqual([
      'virtguard: 9 findings in account 123456789012 since 2026-11-17 12:00 UTC',
      'virtguard: 2 instances would have been stopped, 5 left running',
      'virtguard: left running: 3 members of Auto Scaling groups (web, blue: 2, batch: 1), which would replace them: fix the launch templates',
      'virtguard: left running: 1, because it belongs to an EC2 fleet',
      'virtguard: left running: 1, because the verdict is UNKNOWN',
    ])
    expect(code).toBe(0)
  })

  test('names no more than five groups', async () => {
    answer(instanceIds(8).map((on, index) => item(aFinding({ on, action: group(`group-${index}`) }))))
    expect((await list('--would-stop')).err).toContain('group-4: 1, and 3 more groups), which')
  })

  test('is nothing where there is nothing', async () => {
    answer([])
    expect((await list('--would-stop')).errLines).toHaveLength(1)
  })
})

describe('one resource', () => {
  const show = (id: string, ...args: string[]) => virtguard(['findings', id, '--table', 'ledger', ...args])
  const account = ['--account', '123456789012']

  test('with its history, in words', async () => {
    const world = aLedger()
    await inState(world, 'STOPPED')
    tableInMemory(world)
    const { code, out } = await show('i-0123456789abcdef0', ...account, '--format', 'table')
    expect(code).toBe(0)
    expect(out).toMatch(/^i-0123456789abcdef0 in 123456789012\/us-east-1\n\nparavirtual-instance: STOPPED, MEDIUM\n/)
    expect(out).toContain('2026-11-24 08:00:32 UTC  DEFERRED    SNS has taken the alert')
    expect(out).toContain('2026-11-24 08:16:30 UTC  STOPPED     as the test has it\n')
    expect(out).toContain('What to do\n')
    for (const line of out.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80)
  })

  test('by the id of a finding, which names the account', async () => {
    const world = aLedger()
    await inState(world, 'ALERTED')
    tableInMemory(world)
    const { out } = await show('paravirtual-instance/123456789012/us-east-1/i-0123456789abcdef0', '--format', 'ndjson')
    expect(lines(out)).toMatchObject([{ state: 'ALERTED', finding: { resource: { id: 'i-0123456789abcdef0' } } }])
  })

  test('of another region is looked for in the whole account', async () => {
    const world = aLedger()
    await inState(world, 'ALERTED')
    tableInMemory(world)
    const { code, out } = await show('i-0123456789abcdef0', ...account, '--region', 'eu-west-1', '--format', 'ndjson')
    expect(lines(out)).toHaveLength(1)
    expect(code).toBe(0)
  })

  test('that the ledger does not know', async () => {
    tableInMemory(aLedger())
    const { code, out, errLines } = await show('i-0123456789abcdef9', ...account)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(errLines).toEqual(['virtguard: the ledger has no finding of i-0123456789abcdef9 in account 123456789012'])
  })
})

describe('the ledger', () => {
  const stack = { LedgerTable: 'Virtguard-Ledger-1' }

  test('is that of the stack, and so is the account', async () => {
    deployed(stack)
    answer([])
    expect((await virtguard(['findings'])).errLines[0]).toContain('in account 123456789012')
    expect(tables.commandCalls(QueryCommand)[0]?.args[0].input.TableName).toBe('Virtguard-Ledger-1')
  })

  test('is that of a stack of another name', async () => {
    deployed(stack, 'Guard')
    answer([])
    expect((await virtguard(['findings', '--stack', 'Guard'])).code).toBe(0)
  })

  test('is the table that is named, whose ARN has the account', async () => {
    tables
      .on(DescribeTableCommand, { TableName: 'ledger' })
      .resolves({ Table: { TableArn: 'arn:aws:dynamodb:us-east-1:210987654321:table/ledger' } })
    answer([])
    process.env['VIRTGUARD_TABLE'] = 'ledger'
    try {
      expect((await virtguard(['findings'])).errLines[0]).toContain('in account 210987654321')
      deployed(stack, 'Guard')
      await virtguard(['findings', '--stack', 'Guard'])
      expect(tables.commandCalls(QueryCommand).at(-1)?.args[0].input.TableName).toBe('Virtguard-Ledger-1')
    } finally {
      delete process.env['VIRTGUARD_TABLE']
    }
  })

  test.each(
    titled([
      [
        failure('ValidationError', 'Stack with id Virtguard does not exist'),
        'there is no stack Virtguard in this account',
      ],
      [failure('AccessDenied'), 'cloudformation:DescribeStacks: the credentials do not allow it; or name the stack'],
      [failure('CredentialsProviderError', 'Could not load credentials', {}), 'there are no AWS credentials; log in'],
    ]),
  )('%s', async (_, error, words) => {
    stacks.on(DescribeStacksCommand).rejects(error)
    const { code, out, errLines } = await virtguard(['findings'])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain(words)
  })

  test('of a stack that has none', async () => {
    deployed({ SomethingElse: 'x' })
    expect((await virtguard(['findings'])).errLines).toEqual([
      'virtguard: the stack Virtguard has no output LedgerTable; name the stack with --stack, or the table with --table or VIRTGUARD_TABLE',
    ])
  })

  test.each(
    titled([
      [failure('ResourceNotFoundException', 'Requested resource not found'), 'there is no such table; check --table'],
      [
        failure('ValidationException', 'The table does not have the specified index: byAccount'),
        'the ledger is of an older version; deploy the stack again',
      ],
      [failure('AccessDeniedException'), 'the credentials do not allow it; allow the call'],
      [failure('ThrottlingException', 'Rate exceeded'), 'DynamoDB is throttling calls; try again in a minute'],
      [failure('SomethingNew', 'strange\nthings'), 'DynamoDB refuses (SomethingNew: strange); check the names'],
      [failure('Error', 'connect ECONNREFUSED 192.0.2.1:443', { code: 'ECONNREFUSED' }), 'DynamoDB cannot be reached'],
    ]),
  )('%s', async (_, error, words) => {
    tables.on(QueryCommand).rejects(error)
    for (const run of [list(), list('i-0123456789abcdef0')]) {
      const { code, out, errLines } = await run
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(errLines).toHaveLength(1)
      expect(errLines[0]).toMatch(/^virtguard: dynamodb:Query: /)
      expect(errLines[0]).toContain(words)
    }
  })

  test('a refusal between two pages leaves what was written', async () => {
    tables
      .on(QueryCommand)
      .resolvesOnce({ Items: [item(aFinding())], LastEvaluatedKey: { pk: { S: '1' } } })
      .rejectsOnce(failure('AccessDeniedException'))
    const { code, out, errLines } = await list()
    expect(lines(out)).toHaveLength(1)
    expect(errLines).toHaveLength(1)
    expect(code).toBe(2)
  })
})

describe('a mistake is one line, and asks AWS nothing', () => {
  test.each([
    [['--since', 'yesterday'], 'Write how long ago, like 7d or 24h, or a date, like 2027-01-31'],
    [['--since', '7'], 'Write how long ago'],
    [['--since', '2030-01-01'], '--since is in the future'],
    [['--state', 'GONE'], 'Allowed states are NEW, ALERTED'],
    [['--rule', 'paravirtual-instanc'], 'did you mean paravirtual-instance?'],
    [['--account', '12'], 'Write its 12 digits'],
    [['--region', 'useast1'], 'Write it like us-east-1'],
    [['--format', 'yaml'], 'Allowed choices are table'],
    [['--table', 'a', '--stack', 'b'], 'leave one out'],
    [['--table', 'a table'], 'a table is no name of a table'],
    [['i-1/2'], 'give the id of an instance or image'],
    [['i-0123456789abcdef0', '--would-stop'], 'are for the list'],
    [['i-0123456789abcdef0', 'i-0123456789abcdef1'], 'too many arguments'],
  ])('%j', async (args, why) => {
    const { code, out, errLines } = await virtguard(['findings', ...args])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain(why)
  })
})
