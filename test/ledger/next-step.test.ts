import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { InstanceFacts } from '../../shared/facts/facts.ts'
import { createRow } from '../../shared/ledger/claim.ts'
import { decideAfterCheck, decideNextStep, endDue, type Step } from '../../shared/ledger/next-step.ts'
import { decideOutcome, resolveOverBudget, resolveStopped } from '../../shared/ledger/outcomes.ts'
import { type Row, STATES } from '../../shared/ledger/row.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { describeReason } from '../../shared/wording/reasons.ts'
import { ACTOR, aFinding, anInstance, EVENT, instanceSubject } from '../support/findings.ts'
import { at, STOP_AT, T0 } from '../support/stories.ts'

const ENFORCE = 'rules: { paravirtual-instance: { mode: enforce } }'
const promised = (more: Partial<Row> = {}, rule = 'paravirtual-instance'): Row => ({
  ...createRow(aFinding({ rule }), { claimant: 'message-1', launchId: 'r-1', now: T0 }),
  state: 'DEFERRED',
  stopAt: STOP_AT,
  ...more,
})
const ASKED = { stopRequestedAt: at(900).toISOString() }

const evaluated = (facts: InstanceFacts, policy: string, stopsDisabled = false): readonly Finding[] =>
  evaluate(
    { subject: instanceSubject(facts), event: EVENT, actor: ACTOR },
    {
      policy: parsePolicy(`version: 1\n${policy}`, 'p'),
      types: loadCatalogue(),
      now: at(900),
      canStop: true,
      stopsDisabled,
    },
    { all: true },
  )

type Situation = {
  readonly rows?: readonly Row[]
  readonly facts?: InstanceFacts
  readonly gone?: true
  readonly policy?: string
  readonly stopsDisabled?: boolean
  readonly seconds?: number
}

const step = ({ rows = [promised()], facts = {}, policy = ENFORCE, seconds = 900, ...more }: Situation): Step => {
  const now = { state: 'running', ...facts }
  return decideNextStep({
    rows,
    instance: more.gone ? undefined : anInstance(now),
    findings: evaluated(now, policy, more.stopsDisabled),
    now: at(seconds),
  })
}
const ends = ({ resolutions }: Step) =>
  resolutions.map(({ row, ending }) => [row.sk, ending.to, ending.inDigest ?? 'no'])
const whyOf = ({ resolutions }: Step): string => resolutions.map(({ ending }) => describeReason(ending.because)).join()
const EXEMPT = `${ENFORCE}
exemptions:
  - { rule: "*", match: { instanceType: "m1.*" }, reason: billing host, owner: a@example.com, expires: 2027-01-31 }`

