// Every step that a remedy can print, and what it requires of the instance. The words are in step-words.ts.
import type { Condition } from './conditions.ts'

/** The states in which an instance stays until somebody acts. */
export type Power = 'running' | 'stopped'

type Needs = {
  /** All of these. If one is false, the step is not printed; if one is not known, it is printed with that condition. */
  readonly requires: readonly Condition[]
  /** The states in which it can be done; any if absent. */
  readonly from?: readonly ('pending' | 'stopping' | Power)[]
  /** The state after it; the same if absent. */
  readonly to?: Power | 'terminated'
}

const EVERYWHERE: Needs = { requires: [] }
const TOUCHES: readonly Condition[] = ['EXISTS', 'NOT_OWNED']
/** EC2 stops and starts neither a root on instance store nor every Spot instance, and of a Spot instance changes no type. */
const CHANGES: readonly Condition[] = [...TOUCHES, 'ON_EBS', 'ON_DEMAND']
/**
 * Sources in AWS's documentation, as of 2026-12:
 * - A Dedicated Host may be changed to other types of its own family only (EC2 API, ModifyHosts, `InstanceFamily`).
 * - Of an instance that is set up to hibernate, the type may be changed while it is stopped (EC2 user guide,
 *   instance-hibernate-overview). Which types may hibernate is a list (hibernating-prerequisites).
 * - A type has to support the product of a volume (EC2 API, AttachVolume). No page lists the types of a product.
 * - The runbook has no limit of its own for products: its page names none, and it exchanges root volumes while both
 *   instances are stopped, as AttachVolume asks (Automation runbook reference, AWSSupport-MigrateXenToNitroLinux).
 */
const NEW_TYPE: readonly Condition[] = [...CHANGES, 'NOT_ON_HOST', 'HIBERNATION_ALLOWS', 'IS_64_BIT', 'PRODUCT_ALLOWS']

export const STEPS = {
  FIND_OUT: EVERYWHERE,
  WAIT_RUNNING: { requires: TOUCHES, from: ['pending'], to: 'running' },
  WAIT_STOPPED: { requires: TOUCHES, from: ['stopping'], to: 'stopped' },
  LIFT_STOP_PROTECTION: { requires: [...CHANGES, 'STOP_PROTECTED'], from: ['running', 'stopped'] },
  STOP: { requires: CHANGES, from: ['running'], to: 'stopped' },
  START: { requires: CHANGES, from: ['stopped'], to: 'running' },
  PROTECT_AGAIN: { requires: [...CHANGES, 'STOP_PROTECTED'], from: ['running'] },

  WINDOWS_DRIVERS: { requires: [...TOUCHES, 'WINDOWS'], from: ['running'] },
  LINUX_DRIVERS: { requires: [...TOUCHES, 'LINUX'], from: ['running'] },
  ENA_DRIVER: { requires: TOUCHES, from: ['running'] },
  RUNBOOK: { requires: [...NEW_TYPE, 'LINUX'], from: ['running'] },
  SNAPSHOT_ROOT: { requires: [...TOUCHES, 'ON_EBS'] },
  ENA_ON: { requires: [...CHANGES, 'ENA_OFF'], from: ['stopped'] },
  CHANGE_TYPE: { requires: NEW_TYPE, from: ['stopped'] },
  TEST_OR_GO_BACK: { requires: NEW_TYPE, from: ['running'] },
  TEST_NETWORK: { requires: CHANGES, from: ['running'] },

  WRITE_DOWN: { requires: TOUCHES },
  SNAPSHOT_VOLUMES: { requires: [...TOUCHES, 'ON_EBS'] },
  COPY_DATA_OFF: { requires: [...TOUCHES, 'ON_INSTANCE_STORE'], from: ['running'] },
  FIND_IMAGE: EVERYWHERE,
  CHECK_FIT: EVERYWHERE,
  ALLOCATE_HOST: { requires: [...TOUCHES, 'ON_HOST'] },
  LAUNCH_NEW: { requires: TOUCHES },
  MOVE_DATA: { requires: TOUCHES, from: ['running', 'stopped'] },
  TURN_TRAFFIC: { requires: TOUCHES },
  KEEP_OLD: { requires: CHANGES, from: ['stopped'] },
  CANCEL_SPOT_REQUEST: { requires: [...TOUCHES, 'SPOT_PERSISTENT'] },
  TERMINATE: { requires: TOUCHES, from: ['running', 'stopped'], to: 'terminated' },
  DEREGISTER: { requires: ['IMAGE_OWN'] },

  LAUNCH_HELPER: { requires: [...TOUCHES, 'ON_EBS'] },
  // A volume of a product is attached to stopped instances only, and hands its code on (EC2 API, AttachVolume, RegisterImage).
  COPY_ROOT: { requires: [...TOUCHES, 'LINUX', 'NOT_MARKETPLACE'] },
  MAKE_BOOTABLE: { requires: [...TOUCHES, 'LINUX', 'IS_64_BIT'] },
  REGISTER_HVM: { requires: [...TOUCHES, 'IS_64_BIT', 'NOT_MARKETPLACE'] },
  LAUNCH_COPY: { requires: TOUCHES },

  TELL_SERVICE: { requires: ['BY_SERVICE'] },
  TEMPLATE_VERSION: { requires: ['FROM_TEMPLATE'] },
  DEFAULT_VERSION: { requires: ['FROM_TEMPLATE'] },
  GROUP_VERSION: { requires: ['BY_GROUP', 'GROUP_NAMES_OTHER'] },
  REFRESH_GROUP: { requires: ['BY_GROUP'] },
  RENEW_FLEET: { requires: ['BY_FLEET'] },
  CHANGE_STACK: { requires: ['FROM_STACK'] },
} as const satisfies Readonly<Record<string, Needs>>

export type StepCode = keyof typeof STEPS

export const needsOf = (code: StepCode): Needs => STEPS[code]
