import type { InstanceTypes } from '../catalogue/instance-types.ts'
import type { InstanceTypeFacts, Subject } from '../facts/facts.ts'
import { createUnknown, PASSED, type Rule, type Verdict } from './rule.ts'

const describeLacking = ({ ena, nvmeEbs }: InstanceTypeFacts): string => {
  const noNvme = nvmeEbs === 'unsupported'
  if (ena === 'unsupported') return noNvme ? ': no ENA, no NVMe for EBS' : ': no ENA'
  return noNvme ? ': no NVMe for EBS' : ''
}

const check = (subject: Subject, types: InstanceTypes): Verdict => {
  if (subject.kind !== 'instance') return PASSED
  const { instanceType } = subject.instance
  if (instanceType === undefined) return createUnknown({ of: 'instance', fact: 'instanceType' })
  const type = types.get(instanceType)
  if (type === undefined) return createUnknown({ of: 'type', fact: 'hypervisor' })
  if (type.hypervisor !== 'xen') return PASSED
  const message = `${subject.resource.id} is of type ${instanceType}, which runs on Xen, not on Nitro${describeLacking(type)}.`
  return { status: 'FAILED', reasons: ['XEN_HYPERVISOR'], message }
}

export const xenHypervisor: Rule = {
  id: 'xen-hypervisor',
  title: 'Instance type on Xen',
  why: 'Types on Xen have no NVMe for EBS and mostly no ENA; images built on them may lack the drivers that every current type needs.',
  severity: 'LOW',
  events: ['launch', 'running', 'start'],
  reads: ['ec2:DescribeInstances', 'ec2:DescribeInstanceTypes'],
  relatedControls: [],
  awsPage: 'https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html',
  since: 1,
  mayFailOn: ({ hypervisor }) => hypervisor === 'xen',
  remediation:
    'Choose a type on Nitro. For Linux, the runbook AWSSupport-MigrateXenToNitroLinux checks the drivers of an instance first and says what is missing.',
  options: {},
  check,
}
