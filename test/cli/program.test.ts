import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { RULES } from '../../shared/rules/registry.ts'
import { omitPresets } from './applying.ts'
import { inFolder, virtguard } from './run-cli.ts'

describe('the help', () => {
  test.each([
    [['--help']],
    [['replay', '--help']],
    [['check', '--help']],
    [['lint', '--help']],
    [['guardrails', '--help']],
    [['images', '--help']],
    [['rules', '--help']],
    [['policy', '--help']],
    [['policy', 'validate', '--help']],
    [['policy', 'schema', '--help']],
    [['policy', 'apply', '--help']],
    [['policy', 'show', '--help']],
    [['policy', 'reset', '--help']],
    [['settings', '--help']],
    [['settings', 'validate', '--help']],
    [['settings', 'schema', '--help']],
    [['package', '--help']],
    [['spokes', '--help']],
    [['spokes', 'template', '--help']],
    [['spokes', 'check', '--help']],
    [['accounts', '--help']],
    [['findings', '--help']],
    [['redrive', '--help']],
    [['explain', '--help']],
    [['scan', '--help']],
    [['stops', '--help']],
    [['notify', '--help']],
    [['notify', 'test', '--help']],
    [['help', 'replay']],
  ])('for %j shows an example, on standard output, in 80 columns', async args => {
    const { code, out, err } = await virtguard(args)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/Examples?:\n {2}(virtguard|aws)/)
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('is printed beside a version that is the package’s', async () =>
    expect((await virtguard(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/))
})

describe('a mistake on the command line is one line and exit code 2', () => {
  test.each([
    [['replya'], "unknown command 'replya' (Did you mean replay?); see virtguard --help"],
    [['replay'], "missing required argument 'path'; see virtguard replay --help"],
    [['replay', 'x', '--fromat', 'csv'], "unknown option '--fromat' (Did you mean --format?)"],
    [['replay', 'x', '--format', 'yaml'], 'Allowed choices are table, ndjson, json, csv, asff, ocsf, html; see'],
    [['replay', 'x', '--fail-on', 'low'], 'Allowed choices are INFORMATIONAL, LOW'],
    [['replay', 'x', '--rule', 'paravirtual-instanc'], 'did you mean paravirtual-instance?'],
    [['replay', 'x', '--now', 'tomorrow'], 'Write it as 2027-01-31'],
    [['rules', 'zzz'], 'there is no rule zzz; the rules are paravirtual-instance, '],
    [['rules', 'a', 'b'], 'too many arguments'],
    [['policy', 'validate'], "missing required argument 'file'"],
    [['policy', 'check', 'x'], "unknown command 'check'"],
    [['package', '--settings', 'x'], "required option '--bucket <name>' not specified"],
    [['settings', 'validate'], "missing required argument 'file'; see virtguard settings validate --help"],
    [['settings', 'vlidate', 'x'], "unknown command 'vlidate' (Did you mean validate?); see virtguard settings --help"],
    [['policy', 'apply'], "missing required argument 'file'"],
    [['notify', 'test'], "missing required argument 'channel'"],
    [['findngs'], "unknown command 'findngs' (Did you mean findings?)"],
  ])('for %j', async (args, why) => {
    const { code, out, errLines } = await virtguard(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toMatch(/^virtguard: /)
    expect(errLines[0]).toContain(why)
  })

  test('if there is no command, with the help on standard error', async () => {
    const { code, out, err } = await virtguard([])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('Usage: virtguard')
  })
})

describe('the list of rules', () => {
  test('can be written in every format', async () => {
    const { out } = await virtguard(['rules'])
    for (const { id } of RULES) expect(out).toContain(id)
    expect(JSON.parse((await virtguard(['rules', '--format', 'json'])).out)).toHaveLength(RULES.length)
    expect((await virtguard(['rules', '--format', 'ndjson'])).out.trimEnd().split('\n')).toHaveLength(RULES.length)
    expect((await virtguard(['rules', '--format', 'csv'])).out.trimEnd().split('\n')).toHaveLength(RULES.length + 1)
  })

  test.each(RULES.map(({ id }) => id))('explains %s, with a page that exists', async id => {
    const { code, out } = await virtguard(['rules', id])
    expect(code).toBe(0)
    expect(out).toContain('What to do')
    const page = out.trimEnd().split('\n').at(-1)?.trim() ?? ''
    expect(existsSync(page)).toBe(true)
    expect(JSON.parse((await virtguard(['rules', id, '--format', 'json'])).out)).toMatchObject({
      id,
      doc: `docs/rules/${id}.md`,
    })
  })
})

const EXEMPT = `version: 1
rules:
  paravirtual-instance: { mode: enforce }
  xen-hypervisor: { mode: "off" }
exemptions:
  - { rule: paravirtual-instance, match: { instanceType: "m1.*", accountId: "123456789012" }, reason: old host, owner: user@example.com, expires: 2026-11-23 }
  - { rule: "*", match: { instanceType: "m2.*", accountId: "123456789012" }, reason: older host, owner: user@example.com, expires: 2027-11-23 }
`

describe('policy validate', () => {
  test('says of a valid policy what is on, and warns of what has expired', () =>
    inFolder({ 'policy.yaml': EXEMPT }, async folder => {
      const file = join(folder, 'policy.yaml')
      const { code, out, errLines } = await virtguard(['policy', 'validate', file])
      expect(code).toBe(0)
      expect(out).toContain(`${file}: valid; enforce: paravirtual-instance; observe: paravirtual-image,`)
      expect(out).toContain('off: xen-hypervisor, incompatible-template; 1 exemption')
      expect(omitPresets(errLines)).toEqual([
        `virtguard: ${file}: the exemption from paravirtual-instance of user@example.com (old host) expired on 2026-11-23; renew it or remove it`,
      ])
    }))

  test('names channels, and warns of alerts that reach none of them', () => {
    const text = `version: 1
rules: { paravirtual-instance: { severity: HIGH }, xen-hypervisor: { severity: LOW }, ena-disabled: { severity: LOW } }
channels: { ops: { type: amazon-q }, hub: { type: security-hub } }
routes:
  - { match: { severity: [HIGH] }, to: [ops, hub] }
  - { match: { severity: [MEDIUM], region: [eu-*] }, to: [hub] }
`
    return inFolder({ 'policy.yaml': text }, async folder => {
      const file = join(folder, 'policy.yaml')
      const { code, out, errLines } = await virtguard(['policy', 'validate', file])
      expect(code).toBe(0)
      expect(out).toContain('0 exemptions; channels: ops, hub; 2 routes\n')
      expect(omitPresets(errLines)).toEqual([
        expect.stringMatching(
          /severity MEDIUM \(paravirtual-image, .*\): every route that takes them names accounts or/,
        ),
        expect.stringMatching(
          /severity LOW \(.*xen-hypervisor, ena-disabled\): no route takes them, so they reach no channel$/,
        ),
      ])
    })
  })

  test.each([
    ['a misspelt key', 'version: 1\nrulse: {}\n', 'rulse'],
    ['a misspelt rule', 'version: 1\nrules: { paravirtual-instnce: { mode: observe } }\n', 'paravirtual-instnce'],
    ['a misspelt mode', 'version: 1\nrules: { paravirtual-instance: { mode: observ } }\n', 'mode'],
    ['an exemption without a reason', EXEMPT.replace('reason: old host, ', ''), 'reason'],
    [
      'an exemption without an owner',
      EXEMPT.replace('owner: user@example.com, expires: 2026', 'expires: 2026'),
      'owner',
    ],
    ['an exemption without an expiry', EXEMPT.replace(', expires: 2026-11-23', ''), 'expires'],
    [
      'an exemption that matches everything',
      EXEMPT.replace('{ instanceType: "m1.*", accountId: "123456789012" }', '{}'),
      'match',
    ],
    ['no YAML', 'version: 1\n  - {', ''],
    ['an empty file', '', 'is empty'],
    ['a binary', '\x7fELF\x00\x01\x1b[31m', ''],
  ])('names the position of %s', (_, text, word) =>
    inFolder({ 'policy.yaml': text }, async folder => {
      const { code, out, err, errLines } = await virtguard(['policy', 'validate', join(folder, 'policy.yaml')])
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(errLines[0]).toMatch(/policy\.yaml:\d+:\d+ /)
      expect(err).toContain(word)
      expect(err).not.toContain('\x1b')
    }),
  )

  test('can print the schema as JSON', async () => {
    const { code, out } = await virtguard(['policy', 'schema'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toHaveProperty('$schema')
  })
})
