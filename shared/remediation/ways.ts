// The ways out as data: which steps in which order, and which of them belong to a given instance.
import { CONDITIONS, type Condition, type Fact, holds } from './conditions.ts'
import type { MigrationTarget } from './migration-target.ts'
import { needsOf, type Power, type StepCode } from './step-table.ts'

/** A step that the way needs, one that it has only where it can be done, or a state that the instance is brought into. */
type Item =
  | { readonly step: StepCode; readonly isOptional?: true }
  | { readonly bring: Power | 'settled'; readonly isOptional?: true }

export type WayCode =
  | 'CORRECT_SOURCE'
  | 'RUN_RUNBOOK'
  | 'MOVE_BY_HAND'
  | 'CHANGE_TYPE'
  | 'SWITCH_ENA_ON'
  | 'REBUILD'
  | 'MOVE_VOLUME'

const need = (step: StepCode): Item => ({ step })
const mayHave = (step: StepCode): Item => ({ step, isOptional: true })

const RETIRE: readonly Item[] = [
  { bring: 'stopped', isOptional: true },
  mayHave('KEEP_OLD'),
  mayHave('CANCEL_SPOT_REQUEST'),
  need('TERMINATE'),
]

const WAYS: Readonly<Record<WayCode, { readonly requires: readonly Condition[]; readonly items: readonly Item[] }>> = {
  CORRECT_SOURCE: {
    requires: ['HAS_SOURCE'],
    items: [
      need('FIND_IMAGE'),
      need('CHECK_FIT'),
      mayHave('TELL_SERVICE'),
      mayHave('TEMPLATE_VERSION'),
      mayHave('DEFAULT_VERSION'),
      mayHave('GROUP_VERSION'),
      mayHave('REFRESH_GROUP'),
      mayHave('RENEW_FLEET'),
      mayHave('CHANGE_STACK'),
    ],
  },
  RUN_RUNBOOK: {
    requires: [],
    items: [{ bring: 'running' }, mayHave('LIFT_STOP_PROTECTION'), need('RUNBOOK'), mayHave('PROTECT_AGAIN')],
  },
  MOVE_BY_HAND: {
    requires: [],
    items: [
      { bring: 'running' },
      mayHave('WINDOWS_DRIVERS'),
      mayHave('LINUX_DRIVERS'),
      { bring: 'stopped' },
      need('SNAPSHOT_ROOT'),
      mayHave('ENA_ON'),
      need('CHANGE_TYPE'),
      need('START'),
      need('TEST_OR_GO_BACK'),
      mayHave('PROTECT_AGAIN'),
    ],
  },
  CHANGE_TYPE: {
    requires: [],
    items: [
      { bring: 'stopped' },
      need('CHANGE_TYPE'),
      need('START'),
      need('TEST_OR_GO_BACK'),
      mayHave('PROTECT_AGAIN'),
    ],
  },
  SWITCH_ENA_ON: {
    requires: [],
    items: [
      { bring: 'running' },
      need('ENA_DRIVER'),
      { bring: 'stopped' },
      need('ENA_ON'),
      need('START'),
      need('TEST_NETWORK'),
      mayHave('PROTECT_AGAIN'),
    ],
  },
  REBUILD: {
    requires: [],
    items: [
      { bring: 'settled' },
      need('WRITE_DOWN'),
      mayHave('SNAPSHOT_VOLUMES'),
      mayHave('COPY_DATA_OFF'),
      need('FIND_IMAGE'),
      need('CHECK_FIT'),
      mayHave('ALLOCATE_HOST'),
      need('LAUNCH_NEW'),
      need('MOVE_DATA'),
      need('TURN_TRAFFIC'),
      ...RETIRE,
      mayHave('DEREGISTER'),
    ],
  },
  MOVE_VOLUME: {
    requires: [],
    items: [
      { bring: 'settled' },
      need('WRITE_DOWN'),
      need('SNAPSHOT_ROOT'),
      need('LAUNCH_HELPER'),
      need('COPY_ROOT'),
      need('MAKE_BOOTABLE'),
      need('REGISTER_HVM'),
      mayHave('ALLOCATE_HOST'),
      need('LAUNCH_COPY'),
      need('MOVE_DATA'),
      need('TURN_TRAFFIC'),
      ...RETIRE,
    ],
  },
}

