// What a step may require of an instance. A condition has three answers: true, false and not known (undefined).
import type { MigrationTarget } from './migration-target.ts'
import { isBy, isByService, isOwned } from './owners.ts'

/** What can be found out, if it is not known. */
export type Fact =
  | 'STATE'
  | 'ROOT_DEVICE'
  | 'OWNER'
  | 'LIFECYCLE'
  | 'SPOT_REQUEST'
  | 'SYSTEM'
  | 'ARCHITECTURE'
  | 'TENANCY'
  | 'PRODUCT'
  | 'PRODUCT_TYPES'
  | 'HIBERNATION'
  | 'STOP_PROTECTION'
  | 'ENA'
  | 'IMAGE_OWNER'
  | 'LAUNCH_SOURCE'

type Meaning = {
  readonly fact: Fact
  readonly holds: (target: MigrationTarget) => boolean | undefined
  /** The words after "Only if". */
  readonly words: string
}

const GONE = ['shutting-down', 'terminated']

const negate = (holds: Meaning['holds']): Meaning['holds'] => {
  return target => {
    const answer = holds(target)
    return answer === undefined ? undefined : !answer
  }
}

const equals =
  <T>(read: (target: MigrationTarget) => T | undefined, value: T): Meaning['holds'] =>
  target => {
    const known = read(target)
    return known === undefined ? undefined : known === value
  }

const stateOf = ({ instance }: MigrationTarget): string | undefined => instance.state
const rootOf = ({ instance }: MigrationTarget): string | undefined => instance.rootDeviceType
const lifecycleOf = ({ instance }: MigrationTarget): string | undefined => instance.lifecycle
const productOf = ({ productCode }: MigrationTarget): string | undefined => productCode

const isGone: Meaning['holds'] = ({ instance: { state } }) => (state === undefined ? undefined : GONE.includes(state))

const isPersistentSpot: Meaning['holds'] = ({ instance: { lifecycle, spotRequest } }) => {
  if (lifecycle !== undefined && lifecycle !== 'spot') return false
  return spotRequest === undefined ? undefined : spotRequest === 'persistent'
}

/** Only the page of a product says which types it supports. */
const isAllowedByProduct: Meaning['holds'] = ({ productCode }) => (productCode === 'none' ? true : undefined)

/** Whether the new type may hibernate is not asked here. */
const isAllowedByHibernation: Meaning['holds'] = ({ isHibernatable }) => (isHibernatable === false ? true : undefined)

const isFromTemplate: Meaning['holds'] = target => {
  const byService = isByService(target)
  if (byService === true) return false
  if (target.actor.launchTemplate !== undefined) return byService === undefined ? undefined : true
  return isBy(target, 'AUTO_SCALING_GROUP') === false && isBy(target, 'EC2_FLEET') === false ? false : undefined
}

/** Something that would launch it again as it is: an owner, a template or a stack. */
const hasSource: Meaning['holds'] = target =>
  target.actor.launchTemplate !== undefined || target.actor.stack !== undefined ? true : isOwned(target)

