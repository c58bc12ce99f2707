import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { inFolder, virtguard } from './run-cli.ts'

const POLICY = `version: 1
preset: recommended@2
rules: { paravirtual-instance: { mode: enforce }, xen-hypervisor: { mode: off } }
organization: { accounts: { exclude: [{ ou: ou-ab12-11111111 }, { accountId: "3*" }] } }
overrides: [{ match: { tags: { stage: test } }, rules: { paravirtual-instance: { mode: observe } } }]
`
const path = (id: string, ...ous: readonly string[]) => [`o-a1b2c3d4e5/r-ab12/${[...ous, id].join('/')}/`]
const ACCOUNTS = {
  Accounts: [
    { Id: '111111111111', Name: 'prod', State: 'ACTIVE', Paths: path('111111111111'), Tags: [] },
    {
      Id: '222222222222',
      Name: 'test',
      State: 'ACTIVE',
      Paths: path('222222222222'),
      Tags: [{ Key: 'stage', Value: 'test' }],
    },
    { Id: '333333333333', Name: 'old\u202e', State: 'SUSPENDED', Paths: path('333333333333'), Tags: [] },
    { Id: '444444444444', Name: 'untagged', State: 'ACTIVE', Paths: path('444444444444') },
    {
      Id: '555555555555',
      Name: 'lab',
      State: 'ACTIVE',
      Paths: path('555555555555', 'ou-ab12-11111111', 'ou-ab12-22222222'),
    },
  ],
}

const validating = (folder: string) => [
  ...['policy', 'validate', join(folder, 'policy.yaml')],
  ...['--other-readers', '--accounts', join(folder, 'accounts.json')],
]
const writeAt = (folder: string, text: string, at = '2026-11-24T00:00:00Z') => {
  writeFileSync(join(folder, 'accounts.json'), text)
  utimesSync(join(folder, 'accounts.json'), new Date(at), new Date(at))
}

describe('policy validate --accounts', () => {
  test('says of each account whether it is guarded, and by which rules', () =>
    inFolder({ 'policy.yaml': POLICY }, async folder => {
      writeAt(folder, JSON.stringify(ACCOUNTS))
      const { code, out } = await virtguard(validating(folder))
      expect(code).toBe(0)
      const [valid, ...lines] = out.trim().split('\n')
      expect(valid).toContain('some accounts and regions; 1 override')
      expect(lines.map(line => line.replace(/observe: .*/, 'observe'))).toEqual([
        '111111111111 prod: guarded; enforce: paravirtual-instance; observe',
        '222222222222 test: guarded; observe',
        expect.stringMatching(/^333333333333 old\S*: excluded; SUSPENDED$/),
        '444444444444 untagged: guarded; observe',
        '555555555555 lab: excluded',
      ])
      expect(out).not.toContain('\u202e')
    }))

  test('warns of a list that is a week old, and of an OU that no account is in', () =>
    inFolder({ 'policy.yaml': POLICY }, async folder => {
      writeAt(folder, JSON.stringify({ Accounts: ACCOUNTS.Accounts.slice(0, 1) }), '2026-11-10T00:00:00Z')
      const { code, errLines } = await virtguard(validating(folder))
      expect(code).toBe(0)
      expect(errLines).toEqual(
        expect.arrayContaining([
          `virtguard: warning: ${join(folder, 'accounts.json')}: the directory of accounts is 14 days old; read it again`,
          `virtguard: warning: ${join(folder, 'policy.yaml')} organization.accounts.exclude[0].ou: has no account in the directory; check the id, or remove it`,
        ]),
      )
    }))

  test.each([
    ['', 'is no JSON'],
    ['[]', 'accounts: expected an object'],
    ['{"Accounts":[]}', 'Accounts: expected at least one'],
  ])('refuses %j in a line', (text, what) =>
    inFolder({ 'policy.yaml': POLICY }, async folder => {
      writeAt(folder, text)
      const { code, errLines } = await virtguard(validating(folder))
      expect(code).toBe(2)
      expect(errLines.at(-1)).toBe(
        `virtguard: ${join(folder, 'accounts.json')}: ${what}; write one with: aws organizations list-accounts > accounts.json`,
      )
    }),
  )

  test('refuses a file that there is not', () =>
    inFolder({ 'policy.yaml': POLICY }, async folder => {
      const { code, errLines } = await virtguard(validating(folder))
      expect(code).toBe(2)
      expect(errLines.at(-1)).toContain('accounts.json: there is no such file or folder')
    }))
})
