import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkPolicy } from '../../shared/policy/check.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { listPaths, matchComplaintAt, replaceAt } from './broken.ts'

const FULL = parsePolicy(
  `version: 1
rules:
  paravirtual-instance: { mode: enforce, severity: HIGH }
  instance-family: { mode: observe, allow: ["*"], deny: ["t1.*", "m1.*"] }
  xen-hypervisor: { mode: off }
allowTagExemptions: true
exemptions:
  - { rule: paravirtual-instance, match: { accountId: "123456789012", instanceType: "m1.*", tags: { team: billing } }, reason: moves, owner: a@example.com, expires: 2027-01-31 }
  - { rule: "*", match: { region: eu-*, autoScalingGroup: legacy-* }, reason: moves, owner: a@example.com, expires: 2027-01-31 }
stop: { grace: 0s, ownerTags: ignore, budget: { stops: 0, per: 1h, then: wait }, existing: true, resume: sweep }
accountNames: { "123456789012": production, "012345678901": "Zürich 漢字" }
organization:
  accounts: { include: [{ ou: ou-ab12-11111111 }], exclude: [{ name: "sandbox-*", tags: { guard: "off" } }] }
  regions: { include: [eu-*], exclude: [eu-south-2] }
overrides:
  - { match: { accountId: "1*" }, rules: { xen-hypervisor: { mode: enforce, severity: LOW }, ena-disabled: { mode: off } } }
`,
  'policy.yaml',
)
const copy = (): Record<string, object> => JSON.parse(JSON.stringify(FULL))