describe('a stop that is due', () => {
  test('is made if the instance runs and nothing speaks against it', () => {
    expect(step({})).toEqual({
      resolutions: [],
      next: { kind: 'stop', rows: [promised()], stopId: `us-east-1/i-0123456789abcdef0@${STOP_AT}` },
    })
  })

  test.each<[string, Situation, string, string, string]>([
    ['the type was changed', { facts: { virtualizationType: 'hvm' } }, 'RESOLVED', 'no', 'it was fixed'],
    ['it is exempt now', { policy: EXEMPT }, 'SUPPRESSED', 'no', 'billing host (a@example.com)'],
    ['it is protected', { facts: { stopProtected: true } }, 'REFUSED', 'no', 'stop protection'],
    [
      'its group is known now',
      { facts: { tags: { 'aws:autoscaling:groupName': 'web' } } },
      'REFUSED',
      'no',
      'group web',
    ],
    [
      'its Spot request is one-time',
      { facts: { lifecycle: 'spot', spotRequest: 'one-time' } },
      'REFUSED',
      'no',
      'one-time',
    ],
    ['the rule observes now', { policy: '' }, 'REFUSED', 'yes', 'the rule is on observe'],
    ['the rule is off', { policy: 'rules: { paravirtual-instance: { mode: off } }' }, 'REFUSED', 'yes', 'off now'],
    ['stops are off', { stopsDisabled: true }, 'REFUSED', 'yes', 'stops are switched off'],
    ['it is terminated', { facts: { state: 'terminated' } }, 'RESOLVED', 'no', 'terminated'],
    ['it is being terminated', { facts: { state: 'shutting-down' } }, 'RESOLVED', 'no', 'terminated'],
    ['somebody stopped it', { facts: { state: 'stopped' } }, 'RESOLVED', 'no', 'not by virtguard'],
    ['somebody is stopping it', { facts: { state: 'stopping' } }, 'RESOLVED', 'no', 'not by virtguard'],
    ['it is gone', { gone: true, seconds: 2_700 }, 'RESOLVED', 'no', 'deleted'],
    ['it never ran', { facts: { state: 'pending' }, seconds: 2_700 }, 'FAILED', 'no', 'within 30 minutes'],
  ])('is not made if %s', (_, situation, to, inDigest, why) => {
    const result = step(situation)
    expect(ends(result)).toEqual([['paravirtual-instance', to, inDigest]])
    expect(whyOf(result)).toContain(why)
    expect(result.next).toEqual({ kind: 'nothing' })
  })

  test('is not made on an UNKNOWN verdict', () => {
    const findings = [aFinding({ status: 'UNKNOWN', missing: ['instance virtualizationType'] })]
    const result = decideNextStep({
      rows: [promised()],
      instance: anInstance({ state: 'running' }),
      findings,
      now: at(900),
    })
    expect(ends(result)).toEqual([['paravirtual-instance', 'REFUSED', 'no']])
  })

  test.each<[string, Situation, number]>([
    ['is pending', { facts: { state: 'pending' } }, 960],
    ['is not known to EC2 yet', { gone: true }, 960],
    ['is pending when its deadline is near', { facts: { state: 'pending' }, seconds: 2_699 }, 2_759],
    ['is not due', { seconds: 899 }, 900],
    ['is pending and not due', { facts: { state: 'pending' }, seconds: 10 }, 900],
  ])('is tried again if the instance %s', (_, situation, seconds) => {
    expect(step(situation)).toMatchObject({ resolutions: [], next: { kind: 'again', at: at(seconds) } })
  })

  test('is for no row if none waits for one', () => {
    const nothing = { resolutions: [], next: { kind: 'nothing' } }
    for (const state of STATES.filter(one => one !== 'DEFERRED'))
      expect(step({ rows: [promised({ state })] })).toEqual(nothing)
    for (const state of ['running', 'pending', 'stopping', 'stopped', 'terminated'])
      expect(step({ rows: [], facts: { state } })).toEqual(nothing)
    expect(step({ rows: [], gone: true })).toEqual(nothing)
  })
})

