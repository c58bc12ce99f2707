import { beforeEach, describe, expect, test } from '@jest/globals'
import { measureWidth } from '../../cli/output/width.ts'
import { aLedger, inState } from '../support/stories.ts'
import { expectNoCalls, tableInMemory } from './aws.ts'
import { lines } from './ledger-rows.ts'
import { virtguard } from './run-cli.ts'

beforeEach(expectNoCalls)

describe('one resource in findings', () => {
  const show = (id: string, ...args: string[]) => virtguard(['findings', id, '--table', 'ledger', ...args])
  const account = ['--account', '123456789012']

  test('is shown with its history, in words', async () => {
    const world = aLedger()
    await inState(world, 'STOPPED')
    tableInMemory(world)
    const { code, out } = await show('i-0123456789abcdef0', ...account, '--format', 'table')
    expect(code).toBe(0)
    expect(out).toMatch(/^i-0123456789abcdef0 in 123456789012\/us-east-1\n\nparavirtual-instance: STOPPED, MEDIUM\n/)
    expect(out).toContain('2026-11-24 08:00:32 UTC  DEFERRED    SNS accepted the alert')
    expect(out).toContain('2026-11-24 08:16:30 UTC  STOPPED     it is a test\n')
    expect(out).toContain('What to do\n')
    for (const line of out.split('\n')) expect(measureWidth(line)).toBeLessThanOrEqual(80)
  })

  test('is found by the id of a finding, which names the account', async () => {
    const world = aLedger()
    await inState(world, 'ALERTED')
    tableInMemory(world)
    const { out } = await show('paravirtual-instance/123456789012/us-east-1/i-0123456789abcdef0', '--format', 'ndjson')
    expect(lines(out)).toMatchObject([{ state: 'ALERTED', finding: { resource: { id: 'i-0123456789abcdef0' } } }])
  })

  test('of another region is searched in the whole account', async () => {
    const world = aLedger()
    await inState(world, 'ALERTED')
    tableInMemory(world)
    const { code, out } = await show('i-0123456789abcdef0', ...account, '--region', 'eu-west-1', '--format', 'ndjson')
    expect(lines(out)).toHaveLength(1)
    expect(code).toBe(0)
  })

  test('is reported as missing if the ledger does not have it', async () => {
    tableInMemory(aLedger())
    const { code, out, errLines } = await show('i-0123456789abcdef9', ...account)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(errLines).toEqual(['virtguard: the ledger has no finding of i-0123456789abcdef9 in account 123456789012'])
  })
})