export type PlannedStep = { readonly code: StepCode; readonly onlyIf: readonly Condition[] }

export type Plan = {
  readonly code: WayCode
  /** What is not known, and has to be so for the way as a whole. */
  readonly onlyIf: readonly Condition[]
  /** What to find out before anything else. If it is not empty, the first step is FIND_OUT. */
  readonly unknown: readonly Fact[]
  readonly steps: readonly PlannedStep[]
}

type Placed = { readonly code: StepCode; readonly isOptional: boolean; readonly onlyIf?: Condition }

type State = Power | 'pending' | 'stopping' | undefined

const readState = ({ instance: { state } }: MigrationTarget): State =>
  state === 'pending' || state === 'running' || state === 'stopping' || state === 'stopped' ? state : undefined

/** The steps that bring an instance from one state into another. */
const bring = (from: State, to: Power | 'settled', isOptional: boolean): readonly Placed[] => {
  if (from === 'pending') return [{ code: 'WAIT_RUNNING', isOptional }, ...bring('running', to, isOptional)]
  if (from === 'stopping') return [{ code: 'WAIT_STOPPED', isOptional }, ...bring('stopped', to, isOptional)]
  if (from === to || to === 'settled') return []
  const [code, when]: readonly [StepCode, Condition] = to === 'stopped' ? ['STOP', 'RUNNING'] : ['START', 'STOPPED']
  return [
    ...(code === 'STOP' ? [{ code: 'LIFT_STOP_PROTECTION', isOptional: true } as const] : []),
    { code, isOptional, ...(from === undefined && { onlyIf: when }) },
  ]
}

const place = (items: readonly Item[], target: MigrationTarget): readonly Placed[] => {
  let state = readState(target)
  const placed: Placed[] = []
  for (const item of items) {
    const steps: readonly Placed[] =
      'step' in item
        ? [{ code: item.step, isOptional: item.isOptional === true }]
        : bring(state, item.bring, item.isOptional === true)
    const possible = steps.filter(step => !(step.isOptional && isRefused(step, target)))
    for (const { code } of possible) {
      const to = needsOf(code).to
      if (to === 'running' || to === 'stopped') state = to
    }
    placed.push(...possible)
    if ('bring' in item && item.bring !== 'settled' && item.isOptional !== true) state = item.bring
  }
  return placed
}

const isRefused = ({ code }: Placed, target: MigrationTarget): boolean =>
  needsOf(code).requires.some(condition => holds(condition, target) === false)

const listUnknown = (conditions: readonly Condition[], target: MigrationTarget): readonly Condition[] =>
  conditions.filter(condition => holds(condition, target) === undefined)

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]

/**
 * A way for this instance, with no step that cannot be done to it. Undefined if the way needs such a step. `skipped`: steps
 * that are left out though they can be done, because they lead nowhere.
 */
export const planWay = (
  code: WayCode,
  target: MigrationTarget,
  skipped: readonly StepCode[] = [],
): Plan | undefined => {
  const way = WAYS[code]
  const placed = place(way.items, target).filter(step => !skipped.includes(step.code))
  const needed = unique([
    ...way.requires,
    ...placed.filter(({ isOptional }) => !isOptional).flatMap(step => needsOf(step.code).requires),
  ])
  if (needed.some(condition => holds(condition, target) === false)) return undefined
  const onlyIf = listUnknown(needed, target)
  const steps = placed.map(step => ({
    code: step.code,
    onlyIf: [
      ...(step.onlyIf === undefined ? [] : [step.onlyIf]),
      ...listUnknown(needsOf(step.code).requires, target).filter(condition => !onlyIf.includes(condition)),
    ],
  }))
  const unknown = unique([...onlyIf, ...steps.flatMap(step => step.onlyIf)].map(each => CONDITIONS[each].fact))
  const first: readonly PlannedStep[] = unknown.length === 0 ? [] : [{ code: 'FIND_OUT', onlyIf: [] }]
  return { code, onlyIf, unknown, steps: [...first, ...steps] }
}
