import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { DescribeTableCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { noteSpoke } from '../../shared/aws/ledger/spokes.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'
import { aFinding } from '../support/findings.ts'
import { deployed, expectNoCalls, failure, stacks, tableInMemory, tables, titled } from './aws.ts'
import { answer, item, lines, list } from './ledger-rows.ts'
import { virtguard } from './run-cli.ts'

beforeEach(expectNoCalls)

describe('the ledger that the command reads', () => {
  const stack = { LedgerTable: 'Virtguard-Ledger-1' }

  test('is that of the stack, as is the account', async () => {
    deployed(stack)
    answer([])
    expect((await virtguard(['findings'])).errLines[0]).toContain('in account 123456789012')
    expect(tables.commandCalls(QueryCommand)[0]?.args[0].input.TableName).toBe('Virtguard-Ledger-1')
  })

  test('is listed for one account, and that is said if it has others', async () => {
    const dynamo = inMemoryDynamo()
    tableInMemory(dynamo)
    deployed({ LedgerTable: 'LEDGER' })
    const said = 'only account 123456789012; the ledger has others, too'
    expect((await virtguard(['findings'])).err).not.toContain(said)
    await noteSpoke({ client: dynamo.client(), table: 'LEDGER' }, '210987654321', new Date())
    expect((await virtguard(['findings'])).err).toContain(said)
    expect((await virtguard(['findings', '--account', '210987654321'])).err).not.toContain('the ledger has others')
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

  test('is missed in one line if the stack has none', async () => {
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

  test('is written as far as it was read if a page is refused', async () => {
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

describe('a mistake of findings is one line, and calls nothing of AWS', () => {
  test.each([
    [['--since', 'yesterday'], 'Write how long ago, like 7d or 24h, or a date, like 2027-01-31'],
    [['--since', '7'], 'Write how long ago'],
    [['--since', '2030-01-01'], '--since is in the future'],
    [['--state', 'GONE'], 'Allowed states are NEW, ALERTED'],
    [['--rule', 'paravirtual-instanc'], 'did you mean paravirtual-instance?'],
    [['--account', '12'], 'Write its 12 digits'],
    [['--region', 'useast1'], 'Write it like us-east-1'],
    [['--format', 'yaml'], 'Allowed choices are table'],
    [['--table', 'a', '--stack', 'b'], 'leave out one of them'],
    [['--table', 'a table'], 'a table is no name of a table'],
    [['i-1/2'], 'give the id of an instance or image'],
    [['i-0123456789abcdef0', '--would-stop'], 'are for the list'],
    [['i-0123456789abcdef0', 'i-0123456789abcdef1'], 'too many arguments'],
  ])('for %j', async (args, why) => {
    const { code, out, errLines } = await virtguard(['findings', ...args])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain(why)
  })
})
