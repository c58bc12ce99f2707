import type { InstanceTypes } from '../catalogue/instance-types.ts'
import type { Subject } from '../facts/facts.ts'
import { createUnknown, PASSED, type Rule, type Verdict } from './rule.ts'

const check = (subject: Subject, types: InstanceTypes): Verdict => {
  if (subject.kind !== 'instance') return PASSED
  const { instanceType, enaSupport } = subject.instance
  if (enaSupport === true) return PASSED
  if (instanceType === undefined) return createUnknown({ of: 'instance', fact: 'instanceType' })
  const type = types.get(instanceType)
  if (type === undefined) return createUnknown({ of: 'type', fact: 'ena' })
  if (type.ena === 'unsupported') return PASSED
  // Records before schema 1.08 leave it out, whatever it is: absent is not false.
  if (enaSupport === undefined) return createUnknown({ of: 'instance', fact: 'enaSupport' })
  const message = `${subject.resource.id} is of type ${instanceType}, which offers ENA, but has it off.`
  return { status: 'FAILED', reasons: ['ENA_DISABLED'], message }
}

export const enaDisabled: Rule = {
  id: 'ena-disabled',
  title: 'ENA is off',
  why: 'The type offers enhanced networking (ENA) and the instance does without it: lower bandwidth, and no way to a type that requires it.',
  severity: 'MEDIUM',
  events: ['launch', 'running', 'start'],
  reads: ['ec2:DescribeInstances', 'ec2:DescribeInstanceTypes'],
  relatedControls: [],
  awsPage: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/enhanced-networking-ena.html',
  since: 1,
  // If ENA is required, no instance is without it.
  mayFailOn: ({ ena }) => ena !== 'required',
  remediation:
    'Check that the system has the ena driver, stop the instance, then: aws ec2 modify-instance-attribute --instance-id ID --ena-support. Build the next image with ENA on (register-image --ena-support).',
  options: {},
  check,
}
