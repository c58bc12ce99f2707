// What is wrong with an instance, and what is said of it, as codes. The words come last.
import type { InstanceTypes } from '../catalogue/instance-types.ts'
import { type Condition, holds } from './conditions.ts'
import type { MigrationTarget } from './migration-target.ts'
import type { WayCode } from './ways.ts'

/** What is wrong, or why that cannot be said. */
export type Problem =
  | 'PARAVIRTUAL'
  | 'XEN'
  | 'TYPE_OUTSIDE_POLICY'
  | 'ENA_OFF'
  | 'LEGACY_BOOT'
  | 'OTHER_FINDING'
  | 'FACTS_UNKNOWN'
  | 'RULE_UNDECIDED'

/** What the rules say, as far as a remedy depends on it. */
export type RuleAnswers = {
  /** Reason codes of what failed. */
  readonly reasons: readonly string[]
  readonly isUndecided: boolean
}

/** Problems that are a lack of facts. */
export const UNKNOWNS: readonly Problem[] = ['FACTS_UNKNOWN', 'RULE_UNDECIDED']

export const NO_ANSWERS: RuleAnswers = { reasons: [], isUndecided: false }

const PROBLEM_OF: Readonly<Record<string, Problem>> = {
  PARAVIRTUAL: 'PARAVIRTUAL',
  XEN_HYPERVISOR: 'XEN',
  TYPE_DENIED: 'TYPE_OUTSIDE_POLICY',
  TYPE_NOT_ALLOWED: 'TYPE_OUTSIDE_POLICY',
  ENA_DISABLED: 'ENA_OFF',
  NO_ENA: 'ENA_OFF',
  LEGACY_BOOT_ONLY: 'LEGACY_BOOT',
}

const classify = ({ instance }: MigrationTarget, types: InstanceTypes): Problem | undefined => {
  if (instance.virtualizationType === 'paravirtual') return 'PARAVIRTUAL'
  const type = instance.instanceType === undefined ? undefined : types.get(instance.instanceType)
  if (type === undefined || instance.virtualizationType === undefined) return 'FACTS_UNKNOWN'
  return type.hypervisor === 'xen' ? 'XEN' : undefined
}

// A rebuild or a move solves these as well: to name them too would only hide the cause.
const COVERED: Readonly<Partial<Record<Problem, readonly Problem[]>>> = {
  PARAVIRTUAL: ['XEN', 'ENA_OFF', 'LEGACY_BOOT'],
  XEN: ['PARAVIRTUAL', 'ENA_OFF'],
}

/** What is wrong, the worst first. Empty if nothing is. */
export const listProblems = (
  target: MigrationTarget,
  types: InstanceTypes,
  { reasons, isUndecided }: RuleAnswers,
): readonly Problem[] => {
  const own = classify(target, types)
  const found = reasons.map(reason => PROBLEM_OF[reason] ?? 'OTHER_FINDING')
  const covered = own === undefined ? [] : (COVERED[own] ?? [])
  const all = [
    ...(own === undefined ? [] : [own]),
    ...found.filter(problem => !covered.includes(problem)),
    ...(isUndecided && own !== 'FACTS_UNKNOWN' ? ['RULE_UNDECIDED' as const] : []),
  ]
  return all.filter((problem, index) => all.indexOf(problem) === index)
}

/** Why the instance itself cannot be changed. */
const OBSTACLES = ['ON_EBS', 'IS_64_BIT', 'ON_DEMAND', 'NOT_ON_HOST'] as const satisfies readonly Condition[]

/** Sentences that an explanation may say of an instance, as codes. */
export type Remark =
  | Problem
  | 'NOTHING_WRONG'
  | 'BARE_METAL'
  | 'GONE'
  | 'OWNED'
  | 'MAYBE_OWNED'
  | 'MOVABLE'
  | 'MAYBE_MOVABLE'
  | 'FIXED'
  | 'NOTHING_PROPOSED'

const MOVES: readonly WayCode[] = ['RUN_RUNBOOK', 'MOVE_BY_HAND']

type Found = { readonly code: WayCode; readonly onlyIf: readonly unknown[] }

const remarkMove = (problems: readonly Problem[], ways: readonly Found[]): readonly Remark[] => {
  if (!problems.includes('XEN')) return []
  const moves = ways.filter(({ code }) => MOVES.includes(code))
  if (moves.length === 0) return ['FIXED']
  return moves.some(({ onlyIf }) => onlyIf.length === 0) ? ['MOVABLE'] : ['MAYBE_MOVABLE']
}

/** What to say of an instance before its ways out. */
export const listRemarks = (
  target: MigrationTarget,
  types: InstanceTypes,
  { problems, ways }: { readonly problems: readonly Problem[]; readonly ways: readonly Found[] },
): readonly Remark[] => {
  if (holds('EXISTS', target) === false) return ['GONE']
  if (problems.length === 0) {
    const type = types.get(target.instance.instanceType ?? '')
    return [type?.hypervisor === 'none' ? 'BARE_METAL' : 'NOTHING_WRONG']
  }
  const isFree = holds('NOT_OWNED', target)
  const owned: readonly Remark[] = isFree === true ? [] : isFree === false ? ['OWNED'] : ['MAYBE_OWNED']
  // Of an owned instance nothing is said about a change in place: there is none.
  const moves = isFree === false ? [] : remarkMove(problems, ways)
  const isUnknown = problems.every(problem => UNKNOWNS.includes(problem))
  return [...problems, ...moves, ...owned, ...(ways.length === 0 && isUnknown ? ['NOTHING_PROPOSED' as const] : [])]
}

/** The conditions of a change in place that are surely not met. */
export const listObstacles = (target: MigrationTarget): readonly (typeof OBSTACLES)[number][] =>
  OBSTACLES.filter(condition => holds(condition, target) === false)
