import type { Blocked, InstanceTypes } from '../catalogue/instance-types.ts'
import { listBlocked } from '../compatibility/blocked.ts'
import { findNearestTypes } from '../compatibility/nearest.ts'
import type { ImageFacts, InstanceTypeFacts } from '../facts/facts.ts'
import type { MigrationTarget } from './migration-target.ts'
import { buildNitroSteps } from './nitro-steps.ts'
import { buildRebuildSteps } from './rebuild-steps.ts'
import type { Step } from './step.ts'
import { buildTemplateSteps } from './template-steps.ts'
import { buildVolumeSteps } from './volume-steps.ts'

/** One way to go, whole in itself. */
export type MigrationPath = { readonly title: string; readonly when: string; readonly steps: readonly Step[] }

export type Remedy = {
  readonly state: 'nothing to do' | 'not known' | 'to do'
  /** In one sentence: the reason why it cannot move. */
  readonly why: string
  readonly blocked: Blocked
  /** The types that would fit once the image is right, the nearest first: on the same architecture, and on Arm. */
  readonly fits: readonly InstanceTypeFacts[]
  readonly fitsArm: readonly InstanceTypeFacts[]
  /** The first is the one to choose if nothing speaks against it. */
  readonly ways: readonly MigrationPath[]
}

const MOST_TYPES = 5

/** A current image: HVM, with ENA, booting either way, on EBS. 32 bit becomes 64 bit. */
const describeCurrentImage = (architecture: string): ImageFacts => ({
  virtualizationType: 'hvm',
  enaSupport: true,
  architecture,
  bootMode: 'uefi-preferred',
  rootDeviceType: 'ebs',
})

const listFittingTypes = (
  { instance: { instanceType } }: MigrationTarget,
  architecture: string,
  types: InstanceTypes,
): readonly InstanceTypeFacts[] => {
  if (instanceType === undefined) return []
  const like = types.get(instanceType)
  return findNearestTypes({ image: describeCurrentImage(architecture), like: instanceType, types, limit: 40 })
    .filter(type => type.hypervisor !== 'xen')
    .filter(
      ({ vCpus = 0, memoryMiB = 0 }) =>
        like === undefined || (vCpus >= (like.vCpus ?? 0) && memoryMiB >= (like.memoryMiB ?? 0)),
    )
    .slice(0, MOST_TYPES)
}

const buildRebuildPath = (migration: MigrationTarget, target: string | undefined): MigrationPath => ({
  title: 'Rebuild from a current HVM image',
  when: 'First choice. The only way without a risk to what runs now: the old instance stays until the new one is proven.',
  steps: buildRebuildSteps(migration, target),
})

const buildTemplatePath = (migration: MigrationTarget, target: string | undefined): MigrationPath => ({
  title: 'Correct the template',
  when: 'Whatever launched it would launch it again as it is: a change to the instance alone does not last.',
  steps: buildTemplateSteps(migration, target),
})

/** What keeps an instance from a type on Nitro for as long as it is the same instance. Undefined if nothing does. */
const findObstacle = ({ instance }: MigrationTarget): string | undefined => {
  if (instance.rootDeviceType === 'instance-store')
    return 'its root is on instance store, so it cannot be stopped, and its type cannot be changed'
  return instance.architecture === 'i386' ? 'it is 32 bit, and no type on Nitro is' : undefined
}

const listPvPaths = (migration: MigrationTarget, target: string | undefined): readonly MigrationPath[] => [
  buildRebuildPath(migration, target),
  // GRUB, a chroot and a 64-bit kernel: a way for 64-bit Linux alone.
  ...(migration.instance.rootDeviceType === 'ebs' &&
  migration.instance.architecture !== 'i386' &&
  migration.isWindows !== true
    ? [
        {
          title: 'Move the system to a new HVM volume',
          when: 'Only if it cannot be rebuilt. AWS has no guide and no tool for it; practise on a copy, and expect to need the console output.',
          steps: buildVolumeSteps(migration, target),
        },
      ]
    : []),
]

const listNitroPaths = (migration: MigrationTarget, target: string | undefined): readonly MigrationPath[] => {
  const rebuild = buildRebuildPath(migration, target)
  if (findObstacle(migration) !== undefined) return [rebuild]
  const move: MigrationPath = {
    title: migration.isWindows === true ? 'Move it to Nitro' : 'Move it to Nitro with the AWS runbook',
    when: 'The image is HVM: the type of an instance on EBS can be changed in place once the drivers are there.',
    steps: buildNitroSteps(migration, target),
  }
  return [move, rebuild]
}

const NOTHING = 'It is HVM and runs on Nitro.'

type Problem = 'paravirtual' | 'xen' | 'not known' | 'none'

const classifyProblem = ({ instance }: MigrationTarget, types: InstanceTypes): Problem => {
  if (instance.virtualizationType === 'paravirtual') return 'paravirtual'
  const type = instance.instanceType === undefined ? undefined : types.get(instance.instanceType)
  if (type === undefined || instance.virtualizationType === undefined) return 'not known'
  return type.hypervisor === 'xen' ? 'xen' : 'none'
}

const WHY: Readonly<Record<Problem, string>> = {
  paravirtual:
    'It is paravirtual (PV). Neither an instance nor an image can be changed from PV to HVM: there is no such command. Something new has to be launched.',
  xen: 'It is HVM on the Xen hypervisor: it can move to Nitro, if its system has the ENA and NVMe drivers.',
  'not known': 'Its virtualization type, or the facts of its instance type, are not known.',
  none: NOTHING,
}

const describeProblem = (problem: Problem, migration: MigrationTarget): string => {
  const obstacle = problem === 'xen' ? findObstacle(migration) : undefined
  return obstacle === undefined
    ? WHY[problem]
    : `It is HVM on the Xen hypervisor, and cannot move to Nitro: ${obstacle}. Something new has to be launched.`
}

/**
 * The types that an instance cannot run on, and the ordered way out, with only commands that exist (aws-cli, EC2 API
 * 2016-11-15).
 */
export const findRemedy = (migration: MigrationTarget, types: InstanceTypes): Remedy => {
  const { instance, actor } = migration
  const problem = classifyProblem(migration, types)
  const isArm = instance.architecture === 'arm64'
  const fits = listFittingTypes(migration, isArm ? 'arm64' : 'x86_64', types)
  const target = fits[0]?.instanceType
  const isMember = actor.autoScalingGroup !== undefined || actor.launchTemplate !== undefined
  const own =
    problem === 'paravirtual'
      ? listPvPaths(migration, target)
      : problem === 'xen'
        ? listNitroPaths(migration, target)
        : []
  return {
    state: problem === 'none' ? 'nothing to do' : problem === 'not known' ? 'not known' : 'to do',
    why: describeProblem(problem, migration),
    blocked: listBlocked(instance, types),
    fits: own.length === 0 ? [] : fits,
    fitsArm:
      own.length === 0 || isArm || migration.isWindows === true ? [] : listFittingTypes(migration, 'arm64', types),
    ways: isMember && own.length > 0 ? [buildTemplatePath(migration, target), ...own] : own,
  }
}
