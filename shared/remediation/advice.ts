// What an alert says to do, where the usual advice of its rule has a step that cannot be done to the instance (step-table.ts).
import { type Condition, describeConditions, holds } from './conditions.ts'
import type { MigrationTarget } from './migration-target.ts'
import { isOwnerClaimed } from './owners.ts'
import { planWay } from './ways.ts'

const BUILD_NEXT =
  'Check that the system has the ena driver, build the next image with ENA on (register-image --ena-support), and launch that.'

const ON_INSTANCE_STORE = `Its root is on instance store, so it cannot be stopped, and its ENA cannot be switched on. ${BUILD_NEXT}`

const REPLACED = `What launched it replaces it once it is stopped, so its ENA cannot be switched on in place. ${BUILD_NEXT} Change its launch template, not the instance.`

const NOT_ON_DEMAND = `It is no On-Demand instance, which may not be stopped and started. ${BUILD_NEXT}`

const GONE = `The instance is being terminated: nothing can be done to it any more. ${BUILD_NEXT}`

// What explains why the steps cannot be done, the first that holds.
const OTHERWISE: readonly (readonly [Condition, string])[] = [
  ['EXISTS', GONE],
  ['ON_EBS', ON_INSTANCE_STORE],
  ['NOT_OWNED', REPLACED],
  ['ON_DEMAND', NOT_ON_DEMAND],
]

const FOR_32_BIT =
  'No type on Nitro runs a 32-bit image. Build the system anew from a current 64-bit HVM image, and launch that on a type on Nitro.'

const adviseOnEna = (target: MigrationTarget): string | undefined => {
  // explain sends what is 32 bit to a new image at once.
  if (target.instance.architecture === 'i386') return FOR_32_BIT
  if (planWay('SWITCH_ENA_ON', target) !== undefined) return undefined
  return OTHERWISE.find(([condition]) => holds(condition, target) === false)?.[1]
}

const FOR_PARAVIRTUAL =
  'No type on Nitro runs a paravirtual image. Launch from a current HVM image of the same system, on a type on Nitro.'

const REPLACED_ON_XEN =
  'Choose a type on Nitro in what launches the instance: its launch template, its group, its fleet or its service. The instance itself is replaced, not changed.'

const REBUILT =
  'Launch a new instance on a type on Nitro. The type of this one cannot be changed: it is no On-Demand instance, or its root is on instance store.'

const GONE_ON_XEN =
  'Choose a type on Nitro for the next launch. This instance is being terminated: nothing can be done to it any more.'

const adviseOnXen = (target: MigrationTarget): string | undefined => {
  const { virtualizationType, architecture } = target.instance
  // A type on Nitro is no advice for what none of them runs.
  if (architecture === 'i386') return FOR_32_BIT
  if (virtualizationType === 'paravirtual') return FOR_PARAVIRTUAL
  if (planWay('RUN_RUNBOOK', target) !== undefined || planWay('MOVE_BY_HAND', target) !== undefined) return undefined
  if (holds('EXISTS', target) === false) return GONE_ON_XEN
  return holds('NOT_OWNED', target) === false ? REPLACED_ON_XEN : REBUILT
}

const ADVICE: ReadonlyMap<string, (target: MigrationTarget) => string | undefined> = new Map([
  ['ena-disabled', adviseOnEna],
  ['xen-hypervisor', adviseOnXen],
])

/** The usual advice, if a tag that anybody may write names an owner: it may be true. */
const limitAdvice = (remediation: string): string =>
  `${describeConditions(['NOT_OWNED'])} (a tag, which anybody may write, names an owner that would replace it): ${remediation}`

type Advised = { readonly id: string; readonly remediation: string }

/** What to do about an instance that failed a rule. Undefined if nothing known speaks against the usual advice of the rule. */
export const findAdvice = ({ id, remediation }: Advised, target: MigrationTarget): string | undefined => {
  const advise = ADVICE.get(id)
  const advice = advise?.(target)
  return advise !== undefined && advice === undefined && isOwnerClaimed(target) ? limitAdvice(remediation) : advice
}
