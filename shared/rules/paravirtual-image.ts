import type { Subject } from '../facts/facts.ts'
import { createUnknown, PASSED, type Rule, type Verdict } from './rule.ts'

const check = (subject: Subject): Verdict => {
  if (subject.kind !== 'image') return PASSED
  const { virtualizationType } = subject.image
  if (virtualizationType === undefined) return createUnknown({ of: 'image', fact: 'virtualizationType' })
  if (virtualizationType === 'hvm') return PASSED
  return {
    status: 'FAILED',
    reasons: ['PARAVIRTUAL'],
    message: `Image ${subject.resource.id} is paravirtual (PV): every instance launched from it will be.`,
  }
}

export const paravirtualImage: Rule = {
  id: 'paravirtual-image',
  title: 'Paravirtual image',
  why: 'RegisterImage makes a paravirtual (PV) image unless it is told otherwise, and a PV image launches only on the oldest instance types.',
  severity: 'MEDIUM',
  events: ['image'],
  reads: ['ec2:DescribeImages'],
  relatedControls: [],
  awsPage: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/virtualization_types.html',
  since: 1,
  remediation:
    'Register the image again with VirtualizationType=hvm (in Terraform: virtualization_type = "hvm") if its disk boots as HVM, and deregister this one. An image cannot be changed from PV to HVM.',
  options: {},
  check,
}
