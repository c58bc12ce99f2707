import { beforeEach, describe, expect, test } from '@jest/globals'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { AT_TERMINAL, aTable, EXEMPTING, OBSERVING, policy } from './applying.ts'
import { CALLER, expectNoCalls } from './aws.ts'
import { virtguard } from './run-cli.ts'

beforeEach(expectNoCalls)

describe('policy show', () => {
  test('writes a file that can be applied again', async () => {
    aTable()
    await policy('apply', EXEMPTING, ['--yes'])
    const { code, out, err } = await policy('show', undefined)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /^# version 1, applied by arn:aws:sts::123456789012:assumed-role\/Operators\/user \(says to be somebody\) at 2026-11-24 12:00:00 UTC\n# stops are switched on, as they are from the start\nversion: 1\n/,
    )
    expect(out).toContain('accountId: "012345678901"')
    expect((await policy('apply', out)).out).toBe('no change: version 1 is the same policy\n')
  })

  test('writes JSON', async () => {
    aTable()
    await policy('apply', OBSERVING)
    expect(JSON.parse((await policy('show', undefined, ['--format', 'json'])).out)).toMatchObject({
      version: 1,
      policy: DEFAULT_POLICY,
      stops: 'on',
    })
  })

  test('says that no policy was applied, or that it was reset', async () => {
    aTable()
    expect((await policy('show', undefined)).out).toContain(
      '# no policy was applied: the deployed policy is in force\n',
    )
    await policy('apply', OBSERVING)
    await policy('reset', undefined, ['--yes'])
    expect((await policy('show', undefined)).out).toContain(
      `# reset by ${CALLER} (says to be somebody) at 2026-11-24 12:00:00 UTC (version 2): the deployed policy is in force\n`,
    )
  })

  test('shows a policy that cannot be used, and sets the exit code', async () => {
    const { items } = aTable()
    await policy('apply', OBSERVING)
    items.set('policy | current', { ...items.get('policy | current'), policy: { S: '{}\u001b[31m' } })
    const { code, out, errLines } = await policy('show', undefined)
    expect(code).toBe(2)
    expect(out).toContain(`# version 1, written by ${CALLER} (says to be somebody)`)
    expect(errLines).toEqual([
      'virtguard: policy version 1: its text is not the one that was applied; apply a valid one (virtguard policy apply), or go back to the deployed one (virtguard policy reset)',
    ])
  })
})

describe('policy reset', () => {
  test('asks first, because the deployed policy may enforce', async () => {
    const { live } = aTable()
    await policy('apply', OBSERVING)
    expect((await policy('reset', undefined)).code).toBe(2)
    expect((await policy('reset', undefined, [], AT_TERMINAL('n\n'))).code).toBe(1)
    expect((await live()).version).toBe(1)
    const { code, out } = await policy('reset', undefined, [], AT_TERMINAL('y\n'))
    expect({ code, out }).toEqual({
      code: 0,
      out: 'version 2 in the table ledger in us-east-1 of account 123456789012: the deployed policy is in force again, within a minute\n',
    })
    expect(await live()).toMatchObject({ version: 2, by: 'somebody' })
  })

  test('changes nothing if no policy was applied', async () => {
    aTable()
    expect((await policy('reset', undefined)).out).toBe('no change: the deployed policy is in force already\n')
  })
})

describe('stops off and stops on', () => {
  const stops = (...args: string[]) => virtguard(['stops', ...args, '--table', 'ledger'])

  test('switch stops, and record who, when and why', async () => {
    const { live } = aTable()
    expect((await stops()).out).toBe('stops are switched on, as they are from the start\n')
    expect((await stops('off', '--why', 'migration', '--by', 'user@example.com')).out).toMatch(
      /^stops are switched off in the table ledger in us-east-1 of account 123456789012\. Nothing is stopped from now on, .* Other stacks, in other regions and accounts, have switches of their own\.\n$/,
    )
    expect(await live()).toEqual({
      stops: 'off',
      stopsBy: 'user@example.com',
      stopsCaller: CALLER,
      stopsAt: '2026-11-24T12:00:00.000Z',
      stopsWhy: 'migration',
    })
    expect((await stops()).out).toBe(
      `stops are switched off by ${CALLER} (says to be user@example.com) at 2026-11-24 12:00:00 UTC: migration\n`,
    )
    await stops('on', '--why', 'done')
    expect(await live()).toMatchObject({ stops: 'on', stopsBy: 'somebody', stopsWhy: 'done' })
  })

  test('switch those of one account, and leave the switch of the stack as it is', async () => {
    const { live } = aTable()
    expect((await stops('off', '--why', 'migration', '--account', '210987654321')).out).toMatch(
      /^stops are switched off for account 210987654321 in the table ledger in us-east-1 of account 123456789012\. Nothing is stopped there /,
    )
    expect(await live()).toMatchObject({ stops: 'on', accountStops: { '210987654321': { stops: 'off' } } })
    expect((await stops()).out).toBe(
      `stops are switched on, as they are from the start\nstops are switched off in account 210987654321 by ${CALLER} (says to be somebody) at 2026-11-24 12:00:00 UTC: migration\n`,
    )
  })

  test.each([
    [['off'], 'give the reason: virtguard stops off --why'],
    [['on', '--why', '  '], 'give the reason'],
    [['of', '--why', 'x'], 'Allowed choices are on, off'],
    [['--why', 'x'], '--why, --by and --account are for switching; say on or off'],
    [['off', '--why', 'x', '--by', ' '], '--by is empty'],
    [['--account', '210987654321'], '--why, --by and --account are for switching; say on or off'],
    [['off', '--why', 'x', '--account', 'payments'], 'Write its 12 digits'],
    [['off', '--why'], "option '--why <text>' argument missing"],
  ])('refuse %j in one line', async (args, why) => {
    const { code, out, errLines } = await virtguard(['stops', '--table', 'ledger', ...args])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain(why)
  })
})
