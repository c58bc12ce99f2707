import { describe, expect, test } from '@jest/globals'
import { buildDigestAlerts } from '../../shared/alert/outcome.ts'
import { renderEmailBody } from '../../shared/alert/render-alert.ts'
import { createPast } from '../../shared/ledger/claim.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import type { Code, Reason } from '../../shared/reasons/reason.ts'
import { anEnded, CLAIMANT, instanceIds, NOW } from '../support/findings.ts'
import { behind, tooWide } from './reading.ts'

const scheduled = (count: number) =>
  instanceIds(count).map((on, index) =>
    anEnded(
      {
        state: 'REFUSED',
        why: index % 100 === 0 ? 'stops are switched off' : 'the stop budget is spent: 5 stops in 10 min',
      },
      { on, severity: 'HIGH' },
    ),
  )
const mails = (count: number): readonly string[] =>
  buildDigestAlerts(scheduled(count), { policy: DEFAULT_POLICY, stops: 'off' }, CLAIMANT).map(renderEmailBody)

describe('the email of a digest', () => {
  test('says how many instances it is about, why, what you can do, and how stops are resumed', () => {
    const email = mails(495).join()
    expect(email).toMatch(/^HIGH: 495 instances not stopped: the stop budget is spent\n/)
    expect(email).toContain(
      '   490 instances: the stop budget is spent: 5 stops in 10 min.\n   5 instances: stops are switched off.\n',
    )
    expect(behind(email, 'Rules')).toBe('paravirtual-instance (495)')
    expect(behind(email, 'To do')).toMatch(/^Check them: virtguard does not try these stops again/)
    expect(email.replace(/\s+/g, ' ')).toContain(
      '1. Stops are switched off in this stack. `virtguard stops on --why "WHY"`',
    )
  })

  const REASONS = {
    BUDGET_SPENT: { code: 'BUDGET_SPENT', args: { stops: 5, perSeconds: 600 } },
    STOPS_DISABLED: { code: 'STOPS_DISABLED', args: { graceSeconds: 900 } },
    POLICY_INVALID: { code: 'POLICY_INVALID' },
    RULE_OFF: { code: 'RULE_OFF' },
  } as const satisfies Partial<Record<Code, Reason>>
  type Why = keyof typeof REASONS

  const tellAll = (stop: string, codes: readonly Why[]) => {
    const findings = instanceIds(codes.length).map((on, index) => ({
      ...anEnded({ state: 'REFUSED' }, { on }),
      outcome: createPast('REFUSED', NOW, REASONS[codes[index] ?? 'RULE_OFF']),
    }))
    const policy = parsePolicy(`version: 1\nstop: { ${stop} }`, 'policy.yaml')
    const [alert] = buildDigestAlerts(findings, { policy, stops: 'on' }, CLAIMANT)
    if (alert === undefined) throw new Error('no alert')
    const email = renderEmailBody(alert)
    return { again: alert.digest?.again, todo: behind(email, 'To do'), email: email.replace(/\s+/g, ' ') }
  }

  test.each<[string, Why]>([
    ['budget: { then: wait }', 'BUDGET_SPENT'],
    ['resume: sweep', 'STOPS_DISABLED'],
    ['resume: sweep', 'POLICY_INVALID'],
    ['existing: true', 'RULE_OFF'],
  ])('says that with %s what was left because of %s is scheduled again', (stop, code) => {
    const { again, todo, email } = tellAll(stop, [code])
    expect(again).toBe('all')
    expect(todo).toMatch(/^Check them: virtguard schedules these stops again by itself, and another alert/)
    expect(email).toMatch(/are scheduled again: (an alert|the first sweep)/)
    expect(email).not.toMatch(/does not try|yourself/)
  })

  test.each<[string, readonly Why[]]>([
    ['grace: 15m', ['BUDGET_SPENT', 'STOPS_DISABLED', 'RULE_OFF']],
    ['budget: { then: wait }', ['STOPS_DISABLED', 'RULE_OFF']],
    ['budget: { stops: 0, then: wait }', ['BUDGET_SPENT']],
    ['resume: sweep', ['BUDGET_SPENT', 'RULE_OFF']],
    ['existing: true', ['BUDGET_SPENT', 'POLICY_INVALID']],
  ])('says that with %s nothing is scheduled again of what was left because of %j', (stop, codes) => {
    const { again, todo, email } = tellAll(stop, codes)
    expect(again).toBeUndefined()
    expect(todo).toMatch(/^Check them: virtguard does not try these stops again/)
    expect(email).not.toContain('scheduled again')
  })

  test('says that only some are scheduled again if the policy says so of some', () => {
    const { again, todo } = tellAll('budget: { then: wait }', ['BUDGET_SPENT', 'RULE_OFF'])
    expect(again).toBe('some')
    expect(todo).toMatch(/schedules only some of these stops again by itself/)
  })

  test('lists every instance up to 500', () => {
    const email = mails(500).join()
    for (const id of instanceIds(500)) expect(email).toContain(id)
    expect(email).not.toContain('... cut')
    expect(tooWide(email)).toEqual([])
  })

  test('is split into parts that say so if it names ten thousand instances, none of them cut', () => {
    const parts = mails(10_000)
    expect(parts).toHaveLength(3)
    expect(parts[0]).toContain('Part 1 of 3; the reasons count all parts.')
    for (const email of parts) expect(email).not.toContain('... cut')
    expect(parts[0]).toContain('and 3,500 more')
    expect(parts[2]).toContain('and 1,500 more')
  })

  test('of one instance is in the singular', () => {
    expect(mails(1).join()).toContain('   1 instance: stops are switched off.\n')
    expect(mails(1).join()).toContain('The 1 instance:\n   i-00000000000000000\n')
  })
})