describe('a stop that EC2 was asked for', () => {
  test('is asked for again if the instance still runs, because an earlier delivery died, or EC2 was not ready', () => {
    expect(step({ rows: [promised(ASKED)], seconds: 1_100 }).next.kind).toBe('stop')
  })

  test('is checked again if it must not be asked for again, because it may be on its way', () => {
    const scheduled = { rows: [promised(ASKED)], stopsDisabled: true }
    expect(step({ ...scheduled, seconds: 930 })).toMatchObject({
      resolutions: [],
      next: { kind: 'again', at: at(990) },
    })
    expect(ends(step({ ...scheduled, seconds: 990 }))).toEqual([['paravirtual-instance', 'REFUSED', 'yes']])
  })

  test('counts as ours if the instance is stopping or stopped', () => {
    const rows = [promised(ASKED)]
    expect(step({ rows, facts: { state: 'stopping' } })).toEqual({
      resolutions: [],
      next: { kind: 'check', at: at(1_200) },
    })
    expect(ends(step({ rows, facts: { state: 'stopped' } }))).toEqual([['paravirtual-instance', 'STOPPED', 'no']])
  })

  test('leaves nothing to do for a rule that asked for it later', () => {
    const rows = [promised(ASKED), promised({}, 'xen-hypervisor')]
    const stopping = step({ rows, facts: { state: 'stopping' } })
    expect(ends(stopping)).toEqual([['xen-hypervisor', 'RESOLVED', 'no']])
    expect(stopping.resolutions[0]?.ending.because).toEqual({
      code: 'STOPPED_FOR_ANOTHER_RULE',
      args: { state: 'stopping' },
    })
  })

  test.each<[string, InstanceFacts | undefined, number, string, string]>([
    ['stopped', { state: 'stopped' }, 1_200, 'STOPPED', 'nothing'],
    ['deleted', undefined, 1_200, 'RESOLVED', 'nothing'],
    ['terminated', { state: 'terminated' }, 1_200, 'RESOLVED', 'nothing'],
    ['still running', { state: 'running' }, 1_200, 'FAILED', 'nothing'],
    ['still stopping', { state: 'stopping' }, 1_200, 'FAILED', 'nothing'],
    ['stopping, and it is too early', { state: 'stopping' }, 1_199, '', 'check'],
  ])('is checked five minutes later: %s', (_, facts, seconds, to, next) => {
    const instance = facts && anInstance(facts)
    const result = decideAfterCheck({
      rows: [promised(ASKED), promised({}, 'xen-hypervisor')],
      instance,
      now: at(seconds),
    })
    expect(ends(result)).toEqual(to === '' ? [] : [['paravirtual-instance', to, 'no']])
    expect(result.next.kind).toBe(next)
  })

  test.each<[string, InstanceFacts | undefined, object]>([
    ['deleted', undefined, { code: 'DELETED' }],
    ['terminated', { state: 'terminated' }, { code: 'TERMINATED' }],
    ['being terminated', { state: 'shutting-down' }, { code: 'TERMINATED' }],
    ['still running', { state: 'running' }, { code: 'STILL_RUNNING', args: { minutes: 5, state: 'running' } }],
  ])('has its outcome in the ledger if the instance is %s', (_, facts, because) => {
    const { resolutions } = decideAfterCheck({
      rows: [promised(ASKED)],
      instance: facts && anInstance(facts),
      now: at(1_200),
    })
    expect(resolutions.map(({ ending }) => ending.because)).toEqual([because])
  })

  test('is not checked if EC2 was asked for none', () => {
    const nothing = { resolutions: [], next: { kind: 'nothing' } }
    for (const state of ['running', 'stopping', 'stopped', 'terminated'])
      expect(decideAfterCheck({ rows: [promised()], instance: anInstance({ state }), now: at(1_200) })).toEqual(nothing)
  })

  test('is over with EC2’s notification, if that is of a later time', () => {
    const rows = [
      promised(ASKED),
      promised({}, 'xen-hypervisor'),
      promised({ ...ASKED, state: 'FAILED' }, 'ena-disabled'),
    ]
    const ended = (seconds: number) => resolveStopped(rows, at(seconds)).map(({ row }) => row.sk)
    expect(ended(930)).toEqual(['paravirtual-instance', 'ena-disabled'])
    expect(ended(890)).toEqual([])
  })

  test('is over with EC2’s notification within the same second, which it dates in whole seconds', () => {
    const row = promised({ stopRequestedAt: '2026-11-24T08:15:30.400Z' })
    expect(resolveStopped([row], new Date('2026-11-24T08:15:30Z'))).toHaveLength(1)
    expect(resolveStopped([row], new Date('2026-11-24T08:15:29Z'))).toEqual([])
    expect(resolveStopped([promised({ stopRequestedAt: STOP_AT })], new Date('2026-11-24T08:15:29Z'))).toEqual([])
  })

  test.each(['DEFERRED', 'FAILED'] as const)(
    'is not called ours if the instance stops more than an hour later: the row is %s',
    state => {
      const ended = (seconds: number) => resolveStopped([promised({ ...ASKED, state })], at(900 + seconds))
      expect(ended(3_600).map(({ ending }) => ending.because)).toEqual([{ code: 'STOPPED_BY_VIRTGUARD' }])
      expect(ended(3_601)).toEqual([])
      expect(ended(21 * 86_400)).toEqual([])
    },
  )

  test('for one rule later than for another has five minutes from the later one', () => {
    const rows = [promised(ASKED), promised({ stopRequestedAt: at(1_000).toISOString() }, 'xen-hypervisor')]
    const checked = (seconds: number) =>
      decideAfterCheck({ rows, instance: anInstance({ state: 'stopping' }), now: at(seconds) })
    expect(checked(1_299)).toEqual({ resolutions: [], next: { kind: 'check', at: at(1_300) } })
    expect(ends(checked(1_300)).map(([, to]) => to)).toEqual(['FAILED', 'FAILED'])
  })
})