export const CONDITIONS = {
  EXISTS: { fact: 'STATE', holds: negate(isGone), words: 'it still exists' },
  RUNNING: { fact: 'STATE', holds: equals(stateOf, 'running'), words: 'it runs' },
  STOPPED: { fact: 'STATE', holds: equals(stateOf, 'stopped'), words: 'it is stopped' },
  ON_EBS: { fact: 'ROOT_DEVICE', holds: equals(rootOf, 'ebs'), words: 'its root is on EBS' },
  ON_INSTANCE_STORE: {
    fact: 'ROOT_DEVICE',
    holds: equals(rootOf, 'instance-store'),
    words: 'its root is on instance store',
  },
  NOT_OWNED: { fact: 'OWNER', holds: negate(isOwned), words: 'nothing else owns it' },
  HAS_SOURCE: { fact: 'OWNER', holds: hasSource, words: 'something owns it that would launch it again' },
  BY_SERVICE: { fact: 'OWNER', holds: isByService, words: 'a service launched it' },
  BY_GROUP: {
    fact: 'OWNER',
    holds: target => isBy(target, 'AUTO_SCALING_GROUP'),
    words: 'it is a member of an Auto Scaling group that no service manages',
  },
  BY_FLEET: {
    fact: 'OWNER',
    holds: target => isBy(target, 'EC2_FLEET'),
    words: 'it is of a fleet that no service manages',
  },
  FROM_TEMPLATE: { fact: 'LAUNCH_SOURCE', holds: isFromTemplate, words: 'it comes from a launch template of yours' },
  // Nothing that is read of an instance says which version its group names.
  GROUP_NAMES_OTHER: {
    fact: 'LAUNCH_SOURCE',
    holds: target => (isBy(target, 'AUTO_SCALING_GROUP') === false ? false : undefined),
    words: 'the group names a fixed version of a template, or a launch configuration',
  },
  FROM_STACK: { fact: 'OWNER', holds: ({ actor }) => actor.stack !== undefined, words: 'a stack has it' },
  ON_DEMAND: {
    fact: 'LIFECYCLE',
    holds: equals(lifecycleOf, 'on-demand'),
    words: 'it is On-Demand, not Spot',
  },
  SPOT: { fact: 'LIFECYCLE', holds: equals(lifecycleOf, 'spot'), words: 'it is Spot' },
  SPOT_PERSISTENT: { fact: 'SPOT_REQUEST', holds: isPersistentSpot, words: 'its Spot request is persistent' },
  LINUX: { fact: 'SYSTEM', holds: equals(({ isWindows }) => isWindows, false), words: 'it is not Windows' },
  WINDOWS: { fact: 'SYSTEM', holds: equals(({ isWindows }) => isWindows, true), words: 'it is Windows' },
  IS_64_BIT: {
    fact: 'ARCHITECTURE',
    holds: negate(equals(({ instance }) => instance.architecture, 'i386')),
    words: 'it is 64 bit',
  },
  NOT_ON_HOST: {
    fact: 'TENANCY',
    holds: equals(({ isOnDedicatedHost }) => isOnDedicatedHost, false),
    words: 'it is not on a Dedicated Host',
  },
  ON_HOST: {
    fact: 'TENANCY',
    holds: equals(({ isOnDedicatedHost }) => isOnDedicatedHost, true),
    words: 'it is on a Dedicated Host',
  },
  NOT_MARKETPLACE: {
    fact: 'PRODUCT',
    holds: equals(productOf, 'none'),
    words: 'it is of no product of AWS Marketplace',
  },
  PRODUCT_ALLOWS: {
    fact: 'PRODUCT_TYPES',
    holds: isAllowedByProduct,
    words: 'it is of no product of AWS Marketplace, or of one that supports the new type',
  },
  HIBERNATION_ALLOWS: {
    fact: 'HIBERNATION',
    holds: isAllowedByHibernation,
    words: 'it is not set up to hibernate, or the new type supports hibernation',
  },
  STOP_PROTECTED: {
    fact: 'STOP_PROTECTION',
    holds: equals(({ instance }) => instance.stopProtected, true),
    words: 'it is protected against being stopped',
  },
  ENA_OFF: { fact: 'ENA', holds: equals(({ instance }) => instance.enaSupport, false), words: 'its ENA is off' },
  IMAGE_OWN: {
    fact: 'IMAGE_OWNER',
    holds: equals(({ imageOwner }) => imageOwner, 'this-account'),
    words: 'the image belongs to this account',
  },
} as const satisfies Readonly<Record<string, Meaning>>

export type Condition = keyof typeof CONDITIONS

export const holds = (condition: Condition, target: MigrationTarget): boolean | undefined =>
  CONDITIONS[condition].holds(target)

/** "Only if this, and that". */
export const describeConditions = (conditions: readonly Condition[]): string =>
  `Only if ${conditions.map(condition => CONDITIONS[condition].words).join(', and ')}`
