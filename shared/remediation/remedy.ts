import type { Blocked, InstanceTypes } from '../catalogue/instance-types.ts'
import { listBlocked } from '../compatibility/blocked.ts'
import { findNearestTypes } from '../compatibility/nearest.ts'
import type { ImageFacts, InstanceTypeFacts } from '../facts/facts.ts'
import { type Condition, holds } from './conditions.ts'
import type { MigrationTarget } from './migration-target.ts'
import {
  listProblems,
  listRemarks,
  NO_ANSWERS,
  type Problem,
  type Remark,
  type RuleAnswers,
  UNKNOWNS,
} from './problem.ts'
import { describeRemarks } from './remark-words.ts'
import type { Step } from './step.ts'
import type { StepCode } from './step-table.ts'
import { describeSteps } from './step-words.ts'
import type { Wanted } from './wanted.ts'
import { describeWay } from './way-words.ts'
import { type Plan, planWay, type WayCode } from './ways.ts'

/** One way to go, whole in itself. */
export type MigrationPath = {
  readonly code: WayCode
  readonly title: string
  readonly when: string
  /** What has to be so for the way as a whole, of facts that are not known. Absent if all that it requires is known. */
  readonly onlyIf?: readonly Condition[]
  readonly steps: readonly Step[]
}

export type Remedy = {
  readonly state: 'nothing to do' | 'not known' | 'to do'
  /** What is said of the instance, as codes, and the same in words. */
  readonly remarks: readonly Remark[]
  readonly why: string
  readonly blocked: Blocked
  /** The types that would fit once the image is right, the nearest first: on the same architecture, and on Arm. */
  readonly fits: readonly InstanceTypeFacts[]
  readonly fitsArm: readonly InstanceTypeFacts[]
  /** The first is the one to choose if nothing speaks against it. */
  readonly ways: readonly MigrationPath[]
}

/** What the rules and the policy have to do with it. */
export type Verdicts = RuleAnswers & {
  /** Whether the policy allows a type. */
  readonly allows: (instanceType: string) => boolean
}

const NO_VERDICTS: Verdicts = { ...NO_ANSWERS, allows: () => true }

const MOST_TYPES = 5

/** A current image: HVM, with ENA, booting either way, on EBS. 32 bit becomes 64 bit. */
const describeCurrentImage = (architecture: string): ImageFacts => ({
  virtualizationType: 'hvm',
  enaSupport: true,
  architecture,
  bootMode: 'uefi-preferred',
  rootDeviceType: 'ebs',
})

type Surroundings = { readonly target: MigrationTarget; readonly types: InstanceTypes; readonly verdicts: Verdicts }

const listFittingTypes = (
  image: ImageFacts,
  { target: { instance }, types, verdicts }: Surroundings,
): readonly InstanceTypeFacts[] => {
  const { instanceType } = instance
  if (instanceType === undefined) return []
  const like = types.get(instanceType)
  return findNearestTypes({ image, like: instanceType, types, limit: 400 })
    .filter(type => type.hypervisor !== 'xen' && verdicts.allows(type.instanceType))
    .filter(
      ({ vCpus = 0, memoryMiB = 0 }) =>
        like === undefined || (vCpus >= (like.vCpus ?? 0) && memoryMiB >= (like.memoryMiB ?? 0)),
    )
    .slice(0, MOST_TYPES)
}

/** The instance's own facts once its ENA is on. Its drivers are what the steps are about. */
const findOwnNewType = (around: Surroundings): string | undefined => {
  const { virtualizationType, architecture, bootMode, rootDeviceType } = around.target.instance
  const own: ImageFacts = {
    ...(virtualizationType !== undefined && { virtualizationType }),
    ...(architecture !== undefined && { architecture }),
    ...(bootMode !== undefined && { bootMode }),
    ...(rootDeviceType !== undefined && { rootDeviceType }),
    enaSupport: true,
  }
  return listFittingTypes(own, around)[0]?.instanceType
}

const CHANGES_TYPE: readonly Problem[] = ['PARAVIRTUAL', 'XEN', 'TYPE_OUTSIDE_POLICY']
const CHANGES_IMAGE: readonly Problem[] = ['PARAVIRTUAL', 'XEN', 'ENA_OFF', 'LEGACY_BOOT']

/** Of Xen the image may be fine: the type is what is old. */
const BAD_IMAGE: readonly Problem[] = ['PARAVIRTUAL', 'ENA_OFF', 'LEGACY_BOOT']