describe('a promise that is not due', () => {
  const later = promised({ stopAt: at(1_500).toISOString() })
  const sooner = promised({}, 'xen-hypervisor')

  // The message of an earlier promise comes again as the instance is started, and EC2 still answers as before that.
  test.each(['stopping', 'stopped'])('is not ended by the message of an earlier one if EC2 says %s', state => {
    expect(step({ rows: [later], facts: { state }, seconds: 1_200 })).toEqual({
      resolutions: [],
      next: { kind: 'again', at: at(1_500) },
    })
  })

  test.each(['stopping', 'stopped'])('is kept where one for another rule ends, if EC2 says %s', state => {
    const result = step({ rows: [later, sooner], facts: { state } })
    expect(ends(result)).toEqual([['xen-hypervisor', 'RESOLVED', 'no']])
    expect(result.next).toEqual({ kind: 'again', at: at(1_500) })
  })

  test('ends with the stop that EC2 was asked for because of another rule', () => {
    const result = step({ rows: [later, { ...sooner, ...ASKED }], facts: { state: 'stopped' }, seconds: 1_000 })
    expect(ends(result)).toEqual([
      ['xen-hypervisor', 'STOPPED', 'no'],
      ['paravirtual-instance', 'RESOLVED', 'no'],
    ])
  })

  test('has failed only if EC2 was asked for it', () => {
    const failed = endDue([{ ...later, ...ASKED }, later], { to: 'FAILED', because: { code: 'DELETED' } }, at(1_000))
    expect(failed.resolutions.map(({ row }) => row.stopRequestedAt)).toEqual([ASKED.stopRequestedAt])
    expect(failed.next).toEqual({ kind: 'again', at: at(1_500) })
  })
})

describe('an instance that was started again', () => {
  const upAt = (seconds: number): InstanceFacts => ({ launchTime: `${at(seconds).toISOString().slice(0, 19)}Z` })

  test('after EC2 was asked to stop it has stopped: the promise is used up, and no second stop follows from it', () => {
    const asked = { rows: [promised(ASKED)], seconds: 1_100 }
    expect(step({ ...asked, facts: upAt(1_000) })).toMatchObject({
      resolutions: [
        {
          ending: {
            to: 'STOPPED',
            because: { code: 'STOPPED_AND_RECURRED', args: { launchTime: '2026-11-24T08:17:10Z' } },
          },
        },
      ],
      next: { kind: 'nothing' },
    })
    expect(step({ ...asked, facts: upAt(899) }).next.kind).toBe('stop')
    const rows = [promised(ASKED)]
    const checked = decideAfterCheck({
      rows,
      instance: anInstance({ state: 'running', ...upAt(1_000) }),
      now: at(1_200),
    })
    expect(ends(checked)).toEqual([['paravirtual-instance', 'STOPPED', 'no']])
    expect(checked.next).toEqual({ kind: 'nothing' })
  })

  test('within the grace period is stopped as promised, because the promise was alerted to whoever started it', () => {
    expect(step({ facts: upAt(890) }).next.kind).toBe('stop')
  })

  test('after its stop was due, and late, is not stopped, because this run was not alerted', () => {
    const late = step({ facts: upAt(950), seconds: 1_000 })
    expect(ends(late)).toEqual([['paravirtual-instance', 'REFUSED', 'no']])
    expect(whyOf(late)).toContain('the stop was late')
    expect(late.resolutions[0]?.ending.because).toEqual({
      code: 'STARTED_AFTER_DUE',
      args: { launchTime: '2026-11-24T08:16:20Z' },
    })
    expect(late.next).toEqual({ kind: 'nothing' })
  })

  test('in the second in which its stop was due, or asked for, was alerted', () => {
    expect(step({ facts: upAt(900), seconds: 1_000 }).next.kind).toBe('stop')
    expect(step({ rows: [promised(ASKED)], facts: upAt(900), seconds: 1_100 }).next.kind).toBe('stop')
  })

  test('after its stop was due, and was asked to stop since, is asked again', () => {
    const rows = [promised({ stopRequestedAt: at(1_000).toISOString() })]
    expect(step({ rows, facts: upAt(950), seconds: 1_100 }).next.kind).toBe('stop')
  })

  test('is not stopped a second time for one rule by the promise for another', () => {
    const rows = [promised(ASKED), promised({ stopAt: '2026-11-24T09:00:00Z' }, 'xen-hypervisor')]
    const BOTH = 'rules: { paravirtual-instance: { mode: enforce }, xen-hypervisor: { mode: enforce } }'
    const result = step({ rows, policy: BOTH, facts: upAt(1_000), seconds: 1_100 })
    expect(ends(result)).toEqual([['paravirtual-instance', 'STOPPED', 'no']])
    expect(result.next).toMatchObject({ kind: 'again', at: new Date('2026-11-24T09:00:00Z') })
  })
})

