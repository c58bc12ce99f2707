import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parsePolicy } from '../../shared/policy/load.ts'
import type { Policy, Route } from '../../shared/policy/policy.ts'
import { addDeliveries, planDeliveries } from '../../shared/routing/deliveries.ts'
import { listTraits, matchesPlace, matchesTrait, type Routed } from '../../shared/routing/matches.ts'
import { findUnrouted } from '../../shared/routing/unrouted.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { SEVERITIES, type Severity } from '../../shared/rules/rule.ts'
import { anAlert } from '../support/findings.ts'

const NIGHT = new Date('2026-11-24T23:00:00Z')
const DAY = new Date('2026-11-24T12:00:00Z')

const HEAD = `version: 1
rules:
  paravirtual-instance: { mode: enforce, severity: HIGH }
  paravirtual-image: { severity: CRITICAL }
  xen-hypervisor: { severity: LOW }
channels:
  ops: { type: amazon-q }
  mail: { type: email, addresses: [ops@example.com] }
  hub: { type: security-hub }
`
const policy = (routes: string): Policy => parsePolicy(`${HEAD}${routes}`, 'policy.yaml')

const ROUTES = policy(`routes:
  - { match: { severity: [HIGH, CRITICAL] }, to: [hub] }
  - { match: { severity: [HIGH, CRITICAL] }, to: [ops], quiet: { from: "22:00", to: "07:00", zone: UTC } }
  - { match: { severity: [LOW] }, to: [mail], daily: { at: "08:00", zone: UTC } }
`)

type Told = { readonly rule: string; readonly severity: Severity }
const alert = (alerted: readonly Told[], more: Partial<Routed> = {}): Routed => {
  const [finding] = anAlert().findings
  if (finding === undefined) throw new Error('an alert without a finding')
  const severities = alerted.map(({ severity }) => SEVERITIES.indexOf(severity))
  return {
    kind: 'finding',
    severity: SEVERITIES[Math.max(...severities)] ?? 'LOW',
    accountId: '123456789012',
    region: 'us-east-1',
    launchId: 'r-0123456789abcdef0',
    findings: alerted.map(one => ({ ...finding, ...one })),
    ...more,
  }
}
const HIGH = { rule: 'paravirtual-instance', severity: 'HIGH' } as const
const CRITICAL = { rule: 'paravirtual-image', severity: 'CRITICAL' } as const
const LOW = { rule: 'xen-hypervisor', severity: 'LOW' } as const
const MEDIUM = { rule: 'instance-family', severity: 'MEDIUM' } as const

// A rule that a newer version brings is off in a policy that does not name it.
const isOn = ({ id }: (typeof RULES)[number]): boolean => policy('').rules[id]?.mode !== 'off'

describe('the routes of an alert', () => {
  test('send it to every channel at once if there are none', () => {
    expect(planDeliveries(alert([LOW]), policy(''), NIGHT)).toEqual([
      { channel: 'ops' },
      { channel: 'mail' },
      { channel: 'hub' },
    ])
  })

  test('send it to every channel of a matching route, by day at once', () => {
    expect(planDeliveries(alert([HIGH]), ROUTES, DAY)).toEqual([{ channel: 'ops' }, { channel: 'hub' }])
  })

  test('schedule it for quiet hours and for a daily digest, and not for programs', () => {
    expect(planDeliveries(alert([HIGH, LOW]), ROUTES, NIGHT)).toEqual([
      { channel: 'ops', at: '2026-11-25T07:00:00.000Z' },
      { channel: 'mail', at: '2026-11-25T08:00:00.000Z' },
      { channel: 'hub' },
    ])
  })

  test('never schedule it if it is CRITICAL, not even a route for what else is in it', () => {
    expect(planDeliveries(alert([CRITICAL, LOW]), ROUTES, NIGHT)).toEqual([
      { channel: 'ops' },
      { channel: 'mail' },
      { channel: 'hub' },
    ])
  })

  test('send it to no channel if none matches', () => {
    expect(planDeliveries(alert([MEDIUM]), ROUTES, DAY)).toEqual([])
  })

  test('send it to a channel once, at the earliest time', () => {
    const twice = policy(`routes:
  - { to: [ops, hub, mail] , match: { rule: [instance-family] } }
  - { to: [ops], quiet: { from: "22:00", to: "09:00", zone: UTC } }
  - { to: [ops], daily: { at: "08:00", zone: UTC } }
`)
    expect(planDeliveries(alert([HIGH]), twice, NIGHT)).toEqual([{ channel: 'ops', at: '2026-11-25T08:00:00.000Z' }])
    expect(planDeliveries(alert([HIGH]), twice, DAY)).toEqual([{ channel: 'ops' }])
    expect(planDeliveries(alert([MEDIUM]), twice, NIGHT)[0]).toEqual({ channel: 'ops' })
  })

  test('match by one finding that has everything, not by several that have a part each', () => {
    const both = policy(`routes:
  - { match: { rule: ["paravirtual-*"], severity: [LOW, HIGH] }, to: [ops, hub, mail] }
`)
    expect(planDeliveries(alert([HIGH]), both, DAY)).toHaveLength(3)
    expect(planDeliveries(alert([CRITICAL, LOW]), both, DAY)).toEqual([])
  })

  test('match by account, region and mode', () => {
    const one = (match: string): Policy => policy(`routes:\n  - { match: ${match}, to: [ops, hub, mail] }\n`)
    const counts = (match: string, alerted: Routed): number => planDeliveries(alerted, one(match), DAY).length
    expect(counts('{ accountId: ["1234*"], region: [eu-*, us-*] }', alert([HIGH]))).toBe(3)
    expect(counts('{ accountId: ["210987654321"] }', alert([HIGH]))).toBe(0)
    expect(counts('{ region: [eu-*] }', alert([HIGH]))).toBe(0)
    expect(counts('{ mode: enforce }', alert([HIGH]))).toBe(3)
    expect(counts('{ mode: enforce }', alert([LOW]))).toBe(0)
    expect(counts('{ mode: observe }', alert([LOW]))).toBe(3)
  })
})

