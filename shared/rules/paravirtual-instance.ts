import type { Subject } from '../facts/facts.ts'
import { createUnknown, PASSED, type Rule, type Verdict } from './rule.ts'

const check = (subject: Subject): Verdict => {
  if (subject.kind !== 'instance') return PASSED
  const { virtualizationType, instanceType } = subject.instance
  if (virtualizationType === undefined) return createUnknown({ of: 'instance', fact: 'virtualizationType' })
  if (virtualizationType === 'hvm') return PASSED
  return {
    status: 'FAILED',
    reasons: ['PARAVIRTUAL'],
    message: `${subject.resource.id}${instanceType ? ` (${instanceType})` : ''} runs paravirtual (PV).`,
  }
}

export const paravirtualInstance: Rule = {
  id: 'paravirtual-instance',
  title: 'Paravirtual instance',
  why: 'Paravirtual (PV) runs only on the instance types of c1, c3, m1, m2, m3 and t1, without enhanced networking and NVMe, and can never be resized to a current type.',
  severity: 'MEDIUM',
  events: ['launch', 'running', 'start'],
  reads: ['ec2:DescribeInstances'],
  // Security Hub's EC2.24 is the Config rule of the second name.
  relatedControls: ['Security Hub EC2.24', 'AWS Config ec2-paravirtual-instance-check'],
  awsPage: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/virtualization_types.html',
  since: 1,
  remediation:
    'Launch from an HVM image instead: rebuild from a current HVM image of the same system. The virtualization type of an existing instance or image cannot be changed.',
  options: {},
  check,
}
