import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { renderPolicyFile } from '../../cli/live-policy/as-file.ts'
import { listChanges } from '../../cli/live-policy/changes.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import type { Exemption, Policy } from '../../shared/policy/policy.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { SEVERITIES } from '../../shared/rules/rule.ts'

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

const accountNames = fc.dictionary(fc.constantFrom('012345678901', '123456789012'), tricky, {
  minKeys: 1,
  noNullPrototype: true,
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
  stop: fc.record(
    {
      graceSeconds: fc.nat(200_000),
      ownerTags: fc.constant('ignore' as const),
      budget: fc.record(
        {
          stops: fc.nat(100),
          perSeconds: fc.integer({ min: 1, max: 200_000 }),
          whenSpent: fc.constant('wait' as const),
        },
        { requiredKeys: ['stops', 'perSeconds'] },
      ),
      organization: fc.record({
        stops: fc.integer({ min: 1, max: 100 }),
        perSeconds: fc.integer({ min: 1, max: 200_000 }),
      }),
      existing: fc.constant(true as const),
      resume: fc.constant('sweep' as const),
    },
    { requiredKeys: ['graceSeconds', 'budget'] },
  ),
  accountNames,
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

const fileOf = ({ rules, exemptions: list, stop, accountNames: names }: Policy) => ({
  version: 1,
  accountNames: names,
  rules: Object.fromEntries(Object.entries(rules).map(([id, { options, ...rule }]) => [id, { ...rule, ...options }])),
  allowTagExemptions: true,
  exemptions: list,
  stop: {
    grace: `${stop.graceSeconds}s`,
    ownerTags: stop.ownerTags ?? 'trust',
    budget: {
      stops: stop.budget.stops,
      per: `${stop.budget.perSeconds}s`,
      // biome-ignore lint/suspicious/noThenProperty: the word of the policy file; nothing awaits it.
      then: stop.budget.whenSpent ?? 'leave',
    },
    ...(stop.organization !== undefined && {
      organization: { stops: stop.organization.stops, per: `${stop.organization.perSeconds}s` },
    }),
    existing: stop.existing === true,
    resume: stop.resume ?? 'leave',
  },
})

describe('a policy as a file', () => {
  test('reads back as the same policy', async () => {
    let written = 0
    const property = fc.property(policies, one => {
      fc.pre(canBeWritten(one))
      written++
      expect(plain(parsePolicy(renderPolicyFile(one), 'policy.yaml'))).toEqual(plain(one))
    })
    await fc.assert(property, { numRuns: 200 })
    expect(written).toBeGreaterThan(100)
  })

  test('reads back as the default policy if it has only defaults', () =>
    expect(parsePolicy(renderPolicyFile(DEFAULT_POLICY), 'x')).toEqual(DEFAULT_POLICY))
})

describe('the changes between two policies', () => {
  test('are empty exactly if the policies are the same', () =>
    fc.assert(
      fc.property(policies, policies, (one, other) => {
        expect(listChanges(one, one)).toEqual({ lines: [], toEnforce: [] })
        expect(listChanges(one, other).lines.length > 0).toBe(
          JSON.stringify(plain(one)) !== JSON.stringify(plain(other)),
        )
      }),
      { numRuns: 50 },
    ))

  test('name sweeps that stop what runs already from then on if a rule enforces', () => {
    const stop = { ...DEFAULT_POLICY.stop, existing: true } as const
    const enforcing = parsePolicy('version: 1\nrules: { paravirtual-instance: { mode: enforce } }', 'p')
    expect(listChanges(enforcing, { ...enforcing, stop }).toEnforce).toEqual(['stop.existing'])
    expect(listChanges({ ...enforcing, stop }, { ...enforcing, stop }).toEnforce).toEqual([])
    expect(listChanges(DEFAULT_POLICY, { ...DEFAULT_POLICY, stop }).toEnforce).toEqual([])
  })

  test('name what is said by account, and that it may stop from then on if a rule enforces somewhere', () => {
    const override = (mode: 'observe' | 'enforce') => [
      { match: { accountId: '1*' }, rules: { 'paravirtual-instance': { mode } } },
    ]
    const observing: Policy = { ...DEFAULT_POLICY, overrides: override('observe') }
    const enforcing: Policy = { ...DEFAULT_POLICY, overrides: override('enforce') }
    expect(listChanges(DEFAULT_POLICY, observing)).toEqual({
      lines: [`overrides: none → ${JSON.stringify(observing.overrides)}`],
      toEnforce: [],
    })
    expect(listChanges(observing, enforcing).toEnforce).toEqual(['overrides'])
    expect(listChanges(undefined, enforcing).toEnforce).toEqual(['overrides'])
    expect(listChanges({ ...enforcing, organization: { regions: { exclude: ['*-1'] } } }, enforcing)).toEqual({
      lines: ['organization: {"regions":{"exclude":["*-1"]}} → none'],
      toEnforce: ['organization'],
    })
    expect(parsePolicy(renderPolicyFile(enforcing), 'p').overrides).toEqual(enforcing.overrides)
  })

  test('name the rules that stop from then on', () =>
    fc.assert(
      fc.property(policies, fc.option(policies, { nil: undefined }), (after, before) => {
        const expected = RULES.map(({ id }) => id).filter(
          id => after.rules[id]?.mode === 'enforce' && before?.rules[id]?.mode !== 'enforce',
        )
        expect(listChanges(before, after).toEnforce.filter(name => name !== 'stop.existing')).toEqual(expected)
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

  test('include the order of exemptions, but not the order of the keys of one', () => {
    const { accountId, region } = here
    expect(listChanges(withExemptions(here), withExemptions({ region, accountId })).lines).toEqual([])
    expect(listChanges(withExemptions(here, there), withExemptions(there, here)).lines).toEqual([
      'exemptions: the same, in another order or number',
    ])
  })

  test('show an exemption that changes as removed and added', () => {
    expect(listChanges(withExemptions(here), withExemptions(there)).lines).toEqual([
      'removed: exemption from all rules for accountId 123456789012, region us-east-1, until 2027-01-31 (b: a)',
      'added: exemption from all rules for region us-east-1, accountId 210987654321, until 2027-01-31 (b: a)',
    ])
  })
})
