import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ec2 from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { EVENT_KINDS } from '../../shared/facts/event.ts'
import type { Subject } from '../../shared/facts/facts.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { findRule, RULES } from '../../shared/rules/registry.ts'
import { type MissingFact, type Rule, SEVERITIES } from '../../shared/rules/rule.ts'
import { anImage, imageSubject, instanceSubject, refusedLaunch } from '../support/findings.ts'

const ROOT = join(__dirname, '../..')
const IDS = RULES.map(({ id }) => id)
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const pageOf = (id: string): string => read(`docs/rules/${id}.md`)

const HEADINGS = [
  'What fires it',
  'Why',
  'What it reads',
  'What it misses',
  'How to fix',
  'How to exempt',
  'Related controls',
]

const fences = (page: string, language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(([, , body = '']) => body)

const named = (folder: string, suffix: string): readonly string[] =>
  readdirSync(join(ROOT, folder))
    .filter(name => name.endsWith(suffix))
    .map(name => name.slice(0, -suffix.length))
    .toSorted()

describe('the registry of rules', () => {
  test('has every id once', () => {
    expect(new Set(IDS).size).toBe(IDS.length)
    for (const rule of RULES) expect(findRule(rule.id)).toBe(rule)
    expect(findRule('no-such-rule')).toBeUndefined()
  })

  test('has in the folders a file, a page and a test for each rule, and none for anything else', () => {
    const others = ['preset', 'registry', 'rule']
    expect(named('shared/rules', '.ts').filter(name => !others.includes(name))).toEqual(IDS.toSorted())
    expect(named('docs/rules', '.md')).toEqual(IDS.toSorted())
    expect(named('test/rules', '.test.ts').filter(name => !others.includes(name))).toEqual(IDS.toSorted())
  })

  test.each(RULES.map(rule => [rule.id, rule] as const))('has for %s everything that others need of it', (id, rule) => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/)
    expect(read(`shared/rules/${id}.ts`)).toContain(`id: '${id}'`)
    expect(SEVERITIES).toContain(rule.severity)
    expect(rule.events.length).toBeGreaterThan(0)
    for (const event of rule.events) expect(EVENT_KINDS).toContain(event)
    expect(rule.title).toMatch(/^[A-Z].{3,58}[^.]$/)
    for (const sentence of [rule.why, rule.remediation]) expect(sentence).toMatch(/^[A-Z].*\.$/)
  })
})

const READ_FOR: Readonly<Record<MissingFact['of'], Rule['reads'][number]>> = {
  instance: 'ec2:DescribeInstances',
  image: 'ec2:DescribeImages',
  type: 'ec2:DescribeInstanceTypes',
  template: 'ec2:DescribeLaunchTemplateVersions',
}

const INSTANCE_KEYS = ['instanceId', 'imageId', 'instanceType', 'virtualizationType', 'enaSupport', 'bootMode'] as const
const IMAGE_KEYS = ['virtualizationType', 'enaSupport', 'bootMode', 'architecture'] as const
const types = fc.constantFrom('t1.micro', 't2.micro', 'm5.large', 'm5.metal', 'r4.large', 'x99.large')
const virtualization = fc.constantFrom('hvm' as const, 'paravirtual' as const)

const instances = fc
  .record({ instanceType: types, virtualizationType: virtualization, enaSupport: fc.boolean() })
  .chain(facts => fc.subarray([...INSTANCE_KEYS]).map((unknown): Subject => instanceSubject(facts, unknown)))
// An image that a call makes has its id, but for an import, whose task has nothing.
const images = fc
  .record({ virtualizationType: virtualization, enaSupport: fc.boolean() })
  .chain(facts => fc.subarray([...IMAGE_KEYS]).map((unknown): Subject => imageSubject(facts, unknown)))
const refusals = fc.record({ instanceType: types, virtualizationType: virtualization }).chain(facts =>
  fc.subarray([...IMAGE_KEYS, 'imageId' as const]).map(
    (unknown): Subject =>
      refusedLaunch({
        instanceType: facts.instanceType,
        image: anImage({ virtualizationType: facts.virtualizationType }, unknown),
      }),
  ),
)

describe('a rule that is given any facts', () => {
  test.each(RULES.map(rule => [rule.id, rule] as const))('like %s may read every fact that it can miss', (_, rule) => {
    const options = {
      ...Object.fromEntries(Object.entries(rule.options).map(([key, { default: value }]) => [key, value])),
      deny: ['t1'],
    }
    fc.assert(
      fc.property(fc.oneof(instances, images, refusals), subject => {
        const verdict = rule.check(subject, loadCatalogue(), options)
        const missing =
          verdict.status === 'UNKNOWN' ? verdict.missing : verdict.status === 'FAILED' ? (verdict.wants ?? []) : []
        if (verdict.status === 'UNKNOWN') expect(missing).not.toEqual([])
        for (const { of } of missing) expect(rule.reads).toContain(READ_FOR[of])
      }),
      { numRuns: 300 },
    )
  })
})

