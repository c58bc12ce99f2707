/** Over combinations of what an instance may be: what a remedy says contradicts nothing else that it says. */
import { expect, test } from '@jest/globals'
import type { InstanceFacts } from '../../shared/facts/facts.ts'
import type { MigrationTarget } from '../../shared/remediation/migration-target.ts'
import type { Remark } from '../../shared/remediation/problem.ts'
import { findRemedy, type Remedy } from '../../shared/remediation/remedy.ts'
import type { StepCode } from '../../shared/remediation/step-table.ts'
import {
  apply,
  beside,
  type Change,
  chooseTypes,
  combine,
  describeOf,
  isPossible,
  NOTHING_KNOWN,
  of,
} from './states.ts'

const TYPES = chooseTypes(['m1.small', 'm4.large', 'm7i.large', 'm7g.large', 'm5.metal', 't3.small'])

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
