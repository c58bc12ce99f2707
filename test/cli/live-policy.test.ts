import { join } from 'node:path'
import { QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { policyAsFile } from '../../cli/live-policy/as-file.ts'
import { changesBetween } from '../../cli/live-policy/changes.ts'
import { readLive, writePolicy } from '../../shared/aws/policy-store.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import type { Exemption, Policy } from '../../shared/policy/policy.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { SEVERITIES } from '../../shared/rules/rule.ts'
import { inMemoryDynamo } from '../support/dynamodb.ts'
import { deployed, expectNoCalls, failure, tableInMemory, tables, titled } from './aws.ts'
import { inFolder, virtguard, type World } from './run-cli.ts'

beforeEach(expectNoCalls)

const OBSERVING = 'version: 1\n'
const ENFORCING = 'version: 1\nrules: { paravirtual-instance: { mode: enforce } }\n'
const EXEMPTING = `${ENFORCING}exemptions:
  - { rule: "*", match: { accountId: "012345678901", instanceType: "m1.*" }, reason: old host, owner: user@example.com, expires: 2027-11-23 }
`

const aTable = () => {
  const dynamo = inMemoryDynamo()
  tableInMemory(dynamo)
  return { ...dynamo, live: () => readLive(dynamo.client(), 'ledger') }
}

/** Runs `policy VERB` with a file of this content, if any. */
const policy = async (verb: string, content: string | undefined, args: string[] = [], world: World = {}) => {
  let result = {} as Awaited<ReturnType<typeof virtguard>>
  await inFolder({ 'policy.yaml': content ?? '' }, async folder => {
    const file = content === undefined ? [] : [join(folder, 'policy.yaml')]
    result = await virtguard(['policy', verb, ...file, '--table', 'ledger', ...args], world)
  })
  return result
}

const AT_TERMINAL = (stdin: string): World => ({ stdin, isTTY: true })

describe('policy apply', () => {
  test('the first one: all of it is new, and it counts', async () => {
    const { live } = aTable()
    const { code, out, errLines } = await policy('apply', OBSERVING)
    expect(code).toBe(0)
    expect(out).toMatch(/^paravirtual-instance: observe\nparavirtual-image: observe\n/)
    expect(out).toContain('stop budget: 5 stops in 10 min\n')
    expect(out).toMatch(/\nversion 1 applied; it counts within a minute in a stack with a live policy\n$/)
    expect(errLines).toEqual([
      'virtguard: so far the deployed policy counts, which cannot be read from here: this is what the new one does',
    ])
    expect(await live()).toEqual({
      policy: DEFAULT_POLICY,
      version: 1,
      by: 'somebody',
      at: '2026-11-24T12:00:00.000Z',
      stops: 'on',
    })
  })

  test('another: only what changes; and the same again is no change', async () => {
    const { live } = aTable()
    await policy('apply', ENFORCING, ['--yes'])
    const { code, out, err } = await policy('apply', EXEMPTING, ['--by', 'user@example.com'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(
      'added: exemption from all rules for accountId 012345678901, instanceType m1.*, until 2027-11-23 (user@example.com: old host)\nversion 2 applied; it counts within a minute in a stack with a live policy\n',
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
  ])('a rule turned to enforce is asked about: %j', async (answer, exitCode, version) => {
    const { live } = aTable()
    await policy('apply', OBSERVING)
    const { code, out, err } = await policy('apply', ENFORCING, [], AT_TERMINAL(answer))
    expect(code).toBe(exitCode)
    expect(out).toMatch(/^paravirtual-instance: observe → enforce\n/)
    expect(err).toContain('paravirtual-instance: from now on virtguard stops instances for this. Apply? [y/N] ')
    expect(err.includes('nothing was changed')).toBe(exitCode === 1)
    expect((await live()).version).toBe(version)
  })

  test('where nobody can answer, nothing is applied without --yes', async () => {
    const { live } = aTable()
    await policy('apply', OBSERVING)
    const { code, errLines } = await policy('apply', ENFORCING, [], { stdin: 'y\n' })
    expect(code).toBe(2)
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain('Nobody is there to answer; give --yes if it is meant')
    expect((await live()).version).toBe(1)
    expect((await policy('apply', ENFORCING, ['--yes'])).code).toBe(0)
  })

  test('one that enforces already is not asked about again', async () => {
    aTable()
    await policy('apply', ENFORCING, ['--yes'])
    expect((await policy('apply', `${ENFORCING}stop: { grace: 0s }\n`)).out).toBe(
      'stop grace: 15 min → 0 s\nversion 2 applied; it counts within a minute in a stack with a live policy\n',
    )
  })

  test('is refused over a version that somebody else applied meanwhile', async () => {
    const { live, client } = aTable()
    await policy('apply', OBSERVING)
    async function* whileSomebodyApplies(): AsyncGenerator<Buffer> {
      await writePolicy(client(), 'ledger', { policy: DEFAULT_POLICY, by: 'somebody else', at: new Date() })
      yield Buffer.from('y\n')
    }
    const world = { isTTY: true, stdin: whileSomebodyApplies() }
    const { code, errLines } = await policy('apply', ENFORCING, [], world)
    expect(code).toBe(2)
    expect(errLines.at(-1)).toContain('somebody else has changed it meanwhile; look at it (virtguard policy show)')
    expect(await live()).toMatchObject({ version: 2, by: 'somebody else', policy: DEFAULT_POLICY })
  })

  test('a file with mistakes is refused before AWS is asked, one line each', async () => {
    const { code, out, errLines } = await policy('apply', 'version: 1\nrulse: {}\nstop: { grace: soon }\n')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(2)
    for (const line of errLines) expect(line).toMatch(/policy\.yaml:\d+:\d+ /)
  })

  test('what is there and cannot be used is said, and replaced', async () => {
    const { items, live } = aTable()
    items.set('policy | current', { pk: { S: 'policy' }, sk: { S: 'current' }, policy: { S: '{}' }, sha256: { S: '' } })
    const { code, errLines } = await policy('apply', OBSERVING)
    expect(code).toBe(0)
    expect(errLines[0]).toContain('what is there cannot be used: policy version 0')
    expect((await live()).policy).toEqual(DEFAULT_POLICY)
  })

  test('an expired exemption is warned of', async () => {
    aTable()
    const { errLines } = await policy('apply', EXEMPTING.replace('2027', '2025'), ['--yes'])
    expect(errLines[0]).toContain('expired on 2025-11-23')
  })

  test('says where nothing will be stopped all the same', async () => {
    aTable()
    deployed({ LedgerTable: 'ledger' })
    await virtguard(['stops', 'off', '--why', 'migration'])
    await inFolder({ 'policy.yaml': ENFORCING }, async folder => {
      const { errLines } = await virtguard(['policy', 'apply', join(folder, 'policy.yaml'), '--yes'])
      expect(errLines.slice(1)).toEqual([
        'virtguard: stops are switched off; nothing is stopped until `virtguard stops on --why "…"`',
        'virtguard: the stack Virtguard was deployed without the function that stops: nothing is stopped until it is deployed with a policy that enforces',
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
    const { code, errLines } = await policy('apply', OBSERVING)
    expect(code).toBe(2)
    expect(errLines.at(-1)).toContain(`dynamodb:PutItem: ${words}`)
  })
})

describe('policy show', () => {
  test('as a file that can be applied again', async () => {
    aTable()
    await policy('apply', EXEMPTING, ['--yes'])
    const { code, out, err } = await policy('show', undefined)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /^# version 1, applied by somebody at 2026-11-24 12:00:00 UTC\n# stops are switched on, as they are from the start\nversion: 1\n/,
    )
    expect(out).toContain('accountId: "012345678901"')
    expect((await policy('apply', out)).out).toBe('no change: version 1 is the same policy\n')
  })

  test('as JSON', async () => {
    aTable()
    await policy('apply', OBSERVING)
    expect(JSON.parse((await policy('show', undefined, ['--format', 'json'])).out)).toMatchObject({
      version: 1,
      policy: DEFAULT_POLICY,
      stops: 'on',
    })
  })

  test('where none was applied, and where it was reset', async () => {
    aTable()
    expect((await policy('show', undefined)).out).toContain(
      '# no policy was applied: the one that was deployed counts\n',
    )
    await policy('apply', OBSERVING)
    await policy('reset', undefined, ['--yes'])
    expect((await policy('show', undefined)).out).toContain(
      '# reset by somebody at 2026-11-24 12:00:00 UTC (version 2): the policy that was deployed counts\n',
    )
  })

  test('one that cannot be used, and the exit code says so', async () => {
    const { items } = aTable()
    await policy('apply', OBSERVING)
    items.set('policy | current', { ...items.get('policy | current'), policy: { S: '{}\u001b[31m' } })
    const { code, out, errLines } = await policy('show', undefined)
    expect(code).toBe(2)
    expect(out).toContain('# version 1, written by somebody')
    expect(errLines).toEqual([
      'virtguard: policy version 1: its text is not the one that was applied; apply a good one (virtguard policy apply), or go back to the deployed one (policy reset)',
    ])
  })
})

describe('policy reset', () => {
  test('is asked about, as the deployed one may enforce', async () => {
    const { live } = aTable()
    await policy('apply', OBSERVING)
    expect((await policy('reset', undefined)).code).toBe(2)
    expect((await policy('reset', undefined, [], AT_TERMINAL('n\n'))).code).toBe(1)
    expect((await live()).version).toBe(1)
    const { code, out } = await policy('reset', undefined, [], AT_TERMINAL('y\n'))
    expect({ code, out }).toEqual({
      code: 0,
      out: 'version 2: the deployed policy counts again, within a minute\n',
    })
    expect(await live()).toMatchObject({ version: 2, by: 'somebody' })
  })

  test('of none is no change', async () => {
    aTable()
    expect((await policy('reset', undefined)).out).toBe('no change: the deployed policy counts already\n')
  })
})

describe('stops', () => {
  const stops = (...args: string[]) => virtguard(['stops', ...args, '--table', 'ledger'])

  test('are switched off and on, with who, when and why', async () => {
    const { live } = aTable()
    expect((await stops()).out).toBe('stops are switched on, as they are from the start\n')
    expect((await stops('off', '--why', 'migration', '--by', 'user@example.com')).out).toMatch(
      /^stops are switched off: nothing is stopped from now on; /,
    )
    expect(await live()).toEqual({
      stops: 'off',
      stopsBy: 'user@example.com',
      stopsAt: '2026-11-24T12:00:00.000Z',
      stopsWhy: 'migration',
    })
    expect((await stops()).out).toBe(
      'stops are switched off by user@example.com at 2026-11-24 12:00:00 UTC: migration\n',
    )
    await stops('on', '--why', 'done')
    expect(await live()).toMatchObject({ stops: 'on', stopsBy: 'somebody', stopsWhy: 'done' })
  })

  test.each([
    [['off'], 'say why, for those who find it so: virtguard stops off --why'],
    [['on', '--why', '  '], 'say why'],
    [['of', '--why', 'x'], 'Allowed choices are on, off'],
    [['--why', 'x'], '--why and --by are for switching; say on or off'],
    [['off', '--why', 'x', '--by', ' '], '--by is empty'],
    [['off', '--why'], "option '--why <text>' argument missing"],
  ])('%j is a mistake in one line', async (args, why) => {
    const { code, out, errLines } = await virtguard(['stops', '--table', 'ledger', ...args])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain(why)
  })
})

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(each => each.trim() === each)
const tricky = fc.oneof(
  text,
  fc.constantFrom('off', 'no', '1', '012345678901', 'null', '~', 'a: b', '# x', '2027-01-01', '*'),
)

const exemptions: fc.Arbitrary<Exemption> = fc.record({
  rule: fc.constantFrom('*', ...RULES.map(({ id }) => id)),
  match: fc.oneof(
    fc.record({ instanceType: tricky }),
    fc.record({ accountId: fc.constantFrom('012345678901', '*') }),
    fc.record({ tags: fc.dictionary(tricky, tricky, { minKeys: 1, maxKeys: 2, noNullPrototype: true }) }),
  ),
  reason: tricky,
  owner: tricky,
  expires: fc.constantFrom('2027-01-31', '2024-02-29'),
})

const policies: fc.Arbitrary<Policy> = fc.record({
  version: fc.constant(1 as const),
  rules: fc.record(
    Object.fromEntries(
      RULES.map(({ id, options }) => [
        id,
        fc.record({
          mode: fc.constantFrom('off', 'observe', 'enforce'),
          severity: fc.constantFrom(...SEVERITIES),
          options: fc.record(
            Object.fromEntries(
              Object.keys(options).map(name => [name, fc.array(tricky, { minLength: 1, maxLength: 3 })]),
            ),
          ),
        }),
      ]),
    ),
  ) as fc.Arbitrary<Policy['rules']>,
  exemptions: fc.array(exemptions, { maxLength: 3 }),
  stop: fc.record({
    graceSeconds: fc.nat(200_000),
    budget: fc.record({ stops: fc.nat(100), perSeconds: fc.integer({ min: 1, max: 200_000 }) }),
  }),
})

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Whether a policy file could have made it: a reader of files is stricter about texts than their shape is. */
const canBeWritten = (one: Policy): boolean => {
  try {
    parsePolicy(JSON.stringify(fileOf(one)), 'policy.json')
    return true
  } catch {
    return false
  }
}

const fileOf = ({ rules, exemptions: list, stop }: Policy) => ({
  version: 1,
  rules: Object.fromEntries(Object.entries(rules).map(([id, { options, ...rule }]) => [id, { ...rule, ...options }])),
  allowTagExemptions: true,
  exemptions: list,
  stop: { grace: `${stop.graceSeconds}s`, budget: { stops: stop.budget.stops, per: `${stop.budget.perSeconds}s` } },
})

describe('a policy as a file', () => {
  test('reads back as the same policy', async () => {
    let written = 0
    const property = fc.property(policies, one => {
      fc.pre(canBeWritten(one))
      written++
      expect(plain(parsePolicy(policyAsFile(one), 'policy.yaml'))).toEqual(plain(one))
    })
    await fc.assert(property, { numRuns: 200 })
    expect(written).toBeGreaterThan(100)
  })

  test('the default one', () => expect(parsePolicy(policyAsFile(DEFAULT_POLICY), 'x')).toEqual(DEFAULT_POLICY))
})

describe('the changes between two policies', () => {
  test('are none exactly where they are the same', () =>
    fc.assert(
      fc.property(policies, policies, (one, other) => {
        expect(changesBetween(one, one)).toEqual({ lines: [], toEnforce: [] })
        expect(changesBetween(one, other).lines.length > 0).toBe(
          JSON.stringify(plain(one)) !== JSON.stringify(plain(other)),
        )
      }),
      { numRuns: 50 },
    ))

  test('name the rules that stop from then on', () =>
    fc.assert(
      fc.property(policies, fc.option(policies, { nil: undefined }), (after, before) => {
        const expected = RULES.map(({ id }) => id).filter(
          id => after.rules[id]?.mode === 'enforce' && before?.rules[id]?.mode !== 'enforce',
        )
        expect(changesBetween(before, after).toEnforce).toEqual(expected)
      }),
      { numRuns: 50 },
    ))

  const withExemptions = (...matches: Exemption['match'][]): Policy => ({
    ...DEFAULT_POLICY,
    exemptions: matches.map(match => ({ rule: '*', match, reason: 'a', owner: 'b', expires: '2027-01-31' })),
  })
  const [here, there] = [
    { accountId: '123456789012', region: 'us-east-1' },
    { region: 'us-east-1', accountId: '210987654321' },
  ]

  test('the order of the keys of an exemption is no change, that of the exemptions is one', () => {
    const { accountId, region } = here
    expect(changesBetween(withExemptions(here), withExemptions({ region, accountId })).lines).toEqual([])
    expect(changesBetween(withExemptions(here, there), withExemptions(there, here)).lines).toEqual([
      'exemptions: the same, in another order or number',
    ])
  })

  test('an exemption that changes is removed and added', () => {
    expect(changesBetween(withExemptions(here), withExemptions(there)).lines).toEqual([
      'removed: exemption from all rules for accountId 123456789012, region us-east-1, until 2027-01-31 (b: a)',
      'added: exemption from all rules for region us-east-1, accountId 210987654321, until 2027-01-31 (b: a)',
    ])
  })
})
