import { describe, expect, test } from '@jest/globals'
import { UserError } from '../../shared/errors.ts'
import { DEFAULT_POLICY, parsePolicy, parsePolicyFor } from '../../shared/policy/load.ts'
import { LATEST_PRESET } from '../../shared/rules/preset.ts'
import { RULES } from '../../shared/rules/registry.ts'
import type { Rule } from '../../shared/rules/rule.ts'
import { TEST_RULES } from './cases.ts'

const LATER: readonly Rule[] = TEST_RULES.slice(0, 1).map(rule => ({ ...rule, id: 'later-rule', since: 2 }))
const rules = [...TEST_RULES, ...LATER]

const modeOf = (text: string): string | undefined =>
  parsePolicyFor(rules, text, 'p.yaml').policy.rules['later-rule']?.mode

describe('a rule that came after the preset of a policy', () => {
  test.each([
    ['is off if the policy names no preset', 'version: 1', 'off'],
    ['is off if the policy asks for the first preset', 'version: 1\npreset: recommended@1', 'off'],
    ['observes if the policy asks for its preset', 'version: 1\npreset: recommended@2', 'observe'],
    ['observes if the policy names it', 'version: 1\nrules: { later-rule: {} }', 'observe'],
    ['has the mode that the policy gives it', 'version: 1\nrules: { later-rule: { mode: enforce } }', 'enforce'],
    [
      'stays off if the policy switches it off, whatever the preset',
      'version: 1\npreset: recommended@2\nrules: { later-rule: { mode: off } }',
      'off',
    ],
  ])('%s', (_, text, mode) => {
    expect(modeOf(text)).toBe(mode)
  })

  test('leaves the modes of the other rules as they are', () => {
    const { policy } = parsePolicyFor(rules, 'version: 1\nrules: { xen-hypervisor: { mode: enforce } }', 'p.yaml')
    expect(Object.entries(policy.rules).map(([id, { mode }]) => [id, mode])).toEqual([
      ['paravirtual-instance', 'observe'],
      ['xen-hypervisor', 'enforce'],
      ['instance-family', 'observe'],
      ['later-rule', 'off'],
    ])
  })

  test('is named to whoever validates the policy, and no other rule is', () => {
    expect(parsePolicyFor(rules, 'version: 1', 'p.yaml').beyondPreset).toEqual(LATER)
    expect(parsePolicyFor(rules, 'version: 1\npreset: recommended@2', 'p.yaml').beyondPreset).toEqual([])
  })
})

describe('a preset', () => {
  test.each([
    ['recommended@9999', `is newer than this version of virtguard; write recommended@${LATEST_PRESET}`],
    ['latest', 'write recommended@1, or leave it out'],
    ['recommended@0', 'write recommended@1, or leave it out'],
  ])('that does not exist is refused with what to write: %s', (preset, text) => {
    expect(() => parsePolicy(`version: 1\npreset: ${preset}\n`, 'p.yaml')).toThrow(UserError)
    expect(() => parsePolicy(`version: 1\npreset: ${preset}\n`, 'p.yaml')).toThrow(/^p\.yaml:2:1 preset: /)
    expect(() => parsePolicy(`version: 1\npreset: ${preset}\n`, 'p.yaml')).toThrow(text)
  })

  test('is not needed for the rules that virtguard began with', () => {
    for (const { id, since } of RULES)
      expect([id, DEFAULT_POLICY.rules[id]?.mode]).toEqual([id, since === 1 ? 'observe' : 'off'])
  })
})
