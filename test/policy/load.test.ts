import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { UserError } from '../../shared/errors.ts'
import { DEFAULT_POLICY, parsePolicy, parsePolicyFor } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { findUnrouted } from '../../shared/routing/unrouted.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { ACCEPTED, matching, REFUSED, TEST_RULES, UNREADABLE, WHOLE } from './cases.ts'

const load = (text: string): Policy => parsePolicyFor(TEST_RULES, text, 'p.yaml').policy

const complaints = (text: string): string[] => {
  try {
    load(text)
  } catch (error) {
    if (error instanceof UserError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('a policy', () => {
  test('in its whole format becomes plain data with seconds', () => {
    expect(load(WHOLE)).toEqual({
      version: 1,
      rules: {
        'paravirtual-instance': { mode: 'enforce', severity: 'HIGH', options: {} },
        'xen-hypervisor': { mode: 'off', severity: 'MEDIUM', options: {} },
        'instance-family': {
          mode: 'observe',
          severity: 'MEDIUM',
          options: { allow: ['*'], deny: ['t1.*', 'm1.*'] },
        },
      },
      exemptions: [
        {
          rule: 'paravirtual-instance',
          match: { accountId: '123456789012', instanceType: 'm1.*', autoScalingGroup: 'legacy-*' },
          reason: 'billing host, moves in January',
          owner: 'billing@example.com',
          expires: '2027-01-31',
        },
      ],
      stop: { graceSeconds: 900, budget: { stops: 5, perSeconds: 600 } },
    })
  })

  test('that says nothing has every default', () => {
    const rule = { mode: 'observe', severity: 'MEDIUM', options: {} }
    expect(load('version: 1')).toEqual({
      version: 1,
      rules: {
        'paravirtual-instance': rule,
        'xen-hypervisor': rule,
        'instance-family': { ...rule, options: { allow: ['*'], deny: [] } },
      },
      exemptions: [],
      stop: { graceSeconds: 900, budget: { stops: 5, perSeconds: 600 } },
    })
  })

  test.each(['off', '"off"', 'false'])('turns a rule off with mode: %s', mode => {
    const policy = load(`version: 1\nrules: { xen-hypervisor: { mode: ${mode} } }`)
    expect(policy.rules['xen-hypervisor']?.mode).toBe('off')
  })

  test('means the same under a YAML 1.1 directive', () => {
    expect(load(`%YAML 1.1\n---\n${WHOLE.replace('"off"', 'off')}`)).toEqual(load(WHOLE))
  })

  test('keeps the spelling of a tag key that looks like a number', () => {
    const policy = load(matching('{ tags: { 0123: a, "045": b } }', 'allowTagExemptions: true\n'))
    expect(policy.exemptions[0]?.match.tags).toEqual({ '0123': 'a', '045': 'b' })
  })

  test('survives JSON unchanged, because the functions have it as JSON', () => {
    expect(JSON.parse(JSON.stringify(load(WHOLE)))).toEqual(load(WHOLE))
  })

  test.each(Object.entries(ACCEPTED))('is accepted with %s', (_, text) => {
    expect(complaints(text)).toEqual([])
  })

  test.each(Object.entries({ ...REFUSED, ...UNREADABLE }))('is refused with %s', (_, [text, line]) => {
    expect(complaints(text)).toEqual([line])
  })

  test('has all its problems listed at once, in the order of the file', () => {
    const lines = complaints('version: 1\nstop: { grace: 1 }\nrules: { a: {}, b: {} }\nfoo: 1')
    expect(lines.map(line => line.split(': ')[0])).toEqual([
      'p.yaml:2:9 stop.grace',
      'p.yaml:3:10 rules.a',
      'p.yaml:3:17 rules.b',
      'p.yaml:4:1 foo',
    ])
  })

  test('with very many problems has twenty of them listed and the rest counted', () => {
    const lines = complaints(`version: 1\n${Array.from({ length: 30 }, (_, index) => `key${index}: 1`).join('\n')}`)
    expect(lines).toHaveLength(21)
    expect(lines[20]).toBe('p.yaml: and 10 more')
  })

  test('is read if it has the largest size', () => {
    const start = 'version: 1\n#'
    expect(complaints(start + 'x'.repeat(262_144 - start.length))).toEqual([])
  })

  test('is refused unread if it is far too large', () => {
    expect(complaints(`#${'x'.repeat(262_144)}`)).toEqual([
      'p.yaml: is larger than 256 KiB; a policy has a few kilobytes',
    ])
  })

  test('with more problems than a call can have arguments is refused with lines, too', () => {
    const exemptions = (count: number) => `version: 1\nexemptions:\n${'- {}\n'.repeat(count)}`
    expect(complaints(exemptions(9_990))[20]).toBe('p.yaml: and 49930 more')
    expect(complaints(exemptions(50_000))).toEqual([
      'p.yaml:1:1 has more than 10000 values; a policy has a few hundred',
    ])
  })

  test('cannot send control or bidirectional characters to a terminal through its errors', () => {
    const lines = complaints('version: 1\n"\\e[31m\u202Ered": 1\nrules: { xen-hypervisor: { mode: "\\e]0;x\\a" } }')
    expect(lines).toHaveLength(2)
    expect(lines.join('')).not.toMatch(/[\p{C}]/u)
    expect(lines[0]).toContain('\\u{1b}[31m\\u{202e}red')
  })
})

describe('a key in an error', () => {
  test.each([
    ['that begins with a space', '" rules": {}', '" rules": is not a key here'],
    ['of a space that is not one of the keyboard', '\u00a0: {}', '"\u00a0": is not a key here'],
    ['of nothing', '"": {}', '"": is not a key here'],
  ])('%s is shown in quotation marks', (_, line, shown) => {
    expect(complaints(`version: 1\n${line}`)).toEqual([expect.stringContaining(`p.yaml:2:1 ${shown}`)])
  })
})

describe('any text', () => {
  const check = (text: string): void => {
    for (const line of complaints(text)) {
      expect(line).toMatch(/^p\.yaml(:[1-9]\d*:[1-9]\d*)?:? \S/)
      expect(line).not.toContain('Invalid input')
      expect(line).not.toContain('undefined')
    }
  }

  test('is a policy or a list of problems, never another failure', () => {
    const yamlish = fc.string({
      unit: fc.constantFrom(...'abv1:-?*&!|>%@`"\'#{}[], \n\t\r\0', 'version: 1', '\n  ', '---', '...', '<<', '!!str '),
      maxLength: 60,
    })
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), yamlish), check), { numRuns: 500 })
  })

  test('that is made from a valid policy by cutting and inserting is one or the other, too', () => {
    const edits = fc.array(
      fc.record({
        at: fc.nat(WHOLE.length),
        cut: fc.nat(12),
        put: fc.oneof(
          fc.string({ maxLength: 5 }),
          fc.constantFrom('null', '[]', '{}', '~', '0', '*', '\n', ': ', '- ', 'off', '&x ', '*x', '!!null '),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    )
    const edited = edits.map(list =>
      list.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), WHOLE),
    )
    fc.assert(fc.property(edited, check), { numRuns: 300 })
  })

  test('of a policy with any JSON value in any place is one or the other, too', () => {
    const sections = ['version', 'rules', 'exemptions', 'stop', 'allowTagExemptions']
    const policy = fc.dictionary(fc.constantFrom(...sections), fc.jsonValue({ maxDepth: 3 }))
    const rules = fc.dictionary(fc.constantFrom(...TEST_RULES.map(({ id }) => id)), fc.jsonValue({ maxDepth: 2 }))
    const keys = ['rule', 'match', 'reason', 'owner', 'expires']
    const exemptions = fc.array(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 2 })))
    const deep = fc.record({ version: fc.constant(1), rules, exemptions, allowTagExemptions: fc.boolean() })
    fc.assert(
      fc.property(fc.oneof(policy, deep), value => {
        check(JSON.stringify(value))
        check(stringify(value))
      }),
      { numRuns: 100 },
    )
  })
})