describe('the rows of several rules on one instance', () => {
  const rows = [promised(), promised({ stopAt: '2026-11-24T09:00:00Z' }, 'xen-hypervisor')]
  const BOTH = 'rules: { paravirtual-instance: { mode: enforce }, xen-hypervisor: { mode: enforce } }'

  test('are inspected when the first is due, and given up half an hour after the last', () => {
    const [first, last] = [at(900), new Date('2026-11-24T09:00:00Z')]
    expect(step({ rows, policy: BOTH, seconds: 100 }).next).toEqual({ kind: 'again', at: first })
    const pending = (seconds: number) => step({ rows, policy: BOTH, facts: { state: 'pending' }, seconds })
    expect(pending(100).next).toEqual({ kind: 'again', at: first })
    const over = (last.getTime() - at(0).getTime()) / 1000 + 1_800
    expect(pending(over - 1)).toMatchObject({ resolutions: [], next: { kind: 'again', at: at(over + 59) } })
    expect(ends(pending(over)).map(([, to]) => to)).toEqual(['FAILED', 'FAILED'])
  })

  test('lead to one stop, when the first is due', () => {
    expect(step({ rows, policy: BOTH })).toMatchObject({ resolutions: [], next: { kind: 'stop', rows } })
  })

  test('are resolved apart: a refusal for one does not keep the other', () => {
    const due = [promised(), promised({}, 'xen-hypervisor')]
    const result = step({ rows: due, policy: 'rules: { xen-hypervisor: { mode: enforce } }' })
    expect(ends(result)).toEqual([['paravirtual-instance', 'REFUSED', 'yes']])
    expect(result.next).toMatchObject({ kind: 'stop', rows: [due[1]] })
  })

  test('are not refused before they are due', () => {
    const result = step({ rows, policy: 'rules: { paravirtual-instance: { mode: off } }' })
    expect(ends(result)).toEqual([['paravirtual-instance', 'REFUSED', 'yes']])
    expect(result.next).toMatchObject({ kind: 'again', at: new Date('2026-11-24T09:00:00Z') })
  })
})

test('a row has an outcome even if its finding says less than it could', () => {
  expect(decideOutcome(aFinding({ workflow: 'SUPPRESSED' }))).toEqual({ to: 'SUPPRESSED', because: { code: 'EXEMPT' } })
  expect(decideOutcome(aFinding({ status: 'UNKNOWN' }))).toEqual({
    to: 'REFUSED',
    because: { code: 'VERDICT_UNKNOWN', args: { missing: [] } },
  })
})

test('a spent budget refuses all together, and says when the next stop is free', () => {
  const until = at(1_500)
  const [refused] = resolveOverBudget([promised()], { stops: 5, perSeconds: 600, until })
  expect(refused?.ending).toEqual({
    to: 'REFUSED',
    because: { code: 'BUDGET_SPENT', args: { stops: 5, perSeconds: 600, until: until.toISOString() } },
    inDigest: 'yes',
  })
})

test('a stop follows only from a promise that is due, on an instance that runs and fails, whatever else is the case', () => {
  const facts = fc.record({
    state: fc.constantFrom('pending', 'running', 'running', 'running', 'stopping', 'stopped', 'terminated', 'new'),
    virtualizationType: fc.constantFrom('hvm', 'paravirtual', 'paravirtual'),
    stopProtected: fc.boolean(),
  }) as fc.Arbitrary<InstanceFacts>
  const rows = fc.array(
    fc.record({
      state: fc.constantFrom('DEFERRED', 'DEFERRED', ...STATES),
      stopAt: fc.constantFrom(STOP_AT, '2026-11-24T09:00:00Z'),
      stopRequestedAt: fc.option(fc.constant(at(890).toISOString()), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  const rules = ['paravirtual-instance', 'xen-hypervisor', 'incompatible-image']
  fc.assert(
    fc.property(
      facts,
      rows,
      fc.constantFrom(ENFORCE, '', EXEMPT),
      fc.boolean(),
      (now, contents, policy, stopsDisabled) => {
        const all = contents.map(({ stopRequestedAt, ...content }, index) =>
          promised({ ...content, ...(stopRequestedAt !== undefined && { stopRequestedAt }) }, rules[index]),
        )
        const { next, resolutions } = step({ rows: all, facts: now, policy, stopsDisabled })
        const resolved = resolutions.map(({ row }) => row.sk)
        expect(new Set(resolved).size).toBe(resolved.length)
        if (next.kind !== 'stop') return
        expect(now).toMatchObject({ state: 'running', virtualizationType: 'paravirtual', stopProtected: false })
        expect([policy, stopsDisabled]).toEqual([ENFORCE, false])
        expect(next.rows.every(({ state, sk }) => state === 'DEFERRED' && !resolved.includes(sk))).toBe(true)
        expect(next.rows.some(({ stopAt }) => stopAt === STOP_AT)).toBe(true)
      },
    ),
    { numRuns: 500 },
  )
})
