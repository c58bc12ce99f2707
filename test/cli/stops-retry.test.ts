import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { readSweepMessage } from '../../functions/sweep/message.ts'
import { createPast } from '../../shared/ledger/claim.ts'
import type { Row } from '../../shared/ledger/row.ts'
import type { Reason } from '../../shared/reasons/reason.ts'
import { aFinding, instanceIds } from '../support/findings.ts'
import { deployed, expectNoCalls, failure, queues, tables } from './aws.ts'
import { answer, item, list } from './ledger-rows.ts'
import { virtguard } from './run-cli.ts'

const URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/Virtguard-Sweeps-1'
const OUTPUTS = { LedgerTable: 'ledger', SweepsQueueUrl: URL, StopsQueueUrl: 'https://stops' }
const SPENT: Reason = { code: 'BUDGET_SPENT', args: { stops: 5, perSeconds: 600 } }
const [one = '', two = '', three = '', four = ''] = instanceIds(4)

const NOW = new Date('2026-11-24T12:00:00Z')
const ago = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000)

const left = (
  id: string,
  { because = SPENT, at = ago(1), ...row }: Partial<Row> & { because?: Reason; at?: Date } = {},
  finding: Parameters<typeof aFinding>[0] = {},
) => item(aFinding({ on: id, ...finding }), { state: 'REFUSED', history: [createPast('REFUSED', at, because)], ...row })

beforeEach(() => {
  expectNoCalls()
  deployed(OUTPUTS)
  queues.on(SendMessageCommand).resolves({ MessageId: 'm' })
})

const sent = () => queues.commandCalls(SendMessageCommand).map(({ args: [{ input }] }) => input)
const asked = () =>
  sent().map(({ MessageBody = '' }) => {
    const message = readSweepMessage(MessageBody)
    return message.kind === 'promise' ? message.findings.map(({ resourceId }) => resourceId) : message
  })

const retry = (...args: string[]) => virtguard(['stops', 'retry', ...args])