describe('the known rules', () => {
  test('observe by default if they are of the first preset, with their own severities and options', () => {
    expect(Object.keys(DEFAULT_POLICY.rules)).toEqual(RULES.map(({ id }) => id))
    for (const { id, severity, options, since } of RULES) {
      const defaults = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default]))
      expect(DEFAULT_POLICY.rules[id]).toEqual({ mode: since === 1 ? 'observe' : 'off', severity, options: defaults })
    }
    expect(parsePolicy('version: 1', 'p.yaml')).toEqual(DEFAULT_POLICY)
  })

  test('have no option that would hide a setting of every rule', () => {
    expect(RULES.flatMap(({ options }) => Object.keys(options))).not.toContain('mode')
    expect(RULES.flatMap(({ options }) => Object.keys(options))).not.toContain('severity')
  })

  test('make the example of the docs load', () => {
    const text = readFileSync('docs/policy.example.yaml', 'utf8')
    const policy = parsePolicy(text, 'docs/policy.example.yaml')
    expect(policy.exemptions.length).toBeGreaterThan(0)
    expect(policy.routes?.length).toBeGreaterThan(0)
    expect(findUnrouted(policy)).toEqual([])
    expect(readFileSync('docs/policy.md', 'utf8')).toContain(text)
  })
})
