import { describe, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import { findRules } from '../../shared/organization/find-rules.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import { planDeliveries } from '../../shared/routing/deliveries.ts'
import { aFinding, anAlert, instanceSubject, NOW, PLACE } from '../support/findings.ts'

const RULE = 'paravirtual-instance'
const EVENT = { id: 'e-1', name: 'RunInstances', time: '2026-11-24T08:00:00Z' }

/** The finding of a PV instance of account 123456789012 in us-east-1. */
const findingUnder = (policy: string) =>
  evaluate(
    { subject: instanceSubject(), event: EVENT, actor: {} },
    { policy: parsePolicy(`version: 1\n${policy}`, 'p'), types: loadCatalogue(), now: NOW, canStop: true },
  ).find(({ rule }) => rule === RULE)

const ENFORCE = `rules: { ${RULE}: { mode: enforce } }\n`
const override = (match: string, mode: string) =>
  `overrides: [{ match: ${match}, rules: { ${RULE}: { mode: ${mode} } } }]\n`

describe('an instance is evaluated by the policy of its account', () => {
  test('that enforces', () => {
    expect(findingUnder(ENFORCE)?.action.decision).toBe('defer')
    expect(findingUnder(override('{ accountId: "123456789012" }', 'enforce'))?.action.decision).toBe('defer')
  })

  test('that observes there what it enforces elsewhere, or the other way round', () => {
    expect(findingUnder(ENFORCE + override('{ accountId: "1*" }', 'observe'))?.action.decision).toBe('would-stop')
    expect(findingUnder(override('{ accountId: "2*" }', 'enforce'))?.action.decision).toBe('would-stop')
  })

  test('that has the rule off there, or the account or region out', () => {
    expect(findingUnder(ENFORCE + override('{ accountId: "1*" }', 'off'))).toBeUndefined()
    for (const scope of [
      '{ accounts: { exclude: [{ accountId: "123456789012" }] } }',
      '{ accounts: { include: [{ accountId: "2*" }] } }',
      '{ regions: { exclude: [us-*] } }',
    ])
      expect(findingUnder(`${ENFORCE}organization: ${scope}\n`)).toBeUndefined()
  })

  test('that another severity counts in', () =>
    expect(
      findingUnder(`overrides: [{ match: { accountId: "1*" }, rules: { ${RULE}: { severity: CRITICAL } } }]\n`)
        ?.severity,
    ).toBe('CRITICAL'))

  test.each([
    ['an override to enforce', override('{ ou: r-ab12 }', 'enforce')],
    ['an override to observe', ENFORCE + override('{ name: "a*" }', 'observe')],
    ['an override to off', ENFORCE + override('{ tags: { a: b } }', 'off')],
    ['an exclusion', `${ENFORCE}organization: { accounts: { exclude: [{ name: "a*" }] } }\n`],
    ['an inclusion', `${ENFORCE}organization: { accounts: { include: [{ ou: r-ab12 }] } }\n`],
  ])('with %s that cannot be decided it is reported, and not stopped', (_what, policy) =>
    expect(findingUnder(policy)?.action.decision).toBe('would-stop'),
  )
})

test('a policy that says nothing of accounts is the same everywhere, and costs nothing', () =>
  expect(findRules(DEFAULT_POLICY, PLACE)).toBe(DEFAULT_POLICY.rules))

test('the rules of an account and region are worked out once', () => {
  const policy = parsePolicy(`version: 1\n${ENFORCE}${override('{ accountId: "1*" }', 'observe')}`, 'p')
  expect(findRules(policy, PLACE)).toBe(findRules(policy, PLACE))
  expect(findRules(policy, { ...PLACE, accountId: '210987654321' })).not.toBe(findRules(policy, PLACE))
})

test('routes compare the mode that the rule has in the account of the alert', () => {
  const policy = parsePolicy(
    `version: 1\n${ENFORCE}${override('{ accountId: "123456789012" }', 'observe')}channels: { ops: { type: amazon-q }, all: { type: amazon-q } }\nroutes: [{ match: { mode: enforce }, to: [ops] }, { to: [all] }]\n`,
    'p',
  )
  const alert = anAlert([aFinding()])
  expect(planDeliveries(alert, policy, NOW)).toEqual([{ channel: 'all' }])
  expect(planDeliveries({ ...alert, accountId: '210987654321' }, policy, NOW)).toEqual([
    { channel: 'ops' },
    { channel: 'all' },
  ])
})