describe('a policy in the table', () => {
  test.each([
    ['the default', DEFAULT_POLICY],
    ['one with everything in it', FULL],
  ])('is accepted as it was made: %s', (_, policy) => {
    expect(checkPolicy(JSON.parse(JSON.stringify(policy)))).toStrictEqual({ ok: true, policy })
  })

  test('observes a rule of the first preset that it does not name, with its defaults', () => {
    const { 'ena-disabled': _left, ...rules } = FULL.rules
    expect(checkPolicy({ ...FULL, rules })).toEqual({
      ok: true,
      policy: { ...FULL, rules: { ...rules, 'ena-disabled': DEFAULT_POLICY.rules['ena-disabled'] } },
    })
  })

  test.each(RULES.filter(({ since }) => since > 1).map(({ id }) => id))(
    'has a rule off that came after it was applied, as an upgrade turns none on: %s',
    id => {
      const { [id]: _unknown, ...rules } = DEFAULT_POLICY.rules
      expect(checkPolicy({ ...DEFAULT_POLICY, rules })).toEqual({ ok: true, policy: DEFAULT_POLICY })
      expect(DEFAULT_POLICY.rules[id]?.mode).toBe('off')
    },
  )

  test.each<[string, (policy: Record<string, object>) => unknown, string]>([
    ['is no object', () => 'enforce', 'policy: expected an object'],
    ['is of another version', policy => ({ ...policy, version: 2 }), 'version: expected 1'],
    ['has a key too many', policy => ({ ...policy, exemption: [] }), 'policy.exemption: expected no such key'],
    ['lacks a key', ({ stop: _stop, ...policy }) => policy, 'stop: expected an object'],
    ['names a rule of a newer version', with_('rules', 'tomorrow', {}), 'rules.tomorrow: expected no such key'],
    ['has a mode that there is not', with_('rules', 'ena-disabled', { mode: 'stop' }), 'rules.ena-disabled.mode'],
    [
      'has a severity that there is not',
      with_('rules', 'ena-disabled', { mode: 'off', severity: 'BAD', options: {} }),
      'rules.ena-disabled.severity',
    ],
    [
      'has an option that the rule has not',
      with_('rules', 'ena-disabled', { mode: 'off', severity: 'LOW', options: { allow: [] } }),
      'rules.ena-disabled.options.allow: expected no such key',
    ],
    [
      'would stop what a pattern of no type was to let pass',
      with_('rules', 'instance-family', { mode: 'enforce', severity: 'LOW', options: { allow: ['M5.*'] } }),
      'rules.instance-family.allow[0]: "M5.*" matches no instance type',
    ],
    [
      'has a budget of the organization without a stop',
      with_('stop', 'organization', { stops: 0, perSeconds: 60 }),
      'stop.organization.stops: expected ',
    ],
    [
      'has a key in the budget of the organization that there is not',
      with_('stop', 'organization', { stops: 5, perSeconds: 60, whenSpent: 'wait' }),
      'stop.organization.whenSpent: expected no such key',
    ],
    [
      'would stop every type',
      with_('rules', 'instance-family', { mode: 'enforce', severity: 'LOW', options: { allow: [] } }),
      'rules.instance-family: lets no instance type pass',
    ],
    [
      'has an option that is no list of texts',
      with_('rules', 'instance-family', { mode: 'off', severity: 'LOW', options: { deny: ['t1.*', 5] } }),
      'rules.instance-family.options.deny[1]: expected a text',
    ],
    [
      'has a negative grace period',
      with_('stop', 'graceSeconds', -1),
      'stop.graceSeconds: expected a whole number of at least 0',
    ],
    [
      'has a budget without a time',
      with_('stop', 'budget', { stops: 5, perSeconds: 0 }),
      'stop.budget.perSeconds: expected a whole number of at least 1',
    ],
    ['trusts tags in a way that nobody knows', with_('stop', 'ownerTags', 'trust'), 'stop.ownerTags'],
    ['has existing as a text', with_('stop', 'existing', 'true'), 'stop.existing: expected true'],
    ['has another word for what is resumed', with_('stop', 'resume', 'leave'), 'stop.resume: expected sweep'],
    ['has half a stop', with_('stop', 'budget', { stops: 0.5, perSeconds: 60 }), 'stop.budget.stops'],
    [
      'overrides for every account',
      policy => ({ ...policy, overrides: [{ match: {}, rules: {} }] }),
      'overrides[0].match: expected at least one key',
    ],
    [
      'overrides a rule that there is not',
      policy => ({ ...policy, overrides: [{ match: { accountId: '*' }, rules: { toString: {} } }] }),
      'overrides[0].rules.toString: expected no such key',
    ],
    [
      'guards the OU of no organization',
      policy => ({ ...policy, organization: { accounts: { include: [{ ou: 'prod' }] } } }),
      'organization.accounts.include[0].ou: expected the id of an OU',
    ],
    ['exempts everything', withExemption({ match: {} }), 'exemptions[0].match: expected at least one key'],
    [
      'exempts by no tag',
      withExemption({ match: { tags: {} } }),
      'exemptions[0].match.tags: expected at least one tag',
    ],
    [
      'exempts by what there is not',
      withExemption({ match: { ami: 'x' } }),
      'exemptions[0].match.ami: expected no such',
    ],
    ['exempts for ever', withExemption({ expires: 'never' }), 'exemptions[0].expires: expected a day'],
    [
      'exempts until a minute',
      withExemption({ expires: '2027-01-31T10:00Z' }),
      'exemptions[0].expires: expected a day',
    ],
    ['exempts without a reason', withExemption({ reason: ' ' }), 'exemptions[0].reason: expected a text'],
    ['exempts from no rule', withExemption({ rule: 'all' }), 'exemptions[0].rule'],
    ['exempts on no day', withExemption({ expires: '2027-13-31' }), 'exemptions[0].expires: expected a day'],
    ['exempts on a day that is no text', withExemption({ expires: 1 }), 'exemptions[0].expires: expected a text'],
    ['exempts for nobody', withExemption({ owner: '' }), 'exemptions[0].owner: expected a text'],
    ['exempts by no tags', withExemption({ match: { tags: 'x' } }), 'exemptions[0].match.tags: expected an object'],
    ['exempts by a tag of a number', withExemption({ match: { tags: { a: 1 } } }), 'match.tags.a: expected a text'],
    ['exempts by an empty text', withExemption({ match: { region: '' } }), 'match.region: expected a text'],
    ['has exemptions that are no list', policy => ({ ...policy, exemptions: {} }), 'exemptions: expected a list'],
    ['has no budget', with_('stop', 'budget', 5), 'stop.budget: expected an object'],
    [
      'does something else where the budget is spent',
      with_('stop', 'budget', { stops: 1, perSeconds: 60, whenSpent: 'stop' }),
      'stop.budget.whenSpent: expected wait',
    ],
    [
      'has a text for a number',
      with_('stop', 'graceSeconds', '900'),
      'stop.graceSeconds: expected a whole number of at',
    ],
  ])('is refused if it %s', (_, change, problem) => {
    const checked = checkPolicy(change(copy()))
    expect(checked).toEqual({ ok: false, problem: expect.stringContaining(problem) })
    expect(checked).toMatchObject({ problem: expect.stringMatching(/^[^\n]+$/) })
  })

  test('is never accepted in part, and never throws, whatever its row contains', () => {
    fc.assert(
      fc.property(fc.jsonValue(), json => {
        const checked = checkPolicy(json)
        if (checked.ok) expect(Object.keys(checked.policy.rules)).toHaveLength(RULES.length)
      }),
    )
  })

  test('is refused with any one value of it replaced by nothing, and the error says which', () => {
    for (const path of listPaths(FULL))
      expect([path, checkPolicy(replaceAt(FULL, path, null))]).toEqual([
        path,
        { ok: false, problem: matchComplaintAt(path) },
      ])
  })
})

function with_(key: string, name: string, value: unknown) {
  return (policy: Record<string, object>) => ({ ...policy, [key]: { ...policy[key], [name]: value } })
}

function withExemption(more: object) {
  return (policy: Record<string, object>) => ({ ...policy, exemptions: [{ ...FULL.exemptions[0], ...more }] })
}
