/** Over all combinations of what an instance may be: every step that is proposed can be done, and nothing contradicts itself. */
import { describe, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import type { Actor, InstanceFacts } from '../../shared/facts/facts.ts'
import { CONDITIONS, type Condition, holds } from '../../shared/remediation/conditions.ts'
import type { MigrationTarget } from '../../shared/remediation/migration-target.ts'
import type { Remark } from '../../shared/remediation/problem.ts'
import { findRemedy, type Remedy } from '../../shared/remediation/remedy.ts'
import { needsOf, type StepCode } from '../../shared/remediation/step-table.ts'
import { type Plan, planWay, type WayCode } from '../../shared/remediation/ways.ts'

type Change = (target: MigrationTarget) => MigrationTarget

const of =
  (facts: InstanceFacts): Change =>
  target => ({ ...target, instance: { ...target.instance, ...facts } })
const beside =
  (facts: Partial<MigrationTarget>): Change =>
  target => ({ ...target, ...facts })
const owned =
  (actor: Actor, tags: Readonly<Record<string, string>>): Change =>
  target => ({ ...target, actor, instance: { ...target.instance, tags } })

const TEMPLATE = { launchTemplate: 'lt-0123456789abcdef0:4' }
const GROUP_TAG = { 'aws:autoscaling:groupName': 'web' }

/** What is known of each property, by its name. Whatever is left out of a combination is not known. */
const PROPERTIES = {
  state: ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'].map(state => of({ state })),
  root: ['ebs', 'instance-store'].map(rootDeviceType => of({ rootDeviceType })),
  lifecycle: [
    of({ lifecycle: 'on-demand' }),
    of({ lifecycle: 'spot', spotRequest: 'one-time' }),
    of({ lifecycle: 'spot', spotRequest: 'persistent' }),
    of({ lifecycle: 'spot' }),
    of({ lifecycle: 'scheduled' }),
  ],
  owner: [
    owned({}, {}),
    owned({ autoScalingGroup: 'web', ...TEMPLATE }, GROUP_TAG),
    owned({ autoScalingGroup: 'web' }, GROUP_TAG),
    owned({ fleet: 'fleet-1', ...TEMPLATE }, { 'aws:ec2:fleet-id': 'fleet-1' }),
    owned({ fleet: 'sfr-1' }, { 'aws:ec2spot:fleet-request-id': 'sfr-1' }),
    owned({ autoScalingGroup: 'web', ...TEMPLATE }, { ...GROUP_TAG, 'eks:nodegroup-name': 'n' }),
    owned({}, { 'karpenter.sh/nodepool': 'n' }),
    owned({ autoScalingGroup: 'web' }, { ...GROUP_TAG, 'aws:ecs:clusterName': 'c' }),
    owned({}, { 'aws:elasticmapreduce:job-flow-id': 'j' }),
    owned({}, { AWSBatchServiceTag: 'batch' }),
    owned({}, { 'elasticbeanstalk:environment-name': 'e' }),
    target => of({ managedBy: 'eks.amazonaws.com' })(owned({}, {})(target)),
    owned(TEMPLATE, {}),
    owned({ stack: 'web' }, {}),
  ],
  /** What decides a change in place: On-Demand or not, 32 or 64 bit, and whether there is no owner, one, or perhaps one. */
  market: [of({ lifecycle: 'on-demand' }), of({ lifecycle: 'spot', spotRequest: 'persistent' })],
  bits: [of({ architecture: 'i386' }), of({ architecture: 'x86_64' })],
  freedom: [owned({}, {}), owned({ autoScalingGroup: 'web' }, GROUP_TAG), owned({}, { 'karpenter.sh/nodepool': 'n' })],
  system: [beside({ isWindows: true }), beside({ isWindows: false })],
  architecture: ['i386', 'x86_64', 'arm64'].map(architecture => of({ architecture })),
  boot: (['legacy-bios', 'uefi', 'uefi-preferred', 'unset'] as const).map(bootMode => of({ bootMode })),
  host: [beside({ isOnDedicatedHost: true }), beside({ isOnDedicatedHost: false })],
  hibernation: [beside({ isHibernatable: true }), beside({ isHibernatable: false })],
  product: [beside({ productCode: 'abc123' }), beside({ productCode: 'none' })],
  stopProtection: [of({ stopProtected: true }), of({ stopProtected: false })],
  ena: [of({ enaSupport: true }), of({ enaSupport: false })],
  image: [
    beside({ imageOwner: 'this-account', isImageLaunchable: true }),
    beside({ imageOwner: 'another', isImageLaunchable: true }),
    beside({ imageOwner: 'gone', isImageLaunchable: false }),
  ],
} as const satisfies Readonly<Record<string, readonly Change[]>>

type Property = keyof typeof PROPERTIES

const NOTHING_KNOWN: MigrationTarget = {
  region: 'eu-west-1',
  instance: { instanceId: 'i-0123456789abcdef0', imageId: 'ami-0abcdef1234567890' },
  actor: {},
}

/** Every combination of the values of these properties, as lists of changes in the same order. */
function* combine(properties: readonly Property[]): Generator<readonly Change[]> {
  const [first, ...rest] = properties
  if (first === undefined) {
    yield []
    return
  }
  for (const one of PROPERTIES[first]) for (const others of combine(rest)) yield [one, ...others]
}

const apply = (changes: readonly (Change | undefined)[], start: MigrationTarget): MigrationTarget =>
  changes.reduce<MigrationTarget>((target, change) => change?.(target) ?? target, start)

/** Which of so many properties are hidden: none, each one, and all. A condition reads one property, and no two together. */
const listHidden = (count: number): readonly (readonly number[])[] => {
  const each = Array.from({ length: count }, (_, index) => index)
  return [[], ...each.map(one => [one]), each]
}

/** EC2 stops nothing whose root is on instance store. */
const isPossible = ({ instance }: MigrationTarget): boolean =>
  instance.rootDeviceType !== 'instance-store' || (instance.state !== 'stopping' && instance.state !== 'stopped')

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

const describeOf = (target: MigrationTarget): string => JSON.stringify({ ...target, region: undefined })

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

const CATALOGUE = loadCatalogue()
const NAMES = ['m1.small', 'm4.large', 'm7i.large', 'm7g.large', 'm5.metal', 't3.small']
/** A few types, because each remedy looks through all of them. */
const TYPES: InstanceTypes = {
  get: name => (NAMES.includes(name) ? CATALOGUE.get(name) : undefined),
  profiles: () =>
    NAMES.flatMap(name => CATALOGUE.get(name) ?? []).map(facts => ({
      facts,
      families: [{ name: facts.instanceType, count: 1 }],
      types: () => [facts.instanceType],
    })),
}

const KINDS: readonly InstanceFacts[] = [
  { virtualizationType: 'paravirtual', instanceType: 'm1.small' },
  { virtualizationType: 'hvm', instanceType: 'm4.large' },
  { virtualizationType: 'hvm', instanceType: 'm7i.large' },
  { virtualizationType: 'hvm', instanceType: 'm5.metal' },
  { virtualizationType: 'hvm', instanceType: 'zz9.large' },
  { instanceType: 'm7i.large' },
]

const ANSWERS = [
  { reasons: [], isUndecided: false },
  { reasons: [], isUndecided: true },
  { reasons: ['TYPE_DENIED'], isUndecided: false },
  { reasons: ['ENA_DISABLED', 'LEGACY_BOOT_ONLY'], isUndecided: false },
  { reasons: ['A_RULE_OF_TOMORROW'], isUndecided: false },
].map(answers => ({ ...answers, allows: (type: string) => type !== 'm7i.large' }))

const AT_HAND = {
  best: [
    beside({
      isOnDedicatedHost: false,
      isHibernatable: false,
      productCode: 'none',
      imageOwner: 'this-account',
      isImageLaunchable: true,
    }),
    of({ enaSupport: true, stopProtected: false, bootMode: 'unset' }),
  ],
  worst: [
    beside({
      isOnDedicatedHost: true,
      isHibernatable: true,
      productCode: 'abc123',
      imageOwner: 'gone',
      isImageLaunchable: false,
    }),
    of({ enaSupport: false, stopProtected: true, bootMode: 'legacy-bios' }),
  ],
  unknown: [],
} as const satisfies Readonly<Record<string, readonly Change[]>>

type Case = { readonly target: MigrationTarget; readonly remedy: Remedy }

function* listCases(): Generator<Case> {
  for (const changes of combine(['state', 'root', 'market', 'owner', 'system', 'bits']))
    for (const [index, kind] of KINDS.entries())
      for (const rest of Object.values(AT_HAND)) {
        const target = apply([...changes, ...rest, of(kind)], NOTHING_KNOWN)
        if (!isPossible(target)) continue
        count += 1
        const verdicts = ANSWERS[(count + index) % ANSWERS.length] ?? ANSWERS[0]
        yield { target, remedy: findRemedy(target, TYPES, verdicts) }
      }
}
let count = 0

const CONTRADICTIONS: readonly (readonly [Remark, readonly (Remark | StepCode | 'ANY_STEP')[]])[] = [
  [
    'NOTHING_WRONG',
    ['ANY_STEP', 'PARAVIRTUAL', 'XEN', 'GONE', 'BARE_METAL', 'FACTS_UNKNOWN', 'OTHER_FINDING', 'RULE_UNDECIDED'],
  ],
  ['BARE_METAL', ['ANY_STEP', 'XEN', 'GONE', 'FACTS_UNKNOWN', 'OTHER_FINDING', 'RULE_UNDECIDED']],
  [
    'GONE',
    [
      'WAIT_RUNNING',
      'STOP',
      'START',
      'CHANGE_TYPE',
      'SNAPSHOT_ROOT',
      'SNAPSHOT_VOLUMES',
      'TERMINATE',
      'MOVE_DATA',
      'MOVABLE',
      'XEN',
    ],
  ],
  [
    'OWNED',
    [
      'MOVABLE',
      'MAYBE_MOVABLE',
      'FIXED',
      'MAYBE_OWNED',
      'STOP',
      'START',
      'CHANGE_TYPE',
      'TERMINATE',
      'RUNBOOK',
      'LAUNCH_NEW',
    ],
  ],
  ['MOVABLE', ['FIXED', 'MAYBE_MOVABLE', 'PARAVIRTUAL']],
  ['FIXED', ['RUNBOOK', 'CHANGE_TYPE', 'MAYBE_MOVABLE', 'PARAVIRTUAL']],
  ['PARAVIRTUAL', ['RUNBOOK', 'CHANGE_TYPE', 'ENA_ON', 'XEN', 'FACTS_UNKNOWN']],
  ['NOTHING_PROPOSED', ['ANY_STEP']],
]

const listCodes = ({ remarks, ways }: Remedy): ReadonlySet<string> => {
  const steps = ways.flatMap(way => way.steps.map(({ code }) => code))
  return new Set<string>([...remarks, ...steps, ...(steps.length > 0 ? ['ANY_STEP'] : [])])
}

const findContradiction = ({ remedy }: Case): string | undefined => {
  const codes = listCodes(remedy)
  for (const [one, others] of CONTRADICTIONS)
    for (const other of others) if (codes.has(one) && codes.has(other)) return `${one} and ${other}`
  return undefined
}

/** A remedy without a step says why there is none. */
const findSilence = ({ remedy: { ways, remarks, why, state } }: Case): string | undefined => {
  const reasons: readonly Remark[] = ['NOTHING_WRONG', 'BARE_METAL', 'GONE', 'NOTHING_PROPOSED', 'OTHER_FINDING']
  if (why.trim() === '') return 'no sentence'
  if (ways.some(({ steps }) => steps.length === 0)) return 'a way without a step'
  if (ways.length === 0 && !remarks.some(remark => reasons.includes(remark))) return 'no step, and no reason'
  return ways.length > 0 && state !== 'to do' ? `steps in state ${state}` : undefined
}

const LINUX_ONLY = /GRUB|chroot|initramfs|MigrateXenToNitroLinux|al2023|\/dev\/nvme|fstab/

/** Words that do not suit the instance, whatever the codes say. */
const findUnfitWords = ({ target, remedy }: Case): string | undefined => {
  const text = JSON.stringify([remedy.why, remedy.ways])
  if (target.isWindows === true && LINUX_ONLY.test(text)) return `for Windows: ${LINUX_ONLY.exec(text)?.[0]}`
  if (target.isWindows === false && /Windows_Server|UpgradeWindows/.test(text)) return 'for Linux: a tool of Windows'
  if (/undefined|null|\[object/.test(text)) return 'a hole in the text'
  return target.imageOwner !== 'this-account' && target.imageOwner !== undefined && text.includes('deregister-image')
    ? "another's image is deregistered"
    : undefined
}

test('no remedy contradicts itself, is silent, or speaks to another instance', () => {
  const faults = new Set<string>()
  for (const one of listCases()) {
    const fault = findContradiction(one) ?? findSilence(one) ?? findUnfitWords(one)
    if (fault !== undefined && faults.size < 5)
      faults.add(`${fault}: ${describeOf(one.target)} ${JSON.stringify(one.remedy.remarks)}`)
  }
  expect([...faults]).toEqual([])
  expect(count).toBeGreaterThan(10_000)
})