describe('stops retry', () => {
  test('asks the stack to inspect again what was refused, in a message that the function understands', async () => {
    answer([left(one), left(two)])
    const { code, out, err } = await retry('--yes')
    expect(code).toBe(0)
    expect(sent().map(({ QueueUrl }) => QueueUrl)).toEqual([URL])
    expect(readSweepMessage(sent()[0]?.MessageBody ?? '')).toEqual({
      kind: 'promise',
      accountId: '123456789012',
      region: 'us-east-1',
      findings: [one, two].map(resourceId => ({ resourceId, rule: 'paravirtual-instance' })),
    })
    expect(out).toContain(`${one} paravirtual-instance: REFUSED, left running: the stop budget is spent`)
    expect(err).toContain('2 instances (2 findings): asked for')
  })

  test('only reads of AWS with --dry-run, and says what would be inspected', async () => {
    answer([left(one), left(two)])
    const { code, out, err } = await retry('--dry-run')
    expect([code, sent()]).toEqual([0, []])
    expect(out.split('\n').filter(line => line !== '')).toHaveLength(2)
    expect(err).toContain('2 instances (2 findings) would be evaluated again; nothing was asked for')
  })

  test('asks before it acts on more than one, and acts on none if nobody can answer', async () => {
    answer([left(one), left(two)])
    const { code, errLines } = await retry()
    expect([code, sent()]).toEqual([2, []])
    expect(errLines.at(-1)).toContain('give --yes if you mean it')
    expectNoCalls()
    deployed(OUTPUTS)
    queues.on(SendMessageCommand).resolves({ MessageId: 'm' })
    answer([left(one)])
    expect((await retry()).code).toBe(0)
    expect(asked()).toEqual([[one]])
  })

  test.each<[string, readonly string[], readonly string[]]>([
    ['the rule', ['--rule', 'xen-hypervisor'], [two]],
    ['the instance', ['--instance', one, '--instance', two], [one, two]],
    ['how long ago it was left', ['--refused-since', '24h'], [one, two]],
    ['that it was left before', ['--refused-before', '24h'], [three]],
  ])('takes only what is chosen by %s', async (_, args, ids) => {
    answer([left(one), left(two, {}, { rule: 'xen-hypervisor' }), left(three, { at: ago(48) })])
    await retry('--yes', ...args)
    expect(asked()).toEqual([ids])
  })

  test('takes what failed, or was only alerted, if it is asked to', async () => {
    const rows = [
      left(one),
      left(two, { state: 'FAILED' }),
      left(three, { state: 'ALERTED' }),
      left(four, { state: 'STOPPED' }),
    ]
    answer(rows)
    await retry('--yes')
    await retry('--yes', '--failed', '--alerted')
    expect(asked()).toEqual([[one], [one, two, three]])
  })

  test('leaves other regions, which it says, and resources that are no instances', async () => {
    const elsewhere = left(one, { pk: `123456789012#eu-west-1#${one}` })
    const finding = aFinding({ on: one })
    const moved = { ...finding, resource: { ...finding.resource, region: 'eu-west-1' } }
    answer([
      { ...elsewhere, finding: { S: JSON.stringify(moved) } },
      left('ami-0abcdef1234567890', {}, { rule: 'paravirtual-image' }),
    ])
    const { code, err } = await retry('--yes')
    expect([code, sent()]).toEqual([1, []])
    expect(err).toContain('1 finding in other regions: this stack stops in us-east-1 only')
    expect(err).toContain('no finding is chosen')
  })

  test('puts many into several messages', async () => {
    answer(instanceIds(1_200).map(id => left(id)))
    await retry('--yes')
    expect(asked().map(ids => (Array.isArray(ids) ? ids.length : 0))).toEqual([500, 500, 200])
  })

  test('says in one line what is wrong', async () => {
    deployed({ LedgerTable: 'ledger', SweepsQueueUrl: URL }, 'Observing')
    expect((await retry('--stack', 'Observing')).errLines).toEqual([
      expect.stringContaining('the stack Observing has no function that stops'),
    ])
    expect((await retry('--instance', 'web-1')).errLines[0]).toContain('Write it like i-0123456789abcdef0')
    expect((await retry('--rule', 'paravirtual')).errLines[0]).toContain('paravirtual')
    answer([left(one)])
    queues.on(SendMessageCommand).rejects(failure('AccessDenied'))
    const { code, errLines } = await retry('--yes')
    expect([code, errLines.at(-1)]).toEqual([2, expect.stringContaining('sqs:SendMessage: the credentials do not')])
  })

  test('does not replace the emergency stop switch', async () => {
    tables.on(QueryCommand).resolves({ Items: [] })
    expect((await virtguard(['stops', '--table', 'ledger'])).out).toContain('stops are switched on')
  })
})

describe('findings --refused', () => {
  test('lists what was left running, with the reasons counted', async () => {
    const disabled = {
      type: 'stop',
      decision: 'would-stop',
      code: 'STOPS_DISABLED',
      args: { graceSeconds: 900 },
      reason: 'off',
    } as const
    answer([
      left(one),
      left(two),
      left(three, { because: { code: 'STOP_PROTECTED' } }),
      left(four, { state: 'ALERTED' }, { action: disabled }),
      left(four, { state: 'ALERTED', sk: 'xen-hypervisor' }, { rule: 'xen-hypervisor' }),
      left(one, { state: 'STOPPED' }),
    ])
    const { out, err } = await list('--refused', '--since', '90d')
    expect(out.split('\n').filter(line => line !== '')).toHaveLength(4)
    expect(err).toContain('left running: 2 findings, because the stop budget is spent')
    expect(err).toContain('left running: 1 finding, because it has stop protection')
    expect(err).toContain('left running: 1 finding, because stops are switched off')
    expect(err).toContain('virtguard stops retry --dry-run')
  })
})
