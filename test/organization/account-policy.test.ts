import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { resolvePolicy } from '../../shared/organization/account-policy.ts'
import type { Account, Directory } from '../../shared/organization/directory.ts'
import type { AccountMatch } from '../../shared/policy/account-match.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import type { Mode, Override, Policy } from '../../shared/policy/policy.ts'
import { SEVERITIES } from '../../shared/rules/rule.ts'

const RULE = 'paravirtual-instance'
const IDS = ['111111111111', '222222222222', '333333333333'] as const
const OUS = ['r-ab12', 'ou-ab12-11111111', 'ou-ab12-22222222'] as const
const NAMES = ['payments-prod', 'payments-test', 'sandbox'] as const
const MODES = ['off', 'observe', 'enforce'] as const

const match: fc.Arbitrary<AccountMatch> = fc
  .record(
    {
      accountId: fc.constantFrom(...IDS, '1*', '*'),
      ou: fc.constantFrom(...OUS),
      name: fc.constantFrom(...NAMES, 'payments-*'),
      tags: fc.constantFrom({ guard: 'off' }, { guard: '*' }),
    },
    { requiredKeys: [] },
  )
  .filter(one => Object.keys(one).length > 0)

const settings = fc
  .record({ mode: fc.constantFrom(...MODES), severity: fc.constantFrom(...SEVERITIES) }, { requiredKeys: [] })
  .filter(one => Object.keys(one).length > 0)

const override: fc.Arbitrary<Override> = fc.record({ match, rules: settings.map(one => ({ [RULE]: one })) })