describe('the values that routes compare', () => {
  test('include the mode of now for an alert that does not say its kind, which is a finding', () => {
    const { kind: _kind, ...alerted } = alert([LOW])
    const [trait] = listTraits(alerted, ROUTES)
    expect(trait).toEqual({ rule: 'xen-hypervisor', severities: ['LOW'], mode: 'observe' })
  })

  test('include no mode for a finding of a rule that the policy does not have any more', () => {
    const { rules: _rules, ...rest } = policy('')
    const [trait] = listTraits(alert([HIGH]), { ...rest, rules: {} })
    expect(trait).toEqual({ rule: 'paravirtual-instance', severities: ['HIGH'], mode: undefined })
    expect(trait !== undefined && matchesTrait({ mode: 'observe' }, trait)).toBe(false)
  })

  test('include what was promised for a stop whose rule the policy does not have any more', () => {
    const { rules: _rules, ...rest } = policy('')
    const outcome = alert([HIGH], { kind: 'outcome' })
    expect(listTraits(outcome, { ...rest, rules: {} })).toEqual([
      { rule: 'paravirtual-instance', severities: ['HIGH'], mode: 'enforce' },
    ])
  })

  test('include a severity that has not changed once', () => {
    expect(listTraits(alert([HIGH], { kind: 'outcome' }), ROUTES)[0]?.severities).toEqual(['HIGH'])
  })
})

describe('the alert of an outcome', () => {
  const enforcing = policy(`routes:
  - { match: { mode: enforce, severity: [HIGH] }, to: [ops] }
  - { match: { severity: [LOW] }, to: [mail] }
  - { match: { severity: [CRITICAL, LOW] }, to: [hub] }
`)
  const changed: Policy = {
    ...enforcing,
    rules: { ...enforcing.rules, 'paravirtual-instance': { mode: 'observe', severity: 'LOW', options: {} } },
  }

  test('goes to the channels of its promise, even if the rule observes and has another severity by now', () => {
    const channels = planDeliveries(alert([HIGH], { kind: 'outcome' }), changed, DAY).map(({ channel }) => channel)
    expect(channels).toContain('ops')
  })

  test('goes to the channels to which alerts of the rule go now, too', () => {
    expect(planDeliveries(alert([HIGH], { kind: 'digest' }), changed, DAY)).toHaveLength(3)
    expect(planDeliveries(alert([HIGH], { kind: 'finding' }), changed, DAY)).toEqual([])
  })
})

describe('an alert that is published', () => {
  test('has its channels as an attribute', () => {
    expect(addDeliveries(anAlert(), policy(''), DAY).deliver).toHaveLength(3)
  })

  test('is unchanged if the policy has no channels', () => {
    const { channels: _channels, ...without } = policy('')
    const before = anAlert()
    expect(addDeliveries(before, without, DAY)).toBe(before)
  })
})

