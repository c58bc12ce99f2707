import type { EventKind } from '../facts/event.ts'
import type { Actor, EventRef, ImageFacts, InstanceFacts, Subject } from '../facts/facts.ts'
import { exemptionFor } from '../policy/exempt.ts'
import type { Policy, RulePolicy } from '../policy/policy.ts'
import { RULES } from '../rules/registry.ts'
import type { InstanceTypes, MissingFact, Rule, Verdict } from '../rules/rule.ts'
import { decide } from './decide.ts'
import type { Finding, FindingFacts } from './finding.ts'

export type Question = {
  readonly subject: Subject
  readonly event: EventRef
  readonly actor: Actor
}

export type World = {
  readonly policy: Policy
  readonly types: InstanceTypes
  readonly now: Date
}

const SUBJECT_OF: Readonly<Record<EventKind, Subject['kind']>> = {
  launch: 'instance',
  running: 'instance',
  image: 'image',
  'refused-launch': 'refused-launch',
}

const rulesAbout = (kind: Subject['kind']): readonly Rule[] =>
  RULES.filter(rule => rule.events.some(event => SUBJECT_OF[event] === kind))

const RULES_ABOUT: Readonly<Record<Subject['kind'], readonly Rule[]>> = {
  instance: rulesAbout('instance'),
  image: rulesAbout('image'),
  'refused-launch': rulesAbout('refused-launch'),
}

export type Judgement = { readonly rule: Rule; readonly policy: RulePolicy; readonly verdict: Verdict }

/** Asks every rule that is on and concerns this kind of subject. */
export const judge = (subject: Subject, { policy, types }: Pick<World, 'policy' | 'types'>): readonly Judgement[] => {
  const judgements: Judgement[] = []
  for (const rule of RULES_ABOUT[subject.kind]) {
    const rulePolicy = policy.rules[rule.id]
    if (rulePolicy === undefined || rulePolicy.mode === 'off') continue
    judgements.push({ rule, policy: rulePolicy, verdict: rule.check(subject, types, rulePolicy.options) })
  }
  return judgements
}

/** The facts that were needed and not there, or that would say more: what is worth reading from EC2. */
export const factsWanted = (judgements: readonly Judgement[]): readonly MissingFact[] =>
  judgements.flatMap(({ verdict }) =>
    verdict.status === 'UNKNOWN' ? verdict.missing : verdict.status === 'FAILED' ? (verdict.wants ?? []) : [],
  )

const IMAGE_FACTS = [
  'imageId',
  'virtualizationType',
  'architecture',
  'rootDeviceType',
  'enaSupport',
  'bootMode',
] as const

const factsOf = (subject: Subject): FindingFacts => {
  const source: ImageFacts & Pick<InstanceFacts, 'instanceType'> =
    subject.kind === 'instance'
      ? subject.instance
      : subject.kind === 'image'
        ? subject.image
        : { ...subject.image, ...(subject.instanceType !== undefined && { instanceType: subject.instanceType }) }
  const facts: Record<string, string | boolean> = {}
  if (source.instanceType !== undefined) facts['instanceType'] = source.instanceType
  for (const name of IMAGE_FACTS) {
    const value = source[name]
    if (value !== undefined) facts[name] = value
  }
  return facts
}

const inWords = ({ of, fact }: MissingFact): string =>
  of === 'type' ? 'the facts of the instance type' : `${of} ${fact}`

type Wording = Pick<Finding, 'reasons' | 'message'> & { readonly missing?: readonly string[] }

const wordingOf = (verdict: Verdict, subject: Subject): Wording => {
  if (verdict.status === 'FAILED') return { reasons: verdict.reasons, message: verdict.message }
  if (verdict.status === 'PASSED') return { reasons: [], message: `${subject.resource.id} passes.` }
  const missing = verdict.missing.map(inWords)
  return {
    reasons: ['FACTS_MISSING'],
    missing,
    message: `Cannot say for ${subject.resource.id}: ${missing.join(', ')} not known.`,
  }
}

const findingOf = ({ subject, event, actor }: Question, { policy, now }: World, judgement: Judgement): Finding => {
  const { rule, verdict } = judgement
  const { resource } = subject
  const exempt = exemptionFor({ rule: rule.id, subject, actor }, policy.exemptions, now)
  const situation = {
    subject,
    actor,
    status: verdict.status,
    rule: judgement.policy,
    stop: policy.stop,
    exemption: exempt.kind,
  }
  return {
    schemaVersion: '1',
    id: `${rule.id}/${resource.accountId}/${resource.region}/${resource.id}`,
    rule: rule.id,
    status: verdict.status,
    severity: judgement.policy.severity,
    workflow: exempt.kind === 'exempt' ? 'SUPPRESSED' : 'NEW',
    ...wordingOf(verdict, subject),
    title: rule.title,
    remediation: rule.remediation,
    resource,
    facts: factsOf(subject),
    actor,
    event,
    action: decide(situation),
    ...(exempt.kind === 'exempt' && { exemption: accountable(exempt.exemption) }),
  }
}

const accountable = ({ reason, owner, expires }: Policy['exemptions'][number]): NonNullable<Finding['exemption']> => ({
  reason,
  owner,
  expires,
})

/** The findings of judgements that did not pass, or of all with `all`. */
export const findingsOf = (
  question: Question,
  world: World,
  { judgements, all = false }: { readonly judgements: readonly Judgement[]; readonly all?: boolean },
): readonly Finding[] => {
  const findings: Finding[] = []
  for (const judgement of judgements) {
    if (all || judgement.verdict.status !== 'PASSED') findings.push(findingOf(question, world, judgement))
  }
  return findings
}

/** Judges one subject on what is known of it: FAILED and UNKNOWN, and PASSED as well with `all`. */
export const evaluate = (
  question: Question,
  world: World,
  options: { readonly all?: boolean } = {},
): readonly Finding[] => findingsOf(question, world, { judgements: judge(question.subject, world), ...options })
