import { describe, expect, test } from '@jest/globals'
import { hasEnforcingRule, listEc2Reads, listEventKinds } from '../../infra/settings/derived.ts'
import { UserError } from '../../shared/errors.ts'
import { loadPolicy, parsePolicy } from '../../shared/policy/load.ts'
import { listVariants } from '../../shared/policy/variants.ts'
import { findReadBySubscribers } from '../../shared/routing/readers.ts'
import { findUnrouted, findUnseenStops } from '../../shared/routing/unrouted.ts'

const mistakesOf = (text: string): readonly string[] => {
  try {
    parsePolicy(`version: 1\n${text}`, 'p')
  } catch (error) {
    if (error instanceof UserError) return error.message.split('\n')
    throw error
  }
  return []
}

const accounts = (text: string) => `organization: { accounts: ${text} }`
const overriding = (...lines: readonly string[]) => `overrides:\n${lines.map(line => `  - ${line}\n`).join('')}`
const NOTHING_LEFT = 'excludes everything, so nothing would be guarded; remove it, or name what is excluded'

describe('a policy for many accounts', () => {
  test('is read as it is written', () => {
    const { organization, overrides } = parsePolicy(
      `version: 1
organization:
  accounts: { include: [{ ou: r-ab12 }], exclude: [{ tags: { guard: "off" } }, { accountId: "999999999999" }] }
  regions: { exclude: ["me-*"] }
overrides:
  - { match: { ou: ou-ab12-22222222 }, rules: { paravirtual-instance: { mode: off, severity: LOW } } }
`,
      'p',
    )
    expect(organization).toEqual({
      accounts: { include: [{ ou: 'r-ab12' }], exclude: [{ tags: { guard: 'off' } }, { accountId: '999999999999' }] },
      regions: { exclude: ['me-*'] },
    })
    expect(overrides).toEqual([
      { match: { ou: 'ou-ab12-22222222' }, rules: { 'paravirtual-instance': { mode: 'off', severity: 'LOW' } } },
    ])
  })

  test('has neither key if it says nothing of accounts, so that an earlier version reads it', () => {
    expect(Object.keys(parsePolicy('version: 1\n', 'p'))).toEqual(['version', 'rules', 'exemptions', 'stop'])
  })

  test.each([
    [
      'a name of an OU',
      accounts('{ include: [{ ou: Production }] }'),
      'p:2:41 organization.accounts.include[0].ou: "Production" is not valid; write the id of an OU or of the root, like ou-ab12-11111111; names of OUs can be changed',
    ],
    [
      'a match of nothing',
      accounts('{ exclude: [{}] }'),
      'p:2:39 organization.accounts.exclude[0]: is empty; write at least one of accountId, ou, name, tags',
    ],
    [
      'an account that is a number',
      accounts('{ exclude: [{ accountId: 123456789012 }] }'),
      'p:2:41 organization.accounts.exclude[0].accountId: 123456789012 is read as a number; write 12 digits in quotes, like "123456789012", or a pattern of digits, * and ?',
    ],
    [
      'every account',
      accounts('{ exclude: [{ name: "*" }] }'),
      `p:2:39 organization.accounts.exclude[0]: ${NOTHING_LEFT}`,
    ],
    [
      'all that is included',
      accounts('{ include: [{ ou: r-ab12 }], exclude: [{ ou: r-ab12 }] }'),
      `p:2:56 organization.accounts.exclude: ${NOTHING_LEFT}`,
    ],
    [
      'every region',
      'organization: { regions: { exclude: ["*"] } }',
      `p:2:38 organization.regions.exclude[0]: "*" ${NOTHING_LEFT}`,
    ],
    [
      'a rule that there is not',
      overriding('{ match: { accountId: "1*" }, rules: { pv: { mode: off } } }'),
      'p:3:44 overrides[0].rules.pv: is not a key here; valid: paravirtual-instance, ',
    ],
    [
      'no setting',
      overriding('{ match: { accountId: "1*" }, rules: { xen-hypervisor: {} } }'),
      'p:3:44 overrides[0].rules.xen-hypervisor: is empty; write a mode, a severity, or both, like { mode: observe }',
    ],
  ])('is refused with %s, in a line', (_what, text, line) =>
    expect(mistakesOf(text)).toEqual([expect.stringContaining(line)]),
  )

  test.each([
    ['the same accounts', '{ ou: r-ab12 }', '{ ou: r-ab12 }'],
    ['accounts that are all among those of the first', '{ ou: r-ab12 }', '{ name: "a*", ou: r-ab12 }'],
    ['every account first', '{ accountId: "*" }', '{ ou: r-ab12 }'],
    ['the same tags', '{ tags: { a: b } }', '{ tags: { a: b, c: d } }'],
  ])('is refused with two overrides that contradict each other: %s', (_what, first, second) =>
    expect(
      mistakesOf(
        overriding(
          `{ match: ${first}, rules: { xen-hypervisor: { mode: off } } }`,
          `{ match: ${second}, rules: { xen-hypervisor: { mode: observe } } }`,
        ),
      ),
    ).toEqual([
      expect.stringContaining(
        'overrides[1].rules.xen-hypervisor.mode: "observe" contradicts overrides[0], which has off for all of these accounts and counts first; put the narrower one first, or remove one',
      ),
    ]),
  )

  test.each([
    ['the narrower one is first', '{ ou: r-ab12, name: a }', '{ ou: r-ab12 }', 'mode: observe'],
    ['they say the same', '{ ou: r-ab12 }', '{ ou: r-ab12 }', 'mode: off'],
    ['they say something of other things', '{ ou: r-ab12 }', '{ ou: r-ab12 }', 'severity: LOW'],
    ['neither has all accounts of the other', '{ tags: { a: b } }', '{ tags: { a: c } }', 'mode: observe'],
  ])('is accepted with two overrides if %s', (_what, first, second, settings) =>
    expect(
      mistakesOf(
        overriding(
          `{ match: ${first}, rules: { xen-hypervisor: { mode: off } } }`,
          `{ match: ${second}, rules: { xen-hypervisor: { ${settings} } } }`,
        ),
      ),
    ).toEqual([]),
  )

  test('warns of what a deployed stack cannot decide yet', () => {
    const { warnings } = loadPolicy(`version: 1\n${accounts('{ exclude: [{ accountId: "1*", name: a }] }')}`, 'p')
    expect(warnings).toEqual([
      expect.stringMatching(/^p:2:\d+ organization\.accounts\.exclude\[0\]\.name: is undecided in a deployed stack/),
    ])
  })
})