/** The ways for what is wrong, the best first, before it is asked whether they can be gone. */
const listWayCodes = (problems: readonly Problem[]): readonly WayCode[] => {
  if (problems.includes('PARAVIRTUAL')) return ['REBUILD', 'MOVE_VOLUME']
  if (problems.includes('XEN')) return ['RUN_RUNBOOK', 'MOVE_BY_HAND', 'REBUILD']
  const isKnown = !problems.includes('FACTS_UNKNOWN')
  const codes: WayCode[] = []
  if (problems.includes('TYPE_OUTSIDE_POLICY') && isKnown) codes.push('CHANGE_TYPE')
  if (problems.includes('ENA_OFF') && isKnown) codes.push('SWITCH_ENA_ON')
  const isToReplace = problems.some(problem => CHANGES_TYPE.includes(problem) || CHANGES_IMAGE.includes(problem))
  return isToReplace ? [...codes, 'REBUILD'] : codes
}

const planWays = (target: MigrationTarget, problems: readonly Problem[], changesImage: boolean): readonly Plan[] => {
  const codes = listWayCodes(problems)
  if (codes.length === 0) return []
  const isImageBad = problems.some(problem => BAD_IMAGE.includes(problem))
  const skipped: readonly StepCode[] = [
    ...(changesImage ? [] : ['FIND_IMAGE' as const]),
    ...(isImageBad ? [] : ['DEREGISTER' as const]),
  ]
  const all: readonly WayCode[] = ['CORRECT_SOURCE', ...codes]
  return all.flatMap(code => planWay(code, target, skipped) ?? [])
}

const listFits = (around: Surroundings): Pick<Remedy, 'fits' | 'fitsArm'> => {
  const { instance, isWindows } = around.target
  const isArm = instance.architecture === 'arm64'
  const fits = listFittingTypes(describeCurrentImage(isArm ? 'arm64' : 'x86_64'), around)
  // Windows has no image for Arm.
  const mayBeArm = !isArm && isWindows === false
  return { fits, fitsArm: mayBeArm ? listFittingTypes(describeCurrentImage('arm64'), around) : [] }
}

const describeWanted = (
  around: Surroundings,
  changes: Wanted['changes'],
  fits: readonly InstanceTypeFacts[],
): Wanted => {
  const { target } = around
  const ownNewType = fits.length === 0 ? undefined : findOwnNewType(around)
  const best = changes.image ? fits[0]?.instanceType : ownNewType
  const newType = changes.type ? best : target.instance.instanceType
  return { target, newType: newType ?? 'TYPE', ownNewType: ownNewType ?? 'TYPE', changes }
}

const findState = (problems: readonly Problem[], ways: readonly Plan[], isGone: boolean): Remedy['state'] => {
  if (ways.length > 0) return 'to do'
  if (isGone || problems.length === 0) return 'nothing to do'
  return problems.every(problem => UNKNOWNS.includes(problem)) ? 'not known' : 'to do'
}

/**
 * The types that an instance cannot run on, and the ordered way out: only steps that can be done to this instance
 * (step-table.ts), with only commands that exist (aws-cli, EC2 API 2016-11-15).
 */
export const findRemedy = (target: MigrationTarget, types: InstanceTypes, verdicts: Verdicts = NO_VERDICTS): Remedy => {
  const around: Surroundings = { target, types, verdicts }
  const problems = listProblems(target, types, verdicts)
  const changes = {
    type: problems.some(problem => CHANGES_TYPE.includes(problem)),
    image: problems.some(problem => CHANGES_IMAGE.includes(problem)) || target.isImageLaunchable !== true,
  }
  const plans = planWays(target, problems, changes.image)
  const { fits, fitsArm } = changes.type && plans.length > 0 ? listFits(around) : { fits: [], fitsArm: [] }
  const wanted = describeWanted(around, changes, fits)
  const remarks = listRemarks(target, types, { problems, ways: plans })
  return {
    state: findState(problems, plans, holds('EXISTS', target) === false),
    remarks,
    why: describeRemarks(remarks, target),
    blocked: listBlocked(target.instance, types),
    fits,
    fitsArm,
    ways: plans.map(plan => ({
      code: plan.code,
      ...describeWay(plan, target),
      ...(plan.onlyIf.length > 0 && { onlyIf: plan.onlyIf }),
      steps: describeSteps(plan, wanted),
    })),
  }
}
