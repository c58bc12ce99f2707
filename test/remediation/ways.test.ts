/** Over all combinations of what an instance may be: every step that is proposed can be done, in the state that it is in by then. */
import { describe, expect, test } from '@jest/globals'
import { CONDITIONS, type Condition, holds } from '../../shared/remediation/conditions.ts'
import type { MigrationTarget } from '../../shared/remediation/migration-target.ts'
import { needsOf, type StepCode } from '../../shared/remediation/step-table.ts'
import { type Plan, planWay, type WayCode } from '../../shared/remediation/ways.ts'
import { apply, combine, describeOf, isPossible, listHidden, NOTHING_KNOWN, type Property } from './states.ts'

const isMet = (condition: Condition, world: MigrationTarget, state: string | undefined): boolean => {
  if (condition === 'RUNNING' || condition === 'STOPPED') return state === condition.toLowerCase()
  // What nothing says of an instance is found out by whoever follows the steps. Here the answer is yes.
  return holds(condition, world) !== false
}

type Where = { readonly state: string | undefined; readonly stopProtected: boolean | undefined }

/** What is wrong with a step for an instance of which everything is known. */
const findFault = (code: StepCode, world: MigrationTarget, at: Where): string | undefined => {
  const { requires, from } = needsOf(code)
  const unmet = requires.find(condition => holds(condition, world) === false)
  if (unmet !== undefined) return `${code} requires ${unmet}`
  if (from !== undefined && !from.some(each => each === at.state)) return `${code} of an instance that is ${at.state}`
  return code === 'STOP' && at.stopProtected === true ? 'STOP of a protected instance' : undefined
}

const follow = (code: StepCode, at: Where): Where => ({
  state: needsOf(code).to ?? at.state,
  stopProtected: code === 'LIFT_STOP_PROTECTION' ? false : code === 'PROTECT_AGAIN' ? true : at.stopProtected,
})

/** Goes a way as its reader would, who finds out first what is not known: the first step that cannot be done. */
const walk = (plan: Plan, world: MigrationTarget): string | undefined => {
  if (plan.onlyIf.some(condition => !isMet(condition, world, world.instance.state))) return undefined
  // To wait is part of finding out the state.
  const waited: Readonly<Record<string, string>> = { pending: 'running', stopping: 'stopped' }
  const state = world.instance.state ?? ''
  let at: Where = {
    state: plan.unknown.includes('STATE') ? (waited[state] ?? state) : state,
    stopProtected: world.instance.stopProtected,
  }
  for (const { code, onlyIf } of plan.steps) {
    if (!onlyIf.every(condition => isMet(condition, world, at.state))) continue
    const fault = findFault(code, world, at)
    if (fault !== undefined) return fault
    at = follow(code, at)
  }
  return undefined
}

/** A step that is proposed without the condition that it needs, of a fact that is not known. */
const findUnconditional = (plan: Plan, known: MigrationTarget): string | undefined => {
  const isAsked = plan.steps[0]?.code === 'FIND_OUT'
  for (const { code, onlyIf } of plan.steps)
    for (const condition of needsOf(code).requires) {
      if (holds(condition, known) === true) continue
      const isConditional = plan.onlyIf.includes(condition) || onlyIf.includes(condition)
      if (!isConditional || !isAsked || !plan.unknown.includes(CONDITIONS[condition].fact))
        return `${code}: ${condition}`
    }
  return undefined
}

/** The properties that each way reads, each in all its values. */
const IN_PLACE: readonly Property[] = ['state', 'root', 'freedom', 'market', 'stopProtection']
const NEW_TYPE: readonly Property[] = [...IN_PLACE, 'bits', 'host', 'hibernation', 'product']
const READ_BY: Readonly<Record<WayCode, readonly Property[]>> = {
  CORRECT_SOURCE: ['state', 'owner'],
  RUN_RUNBOOK: [...NEW_TYPE, 'system'],
  MOVE_BY_HAND: [...NEW_TYPE, 'system', 'ena'],
  CHANGE_TYPE: NEW_TYPE,
  SWITCH_ENA_ON: [...IN_PLACE, 'ena'],
  REBUILD: ['state', 'root', 'owner', 'lifecycle', 'host', 'stopProtection', 'image'],
  MOVE_VOLUME: [...NEW_TYPE, 'system'],
}

const WAY_CODES: readonly WayCode[] = [
  'CORRECT_SOURCE',
  'RUN_RUNBOOK',
  'MOVE_BY_HAND',
  'CHANGE_TYPE',
  'SWITCH_ENA_ON',
  'REBUILD',
  'MOVE_VOLUME',
]

const examine = (code: WayCode): { readonly plans: number; readonly faults: readonly string[] } => {
  const properties = READ_BY[code]
  const hiddenSets = listHidden(properties.length)
  const faults = new Set<string>()
  let plans = 0
  for (const changes of combine(properties)) {
    const world = apply(changes, NOTHING_KNOWN)
    if (!isPossible(world)) continue
    for (const hidden of hiddenSets) {
      const known = apply(
        changes.map((change, index) => (hidden.includes(index) ? undefined : change)),
        NOTHING_KNOWN,
      )
      const plan = planWay(code, known)
      if (plan === undefined) continue
      plans += 1
      const fault = walk(plan, world) ?? findUnconditional(plan, known)
      if (fault !== undefined && faults.size < 3)
        faults.add(`${fault} in ${describeOf(known)}, which is ${describeOf(world)}`)
    }
  }
  return { plans, faults: [...faults] }
}

describe.each(WAY_CODES)('the way %s, for every instance and whatever is not known of it', code => {
  test('has only steps that can be done, in the state that the instance is in by then', () => {
    const { plans, faults } = examine(code)
    expect(faults).toEqual([])
    expect(plans).toBeGreaterThan(0)
  })
})
