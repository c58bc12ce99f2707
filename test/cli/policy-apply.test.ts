import { join } from 'node:path'
import { QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { writePolicy } from '../../shared/aws/ledger/policy-store.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { AT_TERMINAL, aTable, ENFORCING, EXEMPTING, OBSERVING, omitPresets, policy } from './applying.ts'
import { CALLER, deployed, expectNoCalls, failure, identified, tables, titled, UNTOLD } from './aws.ts'
import { inFolder, virtguard } from './run-cli.ts'

beforeEach(expectNoCalls)

describe('policy apply', () => {
  test('shows all of the first policy as new, and applies it', async () => {
    const { live } = aTable()
    const { code, out, errLines } = await policy('apply', OBSERVING)
    expect(code).toBe(0)
    expect(out).toMatch(/^paravirtual-instance: observe\nparavirtual-image: observe\n/)
    expect(out).toContain('stop budget: 5 stops in 10 min\n')
    expect(out).toMatch(
      /\nversion 1 applied to the table ledger in us-east-1 of account 123456789012; it is in force within a minute in a stack with a live policy\n$/,
    )
    expect(errLines).toEqual([
      'virtguard: the deployed policy is in force and cannot be read from here; this is what the new one does',
      UNTOLD,
    ])
    expect(await live()).toEqual({
      policy: DEFAULT_POLICY,
      version: 1,
      by: 'somebody',
      caller: CALLER,
      at: '2026-11-24T12:00:00.000Z',
      stops: 'on',
    })
  })

  test('shows only what changes, and changes nothing for the same policy', async () => {
    const { live } = aTable()
    await policy('apply', ENFORCING, ['--yes'])
    const { code, out, errLines } = await policy('apply', EXEMPTING, ['--by', 'user@example.com'])
    expect({ code, errLines }).toEqual({ code: 0, errLines: [UNTOLD] })
    expect(out).toBe(
      'added: exemption from all rules for accountId 012345678901, instanceType m1.*, until 2027-11-23 (user@example.com: old host)\nversion 2 applied to the table ledger in us-east-1 of account 123456789012; it is in force within a minute in a stack with a live policy\n',
    )
    expect((await live()).by).toBe('user@example.com')
    expect((await policy('apply', EXEMPTING)).out).toBe('no change: version 2 is the same policy\n')
    expect((await live()).version).toBe(2)
  })

  test.each([
    ['y\n', 0, 2],
    ['Yes\n', 0, 2],
    ['\n', 1, 1],
    ['no\n', 1, 1],
    ['', 1, 1],
  ])('asks about a rule that is turned to enforce: %j', async (answer, exitCode, version) => {
    const { live } = aTable()
    await policy('apply', OBSERVING)
    const { code, out, err } = await policy('apply', ENFORCING, [], AT_TERMINAL(answer))
    expect(code).toBe(exitCode)
    expect(out).toMatch(/^paravirtual-instance: observe → enforce\n/)
    expect(err).toContain('paravirtual-instance: from now on virtguard stops instances for this. Apply? [y/N] ')
    expect(err.includes('nothing was changed')).toBe(exitCode === 1)
    expect((await live()).version).toBe(version)
  })

  test('applies nothing without --yes if nobody can answer', async () => {
    const { live } = aTable()
    await policy('apply', OBSERVING)
    const { code, errLines } = await policy('apply', ENFORCING, [], { stdin: 'y\n' })
    expect(code).toBe(2)
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain('There is no terminal to answer on; give --yes if you mean it')
    expect((await live()).version).toBe(1)
    expect((await policy('apply', ENFORCING, ['--yes'])).code).toBe(0)
  })

  test('does not ask again about a rule that enforces already', async () => {
    aTable()
    await policy('apply', ENFORCING, ['--yes'])
    expect((await policy('apply', `${ENFORCING}stop: { grace: 0s }\n`)).out).toBe(
      'stop grace: 15 min → 0 s\nversion 2 applied to the table ledger in us-east-1 of account 123456789012; it is in force within a minute in a stack with a live policy\n',
    )
  })

  test('is refused if somebody else applied a policy meanwhile', async () => {
    const { live, client } = aTable()
    await policy('apply', OBSERVING)
    async function* whileSomebodyApplies(): AsyncGenerator<Buffer> {
      await writePolicy(client(), 'ledger', { policy: DEFAULT_POLICY, by: 'somebody else', at: new Date() })
      yield Buffer.from('y\n')
    }
    const world = { isTTY: true, stdin: whileSomebodyApplies() }
    const { code, errLines } = await policy('apply', ENFORCING, [], world)
    expect(code).toBe(2)
    expect(errLines.at(-1)).toContain('somebody else has changed it meanwhile; read it (virtguard policy show)')
    expect(await live()).toMatchObject({ version: 2, by: 'somebody else', policy: DEFAULT_POLICY })
  })

  test('refuses a file with mistakes before it calls AWS, one line each', async () => {
    const { code, out, errLines } = await policy('apply', 'version: 1\nrulse: {}\nstop: { grace: soon }\n')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(2)
    for (const line of errLines) expect(line).toMatch(/policy\.yaml:\d+:\d+ /)
  })

  test('reports a stored policy that cannot be used, and replaces it', async () => {
    const { items, live } = aTable()
    items.set('policy | current', { pk: { S: 'policy' }, sk: { S: 'current' }, policy: { S: '{}' }, sha256: { S: '' } })
    const { code, errLines } = await policy('apply', OBSERVING)
    expect(code).toBe(0)
    expect(errLines[0]).toContain('the live policy cannot be used: policy version 0')
    expect((await live()).policy).toEqual(DEFAULT_POLICY)
  })

  test('warns of a pattern that matches nothing, and refuses it if that would stop what was to pass', async () => {
    aTable()
    const denying = (mode: string, list: string) =>
      `version: 1\nrules: { instance-family: { mode: ${mode}, ${list}: [T2] } }\n`
    const { code, errLines } = await policy('apply', denying('enforce', 'deny'), ['--yes'])
    expect(code).toBe(0)
    expect(errLines[0]).toMatch(
      /^virtguard: warning: .*policy\.yaml:2:\d+ rules\.instance-family\.deny\[0\]: "T2" matches no/,
    )
    expect((await policy('apply', denying('enforce', 'allow'), ['--yes'])).code).toBe(2)
  })

  test('warns of an expired exemption', async () => {
    aTable()
    const { errLines } = await policy('apply', EXEMPTING.replace('2027', '2025'), ['--yes'])
    expect(errLines[0]).toContain('expired on 2025-11-23')
  })

  test('says if nothing will be stopped in spite of enforce', async () => {
    aTable()
    deployed({ LedgerTable: 'ledger' })
    await virtguard(['stops', 'off', '--why', 'migration'])
    await inFolder({ 'policy.yaml': ENFORCING }, async folder => {
      const { errLines } = await virtguard(['policy', 'apply', join(folder, 'policy.yaml'), '--yes'])
      expect(omitPresets(errLines).slice(1)).toEqual([
        'virtguard: stops are switched off; nothing is stopped until `virtguard stops on --why "…"`',
        'virtguard: the stack Virtguard was deployed without the function that stops: nothing is stopped until it is deployed with a policy that enforces',
        'virtguard: operations got no message, because their topic is not known here: deploy the stack again',
      ])
    })
  })

  test.each(
    titled([
      [failure('AccessDeniedException'), 'the credentials do not allow it; allow the call'],
      [failure('ValidationException', 'Item size has exceeded'), 'DynamoDB refuses (ValidationException: Item size'],
    ]),
  )('%s', async (_, error, words) => {
    tables.on(QueryCommand).resolves({})
    tables.on(TransactWriteItemsCommand).rejects(error)
    identified()
    const { code, errLines } = await policy('apply', OBSERVING)
    expect(code).toBe(2)
    expect(errLines.at(-1)).toContain(`dynamodb:PutItem: ${words}`)
  })
})