describe.each(IDS)('the page of %s', id => {
  const page = pageOf(id)

  test('has the headings that every page has, in their order', () => {
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(HEADINGS)
    expect(page).toMatch(new RegExp(`^# ${id}\\n`))
  })

  test('names every reason that the rule can give, and its severity', () => {
    const reasons = new Set(
      [...read(`shared/rules/${id}.ts`).matchAll(/'([A-Z]+(?:_[A-Z]+)*)'/g)].map(([, code = '']) => code),
    )
    const notReasons = ['FAILED', 'PASSED', 'UNKNOWN', 'NVME_DRIVER_ADVISORY', ...SEVERITIES]
    const [, table = ''] = page.split('## What fires it')
    for (const reason of reasons) if (!notReasons.includes(reason)) expect(table).toContain(`\`${reason}\``)
    expect(page).toContain(`Severity ${findRule(id)?.severity}`)
  })

  test('names every control that the rule names, and each read of EC2', () => {
    const [, related = ''] = page.split('## Related controls')
    for (const control of findRule(id)?.relatedControls ?? [])
      expect(related.replace(/`/g, '')).toContain(control.replace(/^AWS Config (?=ec2-)/, ''))
    const [, reads = ''] = page.split('## What it reads')
    for (const action of findRule(id)?.reads ?? []) expect(reads).toContain(action.replace(/^\w+:/, ''))
  })

  test('has examples that are valid policies, one of them with an exemption from this rule', () => {
    const policies = fences(page, 'yaml').map(text => parsePolicy(text, `docs/rules/${id}.md`))
    expect(policies.flatMap(({ exemptions }) => exemptions).map(({ rule }) => rule)).toContain(id)
  })

  test('has lines of at most 120 columns, except for tables', () => {
    const wide = page.split('\n').filter(line => line.length > 120 && !line.startsWith('|'))
    expect(wide).toEqual([])
  })

  test('has links to files that exist', () => {
    for (const [, target = ''] of page.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g))
      expect([target, existsSync(join(ROOT, 'docs/rules', target))]).toEqual([target, true])
  })
})

const pascal = (kebab: string): string =>
  kebab.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase())

/** The parameters of an EC2 command in AWS's own model of the API; undefined where there is no such command. */
const parametersOf = (command: string): readonly string[] | undefined => {
  const schema: unknown = Reflect.get(ec2, `${pascal(command)}Request$`)
  const names: unknown = Array.isArray(schema) ? schema[4] : undefined
  return Array.isArray(names) ? names.map(String) : undefined
}

type Command = { readonly text: string; readonly name: string; readonly options: readonly string[] }

const commandsIn = (text: string): readonly Command[] =>
  [...text.replace(/\\\n\s*/g, '').matchAll(/\baws ec2 ([a-z-]+)((?:[^\n`.]|\.(?=\S))*)/g)].map(
    ([whole, name = '', rest = '']) => ({
      text: whole,
      name,
      options: [...rest.matchAll(/--([a-z0-9-]+)/g)].map(([, option = '']) => option),
    }),
  )

/** `--instance-ids` is InstanceIds; the command line may write a list of the API in the plural. */
const isParameter = (option: string, parameters: readonly string[]): boolean => {
  const name = pascal(option).toLowerCase()
  return parameters.some(parameter => [name, name.replace(/s$/, '')].includes(parameter.toLowerCase()))
}

const TEXTS: readonly (readonly [string, string])[] = [
  ...IDS.map(id => [`docs/rules/${id}.md`, pageOf(id)] as const),
  ...RULES.map(rule => [`the remediation of ${rule.id}`, rule.remediation] as const),
]

describe('the remedy in pages and alerts', () => {
  test('is checked for commands that do not exist', () => {
    expect(parametersOf('switch-virtualization')).toBeUndefined()
    expect(isParameter('virtualization-type', parametersOf('modify-image-attribute') ?? [])).toBe(false)
    expect(isParameter('virtualization-type', parametersOf('modify-instance-attribute') ?? [])).toBe(false)
    expect(isParameter('virtualization-type', parametersOf('register-image') ?? [])).toBe(true)
    expect(
      commandsIn('aws ec2 modify-image-attribute --image-id AMI --virtualization hvm').map(({ options }) => options),
    ).toEqual([['image-id', 'virtualization']])
  })

  test.each(TEXTS)('of %s names only EC2 commands and options that exist', (_, text) => {
    for (const command of commandsIn(text)) {
      const parameters = parametersOf(command.name)
      expect([command.text, parameters !== undefined]).toEqual([command.text, true])
      for (const option of command.options)
        expect([command.text, option, isParameter(option, parameters ?? [])]).toEqual([command.text, option, true])
    }
  })

  test.each(TEXTS)('of %s names only commands of virtguard that exist', (_, text) => {
    for (const [whole, command = ''] of text.matchAll(/`virtguard ([a-z]+)/g))
      expect([whole, ['replay', 'check', 'scan', 'rules', 'policy'].includes(command)]).toEqual([whole, true])
  })

  test.each(TEXTS)('of %s promises no way to switch the virtualization type, and terminates nothing', (_, text) => {
    expect(text).not.toMatch(/modify-(image|instance)-attribute[^\n]*virtualization/i)
    expect(text).not.toMatch(/terminate-instances/)
    expect(text).not.toMatch(/\b(change|switch|set|convert) (its|the|their) virtualization type\b/i)
  })
})
