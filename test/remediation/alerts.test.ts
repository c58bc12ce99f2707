/** An alert and explain follow one table: over all combinations, an alert proposes no step that explain would not. */
import { describe, expect, test } from '@jest/globals'
import { evaluate } from '../../shared/engine/evaluate.ts'
import { createInstanceSubject } from '../../shared/engine/subjects.ts'
import type { InstanceFacts } from '../../shared/facts/facts.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import type { MigrationTarget } from '../../shared/remediation/migration-target.ts'
import { findRemedy } from '../../shared/remediation/remedy.ts'
import type { StepCode } from '../../shared/remediation/step-table.ts'
import {
  apply,
  chooseTypes,
  combine,
  describeOf,
  isPossible,
  listHidden,
  NOTHING_KNOWN,
  of,
  type Property,
} from './states.ts'

const types = chooseTypes([
  'm1.small',
  't2.micro',
  'x1.16xlarge',
  'm4.large',
  'm7i.large',
  'm7g.large',
  'm5.metal',
  't3.small',
])
const PLACE = { accountId: '123456789012', region: 'eu-west-1' }
const EVENT = { id: 'e-1', name: 'RunInstances', time: '2026-12-01T08:00:00Z' }
const READ: readonly Property[] = ['state', 'root', 'lifecycle', 'owner']

// What stands in the words of an alert, and the step of explain.
const STEPS: readonly (readonly [RegExp, StepCode])[] = [
  [/AWSSupport-MigrateXenToNitroLinux/, 'RUNBOOK'],
  [/aws ec2 modify-instance-attribute .*--ena-support/, 'ENA_ON'],
]

const remediationOf = (rule: string, { instance, actor }: MigrationTarget): string => {
  const question = { subject: createInstanceSubject({ ...PLACE, event: EVENT }, instance), event: EVENT, actor }
  const rules = Object.fromEntries(Object.entries(DEFAULT_POLICY.rules).filter(([id]) => id === rule))
  const found = evaluate(question, { policy: { ...DEFAULT_POLICY, rules }, types, now: new Date(EVENT.time) })
  return found.find(finding => finding.rule === rule)?.remediation ?? 'no finding'
}

function* listTargets(facts: InstanceFacts): Generator<MigrationTarget> {
  for (const changes of combine(READ))
    for (const hidden of listHidden(READ.length)) {
      const known = changes.filter((_, index) => !hidden.includes(index))
      const target = apply([...known, of(facts)], NOTHING_KNOWN)
      if (isPossible(target)) yield target
    }
}

const listSteps = (target: MigrationTarget, reason: string): readonly StepCode[] =>
  findRemedy(target, types, { reasons: [reason], isUndecided: false, allows: () => true }).ways.flatMap(({ steps }) =>
    steps.map(({ code }) => code),
  )

describe('an alert proposes no step that explain would not', () => {
  test.each([
    ['xen-hypervisor', { instanceType: 't2.micro', virtualizationType: 'hvm' }, 'XEN_HYPERVISOR', true],
    ['xen-hypervisor', { instanceType: 'm1.small', virtualizationType: 'paravirtual' }, 'XEN_HYPERVISOR', false],
    [
      'xen-hypervisor',
      { instanceType: 't2.micro', virtualizationType: 'hvm', architecture: 'i386' },
      'XEN_HYPERVISOR',
      false,
    ],
    [
      'ena-disabled',
      { instanceType: 'x1.16xlarge', virtualizationType: 'hvm', enaSupport: false },
      'ENA_DISABLED',
      true,
    ],
    [
      'ena-disabled',
      { instanceType: 'x1.16xlarge', virtualizationType: 'hvm', enaSupport: false, architecture: 'i386' },
      'ENA_DISABLED',
      false,
    ],
  ] as const)('%s of %j', (rule, facts, reason, isProposed) => {
    const wrong: string[] = []
    let proposed = 0
    for (const target of listTargets(facts)) {
      const words = remediationOf(rule, target)
      const named = STEPS.filter(([pattern]) => pattern.test(words))
      proposed += named.length
      if (!named.every(([, code]) => listSteps(target, reason).includes(code))) wrong.push(describeOf(target))
    }
    expect(wrong.slice(0, 5)).toEqual([])
    expect(proposed > 0).toBe(isProposed)
  })
})