const policy: fc.Arbitrary<Policy> = fc
  .record({
    mode: fc.constantFrom(...MODES),
    overrides: fc.array(override, { maxLength: 4 }),
    include: fc.option(fc.array(match, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    exclude: fc.array(match, { maxLength: 2 }),
    regions: fc.constantFrom(undefined, ['eu-*'], ['us-east-1']),
  })
  .map(({ mode, overrides, include, exclude, regions }) => ({
    ...DEFAULT_POLICY,
    rules: { ...DEFAULT_POLICY.rules, [RULE]: { mode, severity: 'MEDIUM', options: {} } },
    organization: {
      accounts: { ...(include !== undefined && { include }), exclude },
      regions: { ...(regions !== undefined && { exclude: regions }) },
    },
    overrides,
  }))

/** Each account with everything known of it. */
const whole: fc.Arbitrary<readonly Account[]> = fc.tuple(
  ...IDS.map(id =>
    fc.record({
      id: fc.constant(id),
      name: fc.constantFrom(...NAMES),
      state: fc.constant('ACTIVE' as const),
      path: fc.subarray([...OUS], { minLength: 1 }),
      tags: fc.constantFrom({}, { guard: 'off' }, { guard: 'on' }),
    }),
  ),
)

const forgetting = fc.record({ name: fc.boolean(), path: fc.boolean(), tags: fc.boolean() })

const forget = (
  { id, name, path, tags }: Account,
  forgotten: { name: boolean; path: boolean; tags: boolean },
): Account => ({
  id,
  ...(name !== undefined && !forgotten.name && { name }),
  ...(path !== undefined && !forgotten.path && { path }),
  ...(tags !== undefined && !forgotten.tags && { tags }),
})

const directoryOf = (accounts: readonly Account[]): Directory => ({
  readAt: '2026-12-01T00:00:00Z',
  accounts: new Map(accounts.map(account => [account.id, account])),
})

const ID = IDS[0]
const place = fc.constantFrom('eu-west-1', 'us-east-1').map(region => ({ accountId: ID, region }))
const modeOf = (resolved: ReturnType<typeof resolvePolicy>): Mode | undefined => resolved.policy.rules[RULE]?.mode

/** What is known of the account: all, a part, or nothing, of it alone or of every account. */
const known = fc
  .record({ accounts: whole, forgotten: forgetting, is: fc.constantFrom('known', 'partly', 'absent', 'no directory') })
  .map(({ accounts, forgotten, is }) => ({
    full: directoryOf(accounts),
    partial:
      is === 'no directory'
        ? undefined
        : directoryOf(
            accounts
              .filter(({ id }) => is !== 'absent' || id !== ID)
              .map(account => (is === 'partly' ? forget(account, forgotten) : account)),
          ),
  }))

const check = (property: fc.IProperty<unknown>) =>
  fc.assert(property as fc.IPropertyWithHooks<unknown>, { numRuns: 1000 })

describe('what is not known of an account', () => {
  test('never has anything stopped that would not be stopped if it were known', () =>
    check(
      fc.property(policy, place, known, (one, where, { full, partial }) => {
        if (modeOf(resolvePolicy(one, where, partial)) === 'enforce')
          expect(modeOf(resolvePolicy(one, where, full))).toBe('enforce')
      }),
    ))

  test('never excludes an account that would be guarded if it were known', () =>
    check(
      fc.property(policy, place, known, (one, where, { full, partial }) => {
        if (resolvePolicy(one, where, partial).guarding === 'excluded')
          expect(resolvePolicy(one, where, full).guarding).toBe('excluded')
      }),
    ))

  test('never turns a rule off that would be on if it were known', () =>
    check(
      fc.property(policy, place, known, (one, where, { full, partial }) => {
        if (modeOf(resolvePolicy(one, where, partial)) === 'off')
          expect(modeOf(resolvePolicy(one, where, full))).toBe('off')
      }),
    ))

  test('never makes a finding less severe than it would be if it were known', () =>
    check(
      fc.property(policy, place, known, (one, where, { full, partial }) => {
        const rank = (directory: Directory | undefined) =>
          SEVERITIES.indexOf(resolvePolicy(one, where, directory).policy.rules[RULE]?.severity ?? 'INFORMATIONAL')
        expect(rank(partial)).toBeGreaterThanOrEqual(rank(full))
      }),
    ))

  test('leaves nothing to enforce in an account of which it is undecided whether it is guarded', () =>
    check(
      fc.property(policy, place, known, (one, where, { partial }) => {
        const resolved = resolvePolicy(one, where, partial)
        if (resolved.guarding === 'undecided') expect(modeOf(resolved)).not.toBe('enforce')
      }),
    ))
})

describe('an account', () => {
  test('is the same whatever is known of others', () =>
    check(
      fc.property(policy, place, known, whole, (one, where, { partial }, others) => {
        const own = partial?.accounts.get(ID)
        const beside = others.filter(({ id }) => id !== ID)
        const other = partial && directoryOf(own === undefined ? beside : [...beside, own])
        expect(resolvePolicy(one, where, other)).toEqual(resolvePolicy(one, where, partial))
      }),
    ))

  test('follows the first override that matches, whatever comes after it', () =>
    check(
      fc.property(policy, place, known, settings, (one, where, { full }, first) => {
        const before: Override = { match: { accountId: ID }, rules: { [RULE]: first } }
        const resolved = resolvePolicy({ ...one, overrides: [before, ...(one.overrides ?? [])] }, where, full)
        const { mode, severity } = resolved.policy.rules[RULE] ?? {}
        if (first.severity !== undefined) expect(severity).toBe(first.severity)
        if (first.mode !== undefined && resolved.guarding === 'guarded') expect(mode).toBe(first.mode)
      }),
    ))

  test('that no override matches has the settings of the policy', () =>
    check(
      fc.property(policy, place, known, override, (one, where, { full }, other) => {
        const elsewhere = { ...other, match: { ...other.match, accountId: '9*' } }
        const without = { ...one, overrides: [] }
        expect(resolvePolicy({ ...one, overrides: [elsewhere] }, where, full)).toEqual(
          resolvePolicy(without, where, full),
        )
      }),
    ))
})

describe('without a directory', () => {
  const withOrganization = (more: Partial<Policy>): Policy => ({
    ...DEFAULT_POLICY,
    rules: { ...DEFAULT_POLICY.rules, [RULE]: { mode: 'enforce', severity: 'MEDIUM', options: {} } },
    ...more,
  })
  const HERE = { accountId: ID, region: 'eu-west-1' }

  test('accounts by id are decided, and may be enforced', () => {
    const one = withOrganization({ organization: { accounts: { include: [{ accountId: '1*' }] } } })
    const resolved = resolvePolicy(one, HERE, undefined)
    expect([resolved.guarding, modeOf(resolved)]).toEqual(['guarded', 'enforce'])
    expect(resolvePolicy(one, { ...HERE, accountId: IDS[1] }, undefined).guarding).toBe('excluded')
  })

  test('an exclusion by OU, name or tag is undecided: the account is evaluated and nothing is stopped', () => {
    for (const exclude of [{ ou: OUS[1] }, { name: 'payments-*' }, { tags: { guard: 'off' } }]) {
      const resolved = resolvePolicy(
        withOrganization({ organization: { accounts: { exclude: [exclude] } } }),
        HERE,
        undefined,
      )
      expect([resolved.guarding, modeOf(resolved)]).toEqual(['undecided', 'observe'])
    }
  })

  test('a region that is not known is undecided', () => {
    const one = withOrganization({ organization: { regions: { include: ['eu-*'] } } })
    const resolved = resolvePolicy(one, { accountId: ID, region: '' }, undefined)
    expect([resolved.guarding, modeOf(resolved)]).toEqual(['undecided', 'observe'])
  })

  test('an account that is not known is undecided', () => {
    const one = withOrganization({ organization: { accounts: { exclude: [{ accountId: '1*' }] } } })
    const resolved = resolvePolicy(one, { accountId: '', region: 'eu-west-1' }, undefined)
    expect([resolved.guarding, modeOf(resolved)]).toEqual(['undecided', 'observe'])
  })

  test('regions are decided', () => {
    const one = withOrganization({ organization: { regions: { include: ['eu-*'], exclude: ['eu-south-2'] } } })
    const guardingIn = (region: string) => resolvePolicy(one, { accountId: ID, region }, undefined).guarding
    expect(['eu-west-1', 'eu-south-2', 'us-east-1'].map(guardingIn)).toEqual(['guarded', 'excluded', 'excluded'])
  })
})

test('an account that the directory does not have is evaluated, and nothing is stopped there', () => {
  const enforcing = { ...DEFAULT_POLICY.rules, [RULE]: { mode: 'enforce', severity: 'MEDIUM', options: {} } } as const
  const resolved = resolvePolicy(
    { ...DEFAULT_POLICY, rules: enforcing },
    { accountId: '444444444444', region: 'eu-west-1' },
    directoryOf([{ id: ID }]),
  )
  expect([resolved.guarding, modeOf(resolved)]).toEqual(['undecided', 'observe'])
})

test('a policy for an account says nothing of other accounts', () => {
  const { policy: resolved } = resolvePolicy(
    { ...DEFAULT_POLICY, organization: {}, overrides: [] },
    { accountId: ID, region: 'eu-west-1' },
    undefined,
  )
  expect(resolved).toEqual(DEFAULT_POLICY)
})
