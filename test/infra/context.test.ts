import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { Stack } from 'aws-cdk-lib'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { readSettingsFrom } from '../../infra/settings/context.ts'
import { UserError } from '../../shared/errors.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { anApp } from './stack.ts'

const scratch = mkdtempSync(join(tmpdir(), 'virtguard-context-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const policyFile = (text: string): string => {
  const file = join(mkdtempSync(join(scratch, 'policy-')), 'policy.yaml')
  writeFileSync(file, text)
  return file
}

const mistake = (context: Record<string, unknown>): string => {
  try {
    readSettingsFrom(context)
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
  throw new Error('no mistake was found')
}

describe('the context of a deployment', () => {
  test('may be empty, which is the default policy and no address', () => {
    const cdkOwn = {
      'aws:cdk:enable-path-metadata': true,
      '@aws-cdk/core:target-partitions': ['aws'],
      'availability-zones:account=1': [],
    }
    expect(readSettingsFrom(cdkOwn)).toEqual({
      policy: DEFAULT_POLICY,
      emails: [],
      live: false,
      sweepRegions: 'own',
      ownSubscribers: false,
    })
  })

  test('names a policy file and addresses', () => {
    const policy = policyFile('version: 1\nrules:\n  xen-hypervisor: { mode: off }\n')
    const settings = readSettingsFrom({ policy, email: 'user@example.com, ops@example.com,user@example.com' })
    expect(settings.policy.rules['xen-hypervisor']?.mode).toBe('off')
    expect(settings.emails).toEqual(['user@example.com', 'ops@example.com'])
  })

  test('makes the synthesis warn of what the policy can hardly mean', () => {
    const { warnings } = readSettingsFrom({
      policy: policyFile('version: 1\nrules: { instance-family: { deny: [T2] } }\n'),
    })
    expect(warnings).toHaveLength(1)
    expect(warnings?.[0]).toContain('rules.instance-family.deny[0]: "T2" matches no instance type')
    const stack = anApp({ warnings: ['policy.yaml:1:1 rules: so it is'] }).node.findChild('Virtguard')
    Annotations.fromStack(Stack.of(stack)).hasWarning('/Virtguard', Match.stringLikeRegexp('rules: so it is'))
  })

  test('makes the synthesis warn of a region that is swept and not known', () => {
    expect(readSettingsFrom({ sweepRegions: 'eu-centrall-1,us-east-1' }).warnings).toEqual([
      'context sweepRegions: eu-centrall-1 is no region that is known to this version of virtguard; did you mean eu-central-1?',
    ])
  })

  test('makes the synthesis warn if nobody is subscribed to operations', () => {
    const nobody = Match.stringLikeRegexp('this deployment subscribes nobody to the operations topic')
    const stackOf = (emails: readonly string[]) => Stack.of(anApp({ emails }).node.findChild('Virtguard'))
    Annotations.fromStack(stackOf([])).hasWarning('/Virtguard', nobody)
    Annotations.fromStack(stackOf(['user@example.com'])).hasNoWarning('/Virtguard', nobody)
  })

  test('names the regions that are swept, or all of them', () => {
    expect(readSettingsFrom({ sweepRegions: 'all' }).sweepRegions).toBe('all')
    const named = readSettingsFrom({ sweepRegions: 'eu-west-1, us-east-1,eu-west-1' })
    expect(named.sweepRegions).toEqual(['eu-west-1', 'us-east-1'])
  })

  test('is refused with an address that no channel has, because SNS would have two filters for one subscription', () => {
    const policy = policyFile('version: 1\nchannels: { mail: { type: email, addresses: [ops@example.com] } }\n')
    expect(readSettingsFrom({ policy, email: 'user@example.com' }).emails).toEqual(['user@example.com'])
    expect(mistake({ policy, email: 'user@example.com,ops@example.com' })).toBe(
      'context email: ops@example.com is in the channel mail of the policy, too; keep it in one of them (with -c email it gets every alert, at once)',
    )
  })

  test.each([
    [
      { sweepRegions: 'everywhere' },
      'context sweepRegions: "everywhere" is not a region; give -c sweepRegions=all or REGION[,REGION]',
    ],
    [
      { polciy: 'x.yaml' },
      'context: unknown key "polciy"; virtguard takes -c settings=FILE, -c policy=FILE, -c email=ADDRESS[,ADDRESS], -c live=on|off, -c sweepRegions=all|REGION[,REGION], -c subscribers=own, -c organization=ID and -c hook=warn|fail',
    ],
    [{ email: 'user' }, 'context email: "user" is not an e-mail address; give -c email=ADDRESS[,ADDRESS]'],
    [{ email: 'user@example.com,' }, 'context email: "" is not an e-mail address; give -c email=ADDRESS[,ADDRESS]'],
    [{ email: '' }, 'context email: "" is not an e-mail address; give -c email=ADDRESS[,ADDRESS]'],
    [{ policy: '' }, 'context policy: needs a file, -c policy=FILE'],
    [
      { policy: '/nowhere/p.yaml' },
      'context policy: /nowhere/p.yaml cannot be read (ENOENT); give a policy file (-c policy=FILE)',
    ],
  ])('with a mistake says in one line what is wrong: %j', (context, line) => {
    expect(mistake(context)).toBe(line)
  })

  test('passes on what is wrong in a policy, with file and line', () => {
    const file = policyFile('version: 1\nrules:\n  xen-hypervisor: { mod: off }\n')
    expect(mistake({ policy: file })).toContain(file)
    expect(mistake({ policy: file })).toContain('mod')
  })
})

describe('the context for the live policy', () => {
  const enforcing = policyFile('version: 1\nrules: { paravirtual-instance: { mode: enforce } }\n')

  test.each([
    ['is not read for a policy that observes', {}, false],
    ['is read if it is asked for', { live: 'on' }, true],
    ['is always read for a policy that enforces', { policy: enforcing, email: 'user@example.com' }, true],
  ])('says that the policy in the ledger %s', (_, context, live) => {
    expect(readSettingsFrom(context).live).toBe(live)
  })

  test.each([
    [{ live: 'yes' }, /^context live: "yes" is not valid; give -c live=on or off$/],
    [
      { live: 'off', policy: enforcing, email: 'user@example.com' },
      /^context live: a policy that enforces needs the live policy/,
    ],
  ])('refuses %j', (context, line) => {
    expect(mistake(context)).toMatch(line)
  })
})

describe('a policy that would stop instances unseen', () => {
  const enforcing = 'version: 1\nrules: { paravirtual-instance: { mode: enforce, severity: HIGH } }\n'
  const ops = 'channels: { ops: { type: amazon-q } }\n'
  const unrouted = `${enforcing}${ops}routes: [{ match: { mode: observe }, to: [ops] }]\n`

  test.each([
    ['has no channel and no address', enforcing],
    ['has no route for the rule', unrouted],
  ])('is refused if it %s', (_, text) => {
    expect(mistake({ policy: policyFile(text) })).toBe(
      'context policy: paravirtual-instance would stop instances, and nobody gets the alert before; add a route or channel to the policy, give addresses (-c email=ADDRESS), or subscribers: own (-c subscribers=own) where you have subscribed to the topic of alerts yourself',
    )
  })

  test.each([
    ['an address', unrouted, { email: 'user@example.com' }],
    ['a subscriber of your own', enforcing, { subscribers: 'own' }],
    ['a channel', `${enforcing}${ops}`, {}],
  ])('is accepted with %s', (_, text, more) => {
    expect(readSettingsFrom({ policy: policyFile(text), ...more }).live).toBe(true)
  })

  test('is not accepted because of another word', () => {
    expect(mistake({ subscribers: 'yes' })).toBe(
      'context subscribers: "yes" is not valid; give -c subscribers=own, or leave it out',
    )
  })
})
