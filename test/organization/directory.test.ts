import { describe, expect, test } from '@jest/globals'
import { describeAge, readDirectory } from '../../shared/organization/directory.ts'
import { findUnknownOus } from '../../shared/organization/unknown-ous.ts'
import { parsePolicy } from '../../shared/policy/load.ts'

const AT = '2026-12-01T00:00:00Z'
const ID = '123456789012'
const PATH = `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/${ID}/`

describe('the directory of accounts', () => {
  test('is what AWS Organizations answers, with tags where they were read', () => {
    const { accounts } = readDirectory(
      {
        Accounts: [
          { Id: ID, Name: 'payments', State: 'ACTIVE', Paths: [PATH], Tags: [{ Key: 'guard', Value: 'off' }] },
          { Id: '210987654321', Status: 'SUSPENDED' },
        ],
      },
      AT,
    )
    expect([...accounts.values()]).toEqual([
      {
        id: ID,
        name: 'payments',
        state: 'ACTIVE',
        path: ['r-ab12', 'ou-ab12-11111111', 'ou-ab12-22222222'],
        tags: { guard: 'off' },
      },
      { id: '210987654321', state: 'SUSPENDED' },
    ])
  })

  test('takes the newer name of the state if an answer has both', () => {
    const entry = { Id: ID, State: 'PENDING_CLOSURE', Status: 'ACTIVE' }
    expect(readDirectory({ Accounts: [entry] }, AT).accounts.get(ID)?.state).toBe('PENDING_CLOSURE')
  })

  test.each([
    ['no object', [], 'accounts: expected an object'],
    ['no list', { Accounts: {} }, 'Accounts: expected a list'],
    ['no account', { Accounts: [] }, 'Accounts: expected at least one'],
    ['an account that is none', { Accounts: ['x'] }, 'Accounts[0]: expected an object'],
  ])('is not replaced by %s', (_what, answer, line) => expect(() => readDirectory(answer, AT)).toThrow(line))

  test('says that it is old after a week, and that a clock is off', () => {
    const directory = readDirectory({ Accounts: [{ Id: ID }] }, AT)
    const ageIn = (hours: number) => describeAge(directory, new Date(Date.parse(AT) + hours * 3_600_000))
    expect([ageIn(0), ageIn(7 * 24 - 1), ageIn(-12)]).toEqual([undefined, undefined, undefined])
    expect(ageIn(7 * 24)).toBe('the directory of accounts is 7 days old; read it again')
    expect(ageIn(-48)).toBe(`the directory of accounts was read at ${AT}, which is to come: a clock is off`)
    expect(describeAge({ ...directory, readAt: 'x' }, new Date(AT))).toContain('a clock is off')
  })
})

describe('an OU of the policy', () => {
  const policy = parsePolicy(
    'version: 1\norganization: { accounts: { exclude: [{ ou: ou-ab12-11111111 }, { ou: ou-ab12-99999999 }] } }\noverrides: [{ match: { ou: ou-ab12-88888888 }, rules: { paravirtual-instance: { mode: off } } }]\n',
    'p.yaml',
  )

  test('that no account of the directory is in is named', () => {
    const directory = readDirectory({ Accounts: [{ Id: ID, Paths: [PATH] }] }, AT)
    expect(findUnknownOus(policy, directory).map(({ path }) => path.join('.'))).toEqual([
      'organization.accounts.exclude.1.ou',
      'overrides.0.match.ou',
    ])
  })

  test('may be any if the directory has an account without a path', () =>
    expect(findUnknownOus(policy, readDirectory({ Accounts: [{ Id: ID }] }, AT))).toEqual([]))
})
