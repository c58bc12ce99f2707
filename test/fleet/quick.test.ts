import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildPatternFilter } from '../../shared/aws/filter.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluateRules } from '../../shared/engine/evaluate.ts'
import { createInstanceSubject } from '../../shared/engine/subjects.ts'
import type { InstanceFacts } from '../../shared/facts/facts.ts'
import { planQuickQueries, type Query } from '../../shared/fleet/quick.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import { selectedBy } from '../support/cloud/ec2-filters.ts'

const types = loadCatalogue()
const NAMES = types.profiles().flatMap(profile => profile.types())

/** What EC2 does with filters (EC2 API reference, Filtering). */
const selects = (query: Query, instance: InstanceFacts): boolean => {
  const facts: Readonly<Record<string, string | undefined>> = {
    'instance-state-name': instance.state,
    'virtualization-type': instance.virtualizationType,
    'instance-type': instance.instanceType,
  }
  return query.every(({ name, values }) => selectedBy(buildPatternFilter(name, values), facts[name]))
}

const POLICIES = [
  DEFAULT_POLICY,
  parsePolicy(
    'version: 1\nrules:\n  xen-hypervisor: { mode: "off" }\n  instance-family: { deny: ["t3", "*.metal", "*xlarge*"] }\n',
    'deny',
  ),
  parsePolicy('version: 1\nrules:\n  instance-family: { allow: ["m7g.*", "c7g"] }\n', 'allow'),
  parsePolicy(
    'version: 1\nrules:\n  xen-hypervisor: { mode: "off" }\n  ena-disabled: { mode: "off" }\n  incompatible-image: { mode: "off" }\n',
    'few',
  ),
]

const instances: fc.Arbitrary<InstanceFacts> = fc.record({
  instanceId: fc.constant('i-01'),
  instanceType: fc.constantFrom(...NAMES),
  virtualizationType: fc.constantFrom('hvm' as const, 'paravirtual' as const),
  enaSupport: fc.boolean(),
  bootMode: fc.constantFrom('unset' as const, 'uefi' as const),
  state: fc.constantFrom('running', 'stopped', 'pending', 'stopping'),
})

// On these types EC2 launches nothing without ENA, nor paravirtual: no such instance exists.
const isPossible = ({ instanceType = '', virtualizationType = 'hvm', enaSupport }: InstanceFacts): boolean => {
  const type = types.get(instanceType)
  return (
    type?.virtualizationTypes.includes(virtualizationType) === true &&
    !(type.ena === 'required' && enaSupport === false)
  )
}

describe('the queries of a quick scan', () => {
  test.each(POLICIES.map((policy, index) => [index, policy] as const))(
    'select every instance that a rule fails, whatever the policy (%#)',
    (_, policy) => {
      const queries = planQuickQueries(policy, types)
      fc.assert(
        fc.property(instances.filter(isPossible), instance => {
          const subject = createInstanceSubject(
            { accountId: '1', region: 'us-east-1', event: { id: 'e', name: 'n', time: 't' } },
            instance,
          )
          const fails = evaluateRules(subject, { policy, types }).some(({ verdict }) => verdict.status === 'FAILED')
          if (fails) expect(queries.some(query => selects(query, instance))).toBe(true)
        }),
        { numRuns: 500 },
      )
    },
  )

  test('leave out what no rule fails, and what is terminated', () => {
    const queries = planQuickQueries(DEFAULT_POLICY, types)
    const usual: InstanceFacts = { instanceType: 'm7i.large', virtualizationType: 'hvm', state: 'running' }
    expect(queries.some(query => selects(query, usual))).toBe(false)
    const gone: InstanceFacts = { instanceType: 'm1.small', virtualizationType: 'paravirtual', state: 'terminated' }
    expect(queries.some(query => selects(query, gone))).toBe(false)
  })

  test.each(POLICIES.map((policy, index) => [index, policy] as const))(
    'never name one instance twice (%#)',
    (_, policy) => {
      const queries = planQuickQueries(policy, types)
      fc.assert(
        fc.property(instances, instance => {
          expect(queries.filter(query => selects(query, instance)).length).toBeLessThanOrEqual(1)
        }),
      )
    },
  )

  test('keep to the 200 values that EC2 takes in a filter', () => {
    for (const policy of POLICIES)
      for (const { values } of planQuickQueries(policy, types).flat()) expect(values.length).toBeLessThanOrEqual(200)
  })
})
