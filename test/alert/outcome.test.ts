import { describe, expect, test } from '@jest/globals'
import { buildDigestAlerts, buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { renderSnsMessage } from '../../shared/alert/render-alert.ts'
import type { State } from '../../shared/ledger/row.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { anEnded, aSource, CLAIMANT, EVENT, instanceIds } from '../support/findings.ts'

const SPENT = 'the stop budget is spent: 5 stops in 10 min'
const OFF = 'stops are switched off'

const enforcing = (budget = DEFAULT_POLICY.stop.budget): Policy => ({
  ...DEFAULT_POLICY,
  rules: Object.fromEntries(
    Object.entries(DEFAULT_POLICY.rules).map(([id, rule]) => [id, { ...rule, mode: 'enforce' as const }]),
  ),
  stop: { ...DEFAULT_POLICY.stop, budget },
})
const STANDING = { policy: enforcing(), stops: 'on' as const }

const refused = (on: string, why = SPENT) => anEnded({ state: 'REFUSED', why }, { on })
const digestOf = (count: number) =>
  buildDigestAlerts(
    instanceIds(count).map(on => refused(on)),
    STANDING,
    CLAIMANT,
  )

describe('the alert of an outcome', () => {
  test('has the source of the launch, and what became of each finding', () => {
    const [alert, second] = buildOutcomeAlerts(aSource(), [anEnded()], CLAIMANT)
    expect(second).toBeUndefined()
    expect(alert).toMatchObject({
      kind: 'outcome',
      launchId: 'r-0123456789abcdef0',
      event: EVENT,
      claim: CLAIMANT.claimant,
      told: [{ rules: ['paravirtual-instance'], resources: ['i-0123456789abcdef0'] }],
      findings: [
        {
          outcome: { state: 'STOPPED', at: '2026-11-24T08:16:02.123Z', why: 'EC2 says that it is stopped' },
          action: { type: 'stop', decision: 'stop', reason: 'EC2 says that it is stopped' },
        },
      ],
    })
    // What was promised is no promise any more: nothing may be scheduled from it.
    expect(alert).not.toHaveProperty('stops')
    expect(alert?.findings[0]?.action).not.toHaveProperty('at')
  })

  test.each<[State, string]>([
    ['STOPPED', 'stop'],
    ['FAILED', 'stop'],
    ['REFUSED', 'refuse'],
    ['RESOLVED', 'alert-only'],
    ['SUPPRESSED', 'alert-only'],
  ])('counts the outcome %s as %s', (state, decision) => {
    expect(buildOutcomeAlerts(aSource(), [anEnded({ state })], CLAIMANT)[0]?.decision).toBe(decision)
  })

  test('has the same id whenever it is published again, another id than the launch, and one for each outcome', () => {
    const idOf = (finding = anEnded(), claimant = CLAIMANT) => buildOutcomeAlerts(aSource(), [finding], claimant)[0]?.id
    const later = { claimant: 'message-2', now: new Date('2026-11-24T08:20:00Z') }
    expect(idOf()).toBe('123456789012/us-east-1/i-0123456789abcdef0/STOPPED/2026-11-24T08:16:02.123Z')
    expect(idOf(anEnded(), later)).toBe(idOf())
    expect(idOf(anEnded({ at: '2026-11-25T08:16:02.123Z' }))).not.toBe(idOf())
  })

  test('is absent if there is no outcome', () => {
    expect(buildOutcomeAlerts(aSource(), [], CLAIMANT)).toEqual([])
    expect(buildDigestAlerts([], STANDING, CLAIMANT)).toEqual([])
  })
})

describe('a digest', () => {
  test('lists many outcomes in one alert, and counts the reasons by instances', () => {
    const findings = [
      ...instanceIds(7).flatMap(on => [
        refused(on),
        anEnded({ state: 'REFUSED', why: SPENT }, { on, rule: 'xen-hypervisor' }),
      ]),
      refused('i-8', OFF),
    ]
    const [alert, second] = buildDigestAlerts(findings, STANDING, CLAIMANT)
    expect(second).toBeUndefined()
    expect(alert).toMatchObject({
      kind: 'digest',
      id: '123456789012/us-east-1/digest/message-1',
      decision: 'refuse',
      actor: {},
      digest: {
        reasons: [
          { why: SPENT, resources: 7 },
          { why: OFF, resources: 1 },
        ],
      },
    })
  })

  test('is one for each account and region, because the ledger is kept by these', () => {
    const there = refused('i-2')
    const far = { ...there, resource: { ...there.resource, region: 'eu-west-1' } }
    const alerts = buildDigestAlerts([refused('i-1'), far, refused('i-3')], STANDING, CLAIMANT)
    expect(alerts.map(({ region, told: alerted }) => [region, alerted.flatMap(({ resources }) => resources)])).toEqual([
      ['us-east-1', ['i-1', 'i-3']],
      ['eu-west-1', ['i-2']],
    ])
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(2)
  })

  test.each<[string, Parameters<typeof buildDigestAlerts>[1], readonly RegExp[]]>([
    ['a budget that comes back', STANDING, [/5 stops in 10 min for each account.*refills by itself/]],
    ['no budget at all', { ...STANDING, policy: enforcing({ stops: 0, perSeconds: 600 }) }, [/raise stop\.budget/]],
    ['the switch', { ...STANDING, stops: 'off' }, [/`virtguard stops on --why "WHY"`/, /5 stops/]],
    [
      'a policy that observes',
      { ...STANDING, policy: DEFAULT_POLICY },
      [/5 stops/, /does not enforce paravirtual-instance.*mode to enforce/],
    ],
  ])('says how stops are resumed: %s', (_, standing, expected) => {
    const resume = buildDigestAlerts([refused('i-1')], standing, CLAIMANT)[0]?.digest?.resume ?? []
    expect(resume).toHaveLength(expected.length)
    for (const [index, pattern] of expected.entries()) expect(resume[index]).toMatch(pattern)
  })

  test('counts reasons that differ in a detail only as one, and shows what they have in common', () => {
    const at = (time: string) => `${SPENT}; the next is free at ${time}`
    const findings = [refused('i-1', at('08:20:01')), refused('i-2', at('08:25:07')), refused('i-3', at('09:00:00'))]
    expect(buildDigestAlerts(findings, STANDING, CLAIMANT)[0]?.digest?.reasons).toEqual([
      { code: 'BUDGET_SPENT', why: SPENT, resources: 3 },
    ])
  })

  test('groups the reasons beyond ten, and keeps every instance', () => {
    const findings = instanceIds(40).map((on, index) => refused(on, `reason ${index % 15}`))
    const reasons = buildDigestAlerts(findings, STANDING, CLAIMANT)[0]?.digest?.reasons ?? []
    expect(reasons).toHaveLength(11)
    expect(reasons.at(-1)?.why).toBe('other reasons')
    expect(reasons.reduce((sum, { resources }) => sum + resources, 0)).toBe(40)
  })

  test.each([
    [1, 1],
    [500, 1],
    [10_000, 3],
  ])('of %d instances is %d message(s), within the limit of SNS, and names every instance', (count, parts) => {
    const messages = digestOf(count).map(renderSnsMessage)
    expect(messages).toHaveLength(parts)
    for (const { Message, Subject, MessageAttributes } of messages) {
      expect(Buffer.byteLength(Message + Subject + JSON.stringify(MessageAttributes))).toBeLessThanOrEqual(262_144)
      expect(Subject.length).toBeLessThan(100)
    }
    const alerted = messages.flatMap(({ Message }) =>
      JSON.parse(JSON.parse(Message).default).told.flatMap(({ resources }: { resources: string[] }) => resources),
    )
    expect(alerted).toEqual(instanceIds(count))
  })
})
