import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { buildSpokeRoles } from '../../infra/spokes/roles.ts'
import { buildSpokeRules } from '../../infra/spokes/rules.ts'
import { buildStackSets } from '../../infra/spokes/stack-sets.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { inFolder, virtguard } from './run-cli.ts'

const POLICY = 'version: 1\nrules: { paravirtual-instance: { mode: enforce, severity: HIGH } }\n'
const OFF = [
  'paravirtual-instance',
  'paravirtual-image',
  'incompatible-launch',
  'incompatible-image',
  'instance-family',
  'xen-hypervisor',
  'ena-disabled',
]
const HUB = { organizationId: 'o-a1b2c3d4e5', accountId: '123456789012', region: 'eu-central-1' }

const writing = (folder: string, hub = '123456789012/eu-central-1', organization = 'o-a1b2c3d4e5') => [
  ...['spokes', 'template'],
  ...['--organization', organization],
  ...['--hub', hub],
  ...['--policy', join(folder, 'policy.yaml')],
  ...['--output', join(folder, 'spokes')],
]

describe('spokes template', () => {
  test('writes both templates for the policy, and says how they are deployed', () =>
    inFolder({ 'policy.yaml': POLICY }, async folder => {
      const [roles, rules] = [join(folder, 'spokes/spoke-roles.json'), join(folder, 'spokes/spoke-region.json')]
      const { code, out, errLines } = await virtguard(writing(folder))
      expect({ code, out }).toEqual({ code: 0, out: `${roles}\n${rules}\n` })
      const policy = parsePolicy(POLICY, 'policy.yaml')
      expect(JSON.parse(readFileSync(roles, 'utf8'))).toEqual(buildSpokeRoles(HUB, policy))
      expect(JSON.parse(readFileSync(rules, 'utf8'))).toEqual(buildSpokeRules(HUB, policy))
      expect(errLines).toEqual([
        'virtguard: deploy them after the hub: the roles once in each account, then the rules in each of its regions',
        expect.stringContaining(`--template-file ${roles} --capabilities CAPABILITY_NAMED_IAM`),
        expect.stringContaining(`--template-file ${rules}`),
      ])
    }))

  test('also writes StackSets for OUs and regions, and says who deploys them', () =>
    inFolder({ 'policy.yaml': POLICY }, async folder => {
      const stackSets = join(folder, 'spokes/spoke-stack-sets.json')
      const where = ['--target', 'r-ab12', '--region', 'us-east-1', '--management-account', '210987654321']
      const { code, out, errLines } = await virtguard([...writing(folder), ...where])
      expect({ code, files: out.trim().split('\n').at(-1) }).toEqual({ code: 0, files: stackSets })
      const policy = parsePolicy(POLICY, 'policy.yaml')
      const rules = buildSpokeRules(HUB, policy)
      if (rules === undefined) throw new Error('no rules')
      const templates = { roles: buildSpokeRoles(HUB, policy), rules }
      const targets = { units: ['r-ab12'], regions: ['us-east-1'], management: '210987654321' }
      expect(JSON.parse(readFileSync(stackSets, 'utf8'))).toEqual(buildStackSets(HUB, templates, targets))
      expect(errLines[0]).toBe('virtguard: deploy it after the hub, once, as a delegated administrator of 210987654321')
      expect(errLines[1]).toContain(`--stack-name VirtguardSpokes --template-file ${stackSets}`)
      expect(errLines[2]).toContain('never deploy into the management account')
    }))

  test.each([
    [['--target', 'r-ab12'], 'StackSets need OUs and regions: give --target and --region, or leave out both'],
    [['--region', 'us-east-1'], 'StackSets need OUs and regions'],
    [['--target', 'production', '--region', 'us-east-1'], 'Write it like ou-ab12-34cd56ef'],
    [['--target', 'r-ab12', '--region', 'Ireland'], 'Write it like us-east-1'],
    [['--target', 'r-ab12', '--region', 'us-east-1', '--management-account', 'main'], 'Write its 12 digits'],
  ])('refuses %j in one line', (args, line) =>
    inFolder({ 'policy.yaml': POLICY }, async folder => {
      const { code, errLines } = await virtguard([...writing(folder), ...args])
      expect([code, errLines]).toEqual([2, [expect.stringContaining(line)]])
      expect(existsSync(join(folder, 'spokes'))).toBe(false)
    }),
  )

  test('warns of a region of the hub that is not known', () =>
    inFolder({ 'policy.yaml': POLICY }, async folder => {
      const { code, errLines } = await virtguard(writing(folder, '123456789012/eu-centrall-1'))
      expect(code).toBe(0)
      expect(errLines[0]).toBe(
        'virtguard: warning: eu-centrall-1 is no region that is known to this version of virtguard; did you mean eu-central-1?',
      )
    }))

  test.each([
    ['o-1', '123456789012/eu-central-1', 'Write the id of the organization, like o-a1b2c3d4e5'],
    ['r-a1b2', '123456789012/eu-central-1', 'Write the id of the organization'],
    ['o-a1b2c3d4e5', '123456789012', 'Write account and region of the hub, like 123456789012/eu-central-1'],
    ['o-a1b2c3d4e5', '12345678901/eu-central-1', 'Write account and region of the hub'],
    ['o-a1b2c3d4e5', '123456789012/eu-central-1/x', 'Write account and region of the hub'],
  ])('refuses the organization %s with the hub %s in one line', (organization, hub, line) =>
    inFolder({ 'policy.yaml': POLICY }, async folder => {
      const { code, errLines } = await virtguard(writing(folder, hub, organization))
      expect(code).toBe(2)
      expect(errLines).toEqual([expect.stringContaining(line)])
      expect(existsSync(join(folder, 'spokes'))).toBe(false)
    }),
  )

  test('refuses a policy that watches nothing', () =>
    inFolder({}, async folder => {
      writeFileSync(
        join(folder, 'policy.yaml'),
        `version: 1\nrules:\n${OFF.map(id => `  ${id}: { mode: "off" }\n`).join('')}`,
      )
      const { code, errLines } = await virtguard(writing(folder))
      expect(code).toBe(2)
      expect(errLines).toEqual([
        'virtguard: the policy turns every rule off, so spokes have nothing to forward; turn one on (--policy)',
      ])
    }))

  test('refuses a file in the place of the folder', () =>
    inFolder({ 'policy.yaml': POLICY, spokes: '' }, async folder => {
      const { code, errLines } = await virtguard(writing(folder))
      expect(code).toBe(2)
      expect(errLines).toEqual([
        `virtguard: ${join(folder, 'spokes')}: is a file and not a folder; name another folder`,
      ])
    }))
})
