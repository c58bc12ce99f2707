import { describe, expect, test } from '@jest/globals'
import { EVENT_KINDS } from '../../shared/facts/event.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { ourCases, recordedCases, recordedThere } from './event-patterns.ts'
import { matchesPattern } from './match-event.ts'
import { aTemplate, resourcesOf } from './stack.ts'

type Json = Record<string, unknown>

/** Every rule on, those of later presets too. */
const EVERYTHING: Policy = {
  ...DEFAULT_POLICY,
  rules: Object.fromEntries(
    RULES.map(({ id, severity }) => [id, { severity, options: {}, ...DEFAULT_POLICY.rules[id], mode: 'observe' }]),
  ),
}

/** The patterns as they stand in the template, each with the kind that the rule's description names. */
const deployed = Object.values(resourcesOf(aTemplate({ policy: EVERYTHING }), 'AWS::Events::Rule')).map(
  ({ Properties }) => ({
    kind: EVENT_KINDS.find(kind => String(Properties['Description']).startsWith(`virtguard: ${kind} events of `)),
    pattern: Properties['EventPattern'] as Json,
  }),
)

/** The kind of every rule that lets the event through: two rules of one kind deliver it twice. */
const kindsOf = (envelope: Record<string, unknown>) =>
  deployed.flatMap(({ kind, pattern }) => (matchesPattern(pattern, envelope) ? [kind] : []))

describe('the deployed event patterns', () => {
  test('are of one kind each, and there is one at least for each kind', () => {
    expect(new Set(deployed.map(({ kind }) => kind))).toEqual(new Set(EVENT_KINDS))
  })

  test.each(ourCases())('let pass for $name: $kinds', ({ envelope, kinds }) => {
    expect(kindsOf(envelope)).toEqual(kinds)
  })

  const whereThere = recordedThere || process.env['CI'] ? test : test.skip
  whereThere('let through of the recorded events what the reader makes of them', () => {
    const cases = recordedCases()
    expect(cases.length).toBeGreaterThan(70)
    for (const { name, envelope, kinds } of cases) expect({ name, kinds: kindsOf(envelope) }).toEqual({ name, kinds })
    expect(new Set(cases.flatMap(({ kinds }) => kinds))).toEqual(new Set(['launch', 'image', 'start', 'template']))
  })
})

describe('the engine that matches event patterns', () => {
  test('compares an array of objects with each of its members', () => {
    const pattern = { detail: { items: { type: ['paravirtual'] } } }
    expect(matchesPattern(pattern, { detail: { items: [{ type: 'hvm' }, { type: 'paravirtual' }] } })).toBe(true)
    expect(matchesPattern(pattern, { detail: { items: [{ type: 'hvm' }] } })).toBe(false)
    expect(matchesPattern(pattern, { detail: { items: {} } })).toBe(false)
  })

  test('refuses a matcher that it does not know', () => {
    expect(() => matchesPattern({ a: [{ cidr: '10.0.0.0/8' }] }, { a: '10.0.0.1' })).toThrow('cidr')
  })
})