describe('the alerts that reach no channel', () => {
  test('are known by rule', () => {
    expect(findUnrouted(ROUTES).map(({ rule }) => rule)).toEqual(
      RULES.map(({ id }) => id).filter(id => ROUTES.rules[id]?.severity === 'MEDIUM'),
    )
    expect(findUnrouted(ROUTES)[0]).toMatchObject({ severity: 'MEDIUM', reach: 'nowhere' })
  })

  test('are none without routes, and if one matches all', () => {
    expect(findUnrouted(policy(''))).toEqual([])
    expect(findUnrouted(policy('routes:\n  - { to: [ops, mail, hub] }\n'))).toEqual([])
  })

  test('may be so in some accounts or regions only', () => {
    const here = findUnrouted(policy('routes:\n  - { match: { region: [eu-*] }, to: [ops, mail, hub] }\n'))
    expect(here.map(({ rule }) => rule)).toEqual(RULES.filter(isOn).map(({ id }) => id))
    expect(new Set(here.map(({ reach }) => reach))).toEqual(new Set(['in some places']))
    const there = findUnrouted(policy('routes:\n  - { match: { accountId: ["1234*"] }, to: [ops, mail, hub] }\n'))
    expect(new Set(there.map(({ reach }) => reach))).toEqual(new Set(['in some places']))
  })

  test('are none if one route matches all and others match some regions too', () => {
    const both = 'routes:\n  - { match: { region: [eu-*] }, to: [ops] }\n  - { to: [mail, hub] }\n'
    expect(findUnrouted(policy(both))).toEqual([])
  })

  test('are none of a rule that is off, nor without routes at all', () => {
    const { rules, routes: _routes, ...rest } = ROUTES
    const off = Object.fromEntries(Object.entries(rules).map(([id, rule]) => [id, { ...rule, mode: 'off' as const }]))
    expect(findUnrouted({ ...ROUTES, rules: off })).toEqual([])
    expect(findUnrouted({ ...rest, rules })).toEqual([])
  })
})

// Routes that need not be a valid policy: the decision must hold for any.
const routes = fc.array(
  fc.record(
    {
      match: fc.record(
        {
          severity: fc.uniqueArray(fc.constantFrom(...SEVERITIES), { minLength: 1 }),
          rule: fc.uniqueArray(fc.constantFrom(...RULES.map(({ id }) => id), 'paravirtual-*', '*'), { minLength: 1 }),
          region: fc.constantFrom(['us-*'], ['eu-*'], ['*']),
          mode: fc.constantFrom('observe' as const, 'enforce' as const),
        },
        { requiredKeys: [] },
      ),
      to: fc.uniqueArray(fc.constantFrom('ops', 'mail', 'hub'), { minLength: 1 }),
      daily: fc.constant({ at: '08:00', zone: 'Europe/Berlin' }),
    },
    { requiredKeys: ['match', 'to'] },
  ),
  { minLength: 1, maxLength: 6 },
)
const alerted = fc.array(
  fc.record({ rule: fc.constantFrom(...RULES.map(({ id }) => id)), severity: fc.constantFrom(...SEVERITIES) }),
  { minLength: 1, maxLength: 4 },
)
const now = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })

describe('any routes', () => {
  const routed = (list: readonly Route[]): Policy => ({ ...policy(''), routes: list })
  const takes = (route: Route, one: Routed, of: Policy): boolean =>
    matchesPlace(route.match, one) && listTraits(one, of).some(trait => matchesTrait(route.match, trait))

  test('send an alert to exactly the channels of those that match, each once, CRITICAL ones at once, none in the past', () => {
    fc.assert(
      fc.property(routes, alerted, now, (list, findings, time) => {
        const one = alert(findings)
        const of = routed(list)
        const deliveries = planDeliveries(one, of, time)
        const matching = list.filter(route => takes(route, one, of))
        expect(deliveries.map(({ channel }) => channel).sort()).toEqual(
          [...new Set(matching.flatMap(({ to }) => to))].sort(),
        )
        for (const { channel, at } of deliveries) {
          const isAtOnce = matching.some(({ to, daily }) => to.some(one => one === channel) && daily === undefined)
          expect(at === undefined).toBe(isAtOnce || one.severity === 'CRITICAL')
          if (at !== undefined) expect(Date.parse(at)).toBeGreaterThan(time.getTime())
        }
      }),
    )
  })

  test('never send to fewer channels, or later, if a route is added', () => {
    fc.assert(
      fc.property(routes, routes, alerted, now, (list, more, findings, time) => {
        const one = alert(findings)
        const after = new Map(
          planDeliveries(one, routed([...list, ...more]), time).map(({ channel, at }) => [channel, at ?? '']),
        )
        for (const { channel, at = '' } of planDeliveries(one, routed(list), time)) {
          expect(after.has(channel)).toBe(true)
          expect(String(after.get(channel)) <= at).toBe(true)
        }
      }),
    )
  })

  test('give the same result in any order', () => {
    fc.assert(
      fc.property(routes, alerted, now, (list, findings, time) => {
        const one = alert(findings)
        expect(planDeliveries(one, routed(list.toReversed()), time)).toEqual(planDeliveries(one, routed(list), time))
      }),
    )
  })

  test('leave out what they are said to leave out', () => {
    fc.assert(
      fc.property(routes, list => {
        const of = routed(list)
        const left = findUnrouted(of).filter(({ reach }) => reach === 'nowhere')
        for (const { id } of RULES.filter(isOn)) {
          const severity = of.rules[id]?.severity ?? 'LOW'
          const reached = ['us-east-1', 'eu-central-1'].some(
            region => planDeliveries(alert([{ rule: id, severity }], { region }), of, DAY).length > 0,
          )
          expect(reached).toBe(!left.some(({ rule }) => rule === id))
        }
      }),
    )
  })
})
