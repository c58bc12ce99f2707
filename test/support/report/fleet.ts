/** A fleet that has a bit of everything, evaluated by the real rules: the same on every machine. */
import type { ReportFoot, ReportHead } from '../../../cli/report/report-data.ts'
import { loadCatalogue } from '../../../shared/catalogue/catalogue.ts'
import { evaluate, type World } from '../../../shared/engine/evaluate.ts'
import type { Finding } from '../../../shared/engine/finding.ts'
import { createInstanceSubject } from '../../../shared/engine/subjects.ts'
import { readActorFromTags } from '../../../shared/facts/actor.ts'
import type { InstanceFacts } from '../../../shared/facts/facts.ts'
import { type Coverage, NO_COUNTS } from '../../../shared/ledger/coverage.ts'
import { parsePolicy } from '../../../shared/policy/load.ts'
import type { HistoryDay } from '../../../shared/report/pages.ts'

const NOW = new Date('2026-11-24T08:00:00Z')

const POLICY = `version: 1
rules:
  paravirtual-instance: { severity: CRITICAL }
  instance-family: { severity: HIGH, deny: [p4d, x1] }
  xen-hypervisor: { severity: MEDIUM }
exemptions:
  - rule: "*"
    match: { autoScalingGroup: "asg-legacy-*" }
    reason: Vendor appliance, replaced in the first quarter of 2027
    owner: platform@example.com
    expires: 2027-03-31
`

// Mulberry32: any will do that is small and the same everywhere.
const randomFrom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

type Kind = { readonly types: readonly string[]; readonly facts: InstanceFacts; readonly weight: number }

const HVM: InstanceFacts = {
  virtualizationType: 'hvm',
  enaSupport: true,
  architecture: 'x86_64',
  rootDeviceType: 'ebs',
  bootMode: 'uefi-preferred',
}

const KINDS: readonly Kind[] = [
  { types: ['m7i.large', 'm6i.xlarge', 'c7i.large', 'r6i.xlarge', 't3.medium', 'm5.large'], facts: HVM, weight: 70 },
  { types: ['t2.micro', 't2.medium', 'm4.large', 'c4.xlarge', 'r4.large', 'i3.large'], facts: HVM, weight: 15 },
  { types: ['m3.medium', 'c3.large'], facts: { ...HVM, enaSupport: false, bootMode: 'unset' }, weight: 4 },
  {
    types: ['m1.small', 'm1.large', 'm3.large', 'c1.medium', 't1.micro'],
    facts: { virtualizationType: 'paravirtual', architecture: 'x86_64', rootDeviceType: 'ebs', enaSupport: false },
    weight: 3,
  },
  { types: ['x1.16xlarge'], facts: HVM, weight: 1 },
  { types: ['m4.large', 'zz9.large'], facts: { architecture: 'x86_64', rootDeviceType: 'ebs' }, weight: 2 },
]

const ACCOUNTS = ['123456789012', '210987654321']
const REGIONS = ['eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-2', 'eu-central-1']
const NAMES = ['web', 'api', 'batch', 'legacy-erp', 'queue', 'search']

const pick = <T>(values: readonly T[], random: () => number): T => {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

const kindFor = (random: () => number): Kind => {
  let left = random() * KINDS.reduce((sum, { weight }) => sum + weight, 0)
  for (const kind of KINDS) {
    left -= kind.weight
    if (left < 0) return kind
  }
  return pick(KINDS, random)
}

const hex = (random: () => number, digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('')

const anInstance = (random: () => number): InstanceFacts => {
  const kind = kindFor(random)
  const name = pick(NAMES, random)
  return {
    ...kind.facts,
    instanceId: `i-0${hex(random, 16)}`,
    imageId: `ami-0${hex(random, 2)}def1234567890`,
    instanceType: pick(kind.types, random),
    state: 'running',
    lifecycle: 'on-demand',
    tags: {
      Name: name,
      ...(random() < 0.3 && {
        'aws:autoscaling:groupName': `asg-${name}`,
        'aws:ec2launchtemplate:id': `lt-0${hex(random, 4)}`,
        'aws:ec2launchtemplate:version': '7',
      }),
    },
  }
}

const world = (): World => ({ policy: parsePolicy(POLICY, 'policy.yaml'), types: loadCatalogue(), now: NOW })

export const reportHead = (): ReportHead => ({
  history: aHistory(randomFrom(7)),
  madeAt: NOW,
  version: '0.1.0',
  source: 'scan',
  policy: { name: 'policy.yaml', rules: world().policy.rules },
})

const outcome = (findings: readonly Finding[]): 'passed' | 'failed' | 'suppressed' | 'unknown' => {
  if (findings.some(({ status, workflow }) => status === 'FAILED' && workflow === 'NEW')) return 'failed'
  if (findings.some(({ status, workflow }) => status === 'UNKNOWN' && workflow === 'NEW')) return 'unknown'
  return findings.length > 0 ? 'suppressed' : 'passed'
}

type Fleet = { readonly findings: readonly Finding[]; readonly foot: ReportFoot }

/** So many findings, of as many instances as it takes. */
export const aFleet = (wanted: number): Fleet => {
  const random = randomFrom(6)
  const judging = world()
  const findings: Finding[] = []
  const coverage = new Map<string, Coverage & { seen: number }>()
  while (findings.length < wanted) {
    const place = { accountId: pick(ACCOUNTS, random), region: pick(REGIONS, random) }
    const instance = anInstance(random)
    const event = { id: `scan-${place.region}`, name: 'DescribeInstances', time: NOW.toISOString() }
    const subject = createInstanceSubject({ ...place, event }, instance)
    const found = evaluate({ subject, event, actor: readActorFromTags(instance.tags) }, judging)
    findings.push(...found.slice(0, wanted - findings.length))
    const key = `${place.accountId}/${place.region}`
    const one = coverage.get(key) ?? { ...place, ...NO_COUNTS, covered: true }
    const terminated = one.terminated + (random() < 0.02 ? 1 : 0)
    const how = outcome(found)
    coverage.set(key, { ...one, terminated, seen: one.seen + 1, [how]: one[how] + 1 })
  }
  const denied: Coverage = {
    accountId: '210987654321',
    region: 'me-central-1',
    ...NO_COUNTS,
    covered: false,
    why: 'the permission ec2:DescribeInstances is missing',
    missingPermission: 'ec2:DescribeInstances',
  }
  return { findings, foot: { coverage: [...coverage.values(), denied] } }
}

const aHistory = (random: () => number): readonly HistoryDay[] => {
  let open = 140
  return Array.from({ length: 60 }, (_, index) => {
    const found = index === 0 ? 0 : Math.floor(random() * 9)
    const closed = index === 0 ? 0 : Math.min(open + found, Math.floor(random() * 11))
    open += found - closed
    const day = new Date(NOW.getTime() - (59 - index) * 86_400_000).toISOString().slice(0, 10)
    return { day, found, closed, open }
  })
}