describe('what is deployed for a policy', () => {
  const withOverride = (settings: string, more = '') =>
    parsePolicy(
      `version: 1\nrules: { incompatible-launch: { mode: off }, paravirtual-instance: { mode: observe, severity: MEDIUM } }\n${more}${overriding(`{ match: { accountId: "1*" }, rules: ${settings} }`)}`,
      'p',
    )
  const ENFORCING = '{ paravirtual-instance: { mode: enforce, severity: HIGH } }'

  test('has what stops if a rule enforces in some account only', () =>
    expect([withOverride(ENFORCING), withOverride('{ xen-hypervisor: { mode: off } }')].map(hasEnforcingRule)).toEqual([
      true,
      false,
    ]))

  test('has the events and rights of a rule that is on in some account only', () => {
    const on = withOverride('{ incompatible-launch: { mode: observe } }')
    expect(listEventKinds(on)).toContain('refused-launch')
    expect(listEventKinds(withOverride('{ xen-hypervisor: { mode: off } }'))).not.toContain('refused-launch')
    expect(listEc2Reads(on)).toContain('ec2:DescribeImages')
  })

  test('has a reader for the stops of some accounts only', () => {
    expect(findUnseenStops(withOverride(ENFORCING))).toEqual(['paravirtual-instance'])
    const routed = withOverride(
      ENFORCING,
      'channels: { ops: { type: email, addresses: [a@example.com] } }\nroutes: [{ match: { severity: [MEDIUM] }, to: [ops] }]\n',
    )
    expect(findUnrouted(routed).filter(({ rule }) => rule === 'paravirtual-instance')).toEqual([
      { rule: 'paravirtual-instance', severity: 'HIGH', reach: 'nowhere' },
      { rule: 'paravirtual-instance', severity: 'HIGH', reach: 'nowhere' },
    ])
    expect(findUnseenStops(routed)).toEqual(['paravirtual-instance'])
    expect(findReadBySubscribers(routed)).toEqual(['paravirtual-instance'])
  })

  test('stops nothing by a pattern of no type, whatever account it is for', () =>
    expect(
      mistakesOf(
        `rules: { instance-family: { allow: [M5.*] } }\n${overriding('{ match: { accountId: "1*" }, rules: { instance-family: { mode: enforce } } }')}`,
      ),
    ).toEqual([expect.stringContaining('"M5.*" matches no instance type')]))

  test('is what the policy says if there is no override', () => {
    const policy = parsePolicy('version: 1\n', 'p')
    expect(listVariants(policy)).toEqual(Object.entries(policy.rules))
  })
})
