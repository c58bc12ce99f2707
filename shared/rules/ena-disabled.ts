import type { InstanceTypes } from '../catalogue/instance-types.ts'
import { readActorFromTags } from '../facts/actor.ts'
import type { InstanceFacts, Subject } from '../facts/facts.ts'
import { createUnknown, PASSED, type Rule, type Verdict } from './rule.ts'

const BUILD_NEXT =
  'Check that the system has the ena driver, build the next image with ENA on (register-image --ena-support), and launch that.'

const ON_INSTANCE_STORE = `Its root is on instance store, so it cannot be stopped, and its ENA cannot be switched on. ${BUILD_NEXT}`

const REPLACED = `What launched it replaces it once it is stopped, so its ENA cannot be switched on in place. ${BUILD_NEXT} Change its launch template, not the instance.`

const NOT_ON_DEMAND = `It is no On-Demand instance, which may not be stopped and started. ${BUILD_NEXT}`

/** What to do where the instance cannot be stopped and started. Undefined if nothing known keeps it from that. */
const findOtherWay = ({ rootDeviceType, lifecycle, managedBy, tags }: InstanceFacts): string | undefined => {
  const { autoScalingGroup, fleet } = readActorFromTags(tags)
  if (rootDeviceType === 'instance-store') return ON_INSTANCE_STORE
  if (autoScalingGroup !== undefined || fleet !== undefined || managedBy !== undefined) return REPLACED
  return lifecycle === 'spot' || lifecycle === 'scheduled' ? NOT_ON_DEMAND : undefined
}

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
  const remediation = findOtherWay(subject.instance)
  return { status: 'FAILED', reasons: ['ENA_DISABLED'], message, ...(remediation !== undefined && { remediation }) }
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
