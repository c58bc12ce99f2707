import { matchesTypeOrFamily, toTypePatterns } from '../catalogue/type-pattern.ts'
import type { Subject } from '../facts/facts.ts'
import { createUnknown, PASSED, type Rule, type RuleOptions, type Verdict } from './rule.ts'

/** Whether the options let a type pass. */
export const isTypeAllowed = (instanceType: string, { allow = ['*'], deny = [] }: RuleOptions): boolean =>
  !deny.some(pattern => matchesTypeOrFamily(pattern, instanceType)) &&
  allow.some(pattern => matchesTypeOrFamily(pattern, instanceType))

const check = (subject: Subject, _types: unknown, options: RuleOptions): Verdict => {
  const { allow = ['*'], deny = [] } = options
  if (subject.kind !== 'instance' || (deny.length === 0 && allow.includes('*'))) return PASSED
  const { instanceType } = subject.instance
  if (instanceType === undefined) return createUnknown({ of: 'instance', fact: 'instanceType' })
  const denied = deny.find(pattern => matchesTypeOrFamily(pattern, instanceType))
  if (denied !== undefined) {
    const message = `${subject.resource.id} is of type ${instanceType}, which the policy denies (${denied}).`
    return { status: 'FAILED', reasons: ['TYPE_DENIED'], message }
  }
  if (allow.some(pattern => matchesTypeOrFamily(pattern, instanceType))) return PASSED
  const message = `${subject.resource.id} is of type ${instanceType}, which the policy does not allow (allowed: ${allow.join(', ')}).`
  return { status: 'FAILED', reasons: ['TYPE_NOT_ALLOWED'], message }
}

export const instanceFamily: Rule = {
  id: 'instance-family',
  title: 'Instance type outside the policy',
  why: 'The policy of this account says which instance families may be launched.',
  severity: 'MEDIUM',
  events: ['launch', 'running', 'start'],
  reads: ['ec2:DescribeInstances'],
  relatedControls: ['AWS Config desired-instance-type'],
  awsPage: 'https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html',
  since: 1,
  mayFailOn: ({ instanceType }, options) => !isTypeAllowed(instanceType, options),
  selects: ({ deny = [] }) => deny.flatMap(toTypePatterns),
  remediation:
    'Launch a type that the policy allows; change the launch template or the Auto Scaling group that names this one, or ask the owner of the policy for an exemption.',
  options: {
    allow: {
      default: ['*'],
      doc: 'Types or families that may be launched, with wildcards: "m7g.*", "m7g", "*.large".',
      lists: 'types-that-pass',
    },
    deny: {
      default: [],
      doc: 'Types or families that may not be launched; stronger than allow.',
      lists: 'types-that-fail',
    },
  },
  check,
}
