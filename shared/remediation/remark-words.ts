// The words of what is said of an instance before its ways out.
import type { Owner } from '../reasons/reason.ts'
import type { MigrationTarget } from './migration-target.ts'
import { listTargetOwners } from './owners.ts'
import { listObstacles, type Remark } from './problem.ts'

const OBSTACLE_WORDS: Readonly<Record<ReturnType<typeof listObstacles>[number], string>> = {
  ON_EBS: 'its root is on instance store, so it cannot be stopped, and its type cannot be changed',
  IS_64_BIT: 'it is 32 bit, and no type on Nitro is',
  ON_DEMAND: 'it is no On-Demand instance, and EC2 changes the type of no other',
  NOT_ON_HOST: 'it is on a Dedicated Host, which takes types of one family only',
}

const OWNER_WORDS: Readonly<Record<Owner, string>> = {
  AUTO_SCALING_GROUP: 'an Auto Scaling group',
  EC2_FLEET: 'a fleet',
  KUBERNETES_CLUSTER: 'a Kubernetes cluster',
  ECS_CLUSTER: 'an ECS cluster',
  EMR_CLUSTER: 'an EMR cluster',
  BATCH_ENVIRONMENT: 'AWS Batch',
  BEANSTALK_ENVIRONMENT: 'Elastic Beanstalk',
  AWS_SERVICE: 'an AWS service',
}

const nameOwners = (target: MigrationTarget): string =>
  (listTargetOwners(target) ?? [])
    .map(({ owner, name }) => (name === undefined ? OWNER_WORDS[owner] : `${OWNER_WORDS[owner]} (${name})`))
    .join(' and ')

const describeMaybeOwned = (target: MigrationTarget): string => {
  const owners = listTargetOwners(target)
  if (owners === undefined) return 'Whether something owns it is not known.'
  const evidence = owners.flatMap(one => one.evidence ?? []).join(', ')
  return `It may belong to ${nameOwners(target)}: ${evidence} says so, which anybody who may tag can write.`
}

const describeUnknown = ({ instance }: MigrationTarget): string =>
  instance.virtualizationType === undefined
    ? 'Its virtualization type is not known.'
    : `The facts of its instance type ${instance.instanceType ?? ''} are not known, to virtguard or to EC2 in this region.`

const WORDS: Readonly<Record<Remark, (target: MigrationTarget) => string>> = {
  PARAVIRTUAL: () =>
    'It is paravirtual (PV). Neither an instance nor an image can be changed from PV to HVM: there is no such command. Something new has to be launched.',
  XEN: () => 'It is HVM on the Xen hypervisor.',
  MOVABLE: () => 'It can move to Nitro, if its system has the ENA and NVMe drivers.',
  MAYBE_MOVABLE: () => 'Whether it is able to move to Nitro depends on facts that are not known.',
  FIXED: target => {
    const why = listObstacles(target).map(obstacle => OBSTACLE_WORDS[obstacle])
    return `It cannot move to Nitro: ${why.join('; ')}. Something new has to be launched.`
  },
  TYPE_OUTSIDE_POLICY: () => 'The policy does not allow its instance type.',
  ENA_OFF: () => 'Its ENA is off.',
  LEGACY_BOOT: () =>
    'Its image boots in legacy BIOS mode only. It runs, but without UEFI Secure Boot and NitroTPM. The boot mode of an instance cannot be changed.',
  OTHER_FINDING: () => 'See above what the rules say.',
  FACTS_UNKNOWN: describeUnknown,
  RULE_UNDECIDED: () => 'A rule could not decide: above it says which fact is not known.',
  NOTHING_WRONG: () => 'It is HVM and runs on Nitro.',
  BARE_METAL: () => 'It is HVM on bare metal, without a hypervisor.',
  GONE: ({ instance }) =>
    instance.state === 'terminated'
      ? 'It is terminated: nothing can be done to it any more.'
      : 'It is shutting down for good: nothing can be done to it any more.',
  OWNED: target => `It belongs to ${nameOwners(target)}, which replaces what is stopped or changed. Change it there.`,
  MAYBE_OWNED: describeMaybeOwned,
  NOTHING_PROPOSED: () => 'Nothing is proposed until that is known.',
}

/** What is said of an instance before its ways out. */
export const describeRemarks = (remarks: readonly Remark[], target: MigrationTarget): string =>
  remarks.map(remark => WORDS[remark](target)).join(' ')
