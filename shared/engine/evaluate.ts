import { CATALOGUE_DATE } from '../catalogue/catalogue.ts'
import type { InstanceTypes } from '../catalogue/instance-types.ts'
import { isNewerType } from '../catalogue/named-types.ts'
import type { EventKind } from '../facts/event.ts'
import type { Actor, EventRef, ImageFacts, Resource, Subject } from '../facts/facts.ts'
import { findRules } from '../organization/find-rules.ts'
import { type ExemptionAnswer, findExemption } from '../policy/exempt.ts'
import type { Policy, RulePolicy } from '../policy/policy.ts'
import type { Action } from '../reasons/action.ts'
import { findAdvice } from '../remediation/advice.ts'
import { RULES } from '../rules/registry.ts'
import type { MissingFact, Rule, Verdict } from '../rules/rule.ts'
import { joinList } from '../text/join-list.ts'
import { cleanName } from '../text/name.ts'
import { describeReason } from '../wording/reasons.ts'
import { type Decided, decide, type StopRight } from './decide.ts'
import type { Finding, FindingFacts } from './finding.ts'

export type Question = {
  readonly subject: Subject
  readonly event: EventRef
  readonly actor: Actor
  /** The names of the resource in a file, if it is one. */
  readonly addresses?: readonly string[] | undefined
}

export type World = {
  readonly policy: Policy
  readonly types: InstanceTypes
  readonly now: Date
  /** Whether there is a function that stops. Not known (undefined) if no stack asks, as on the command line. */
  readonly canStop?: StopRight
  /** Whether the stops of this stack are switched off. */
  readonly stopsDisabled?: boolean
}

// Stryker disable StringLiteral: every rule about instances has all the events that are about one.
const SUBJECT_OF: Readonly<Record<EventKind, Subject['kind']>> = {
  launch: 'instance',
  running: 'instance',
  start: 'instance',
  image: 'image',
  template: 'template',
  'refused-launch': 'refused-launch',
}
// Stryker restore StringLiteral

const listRulesAbout = (kind: Subject['kind']): readonly Rule[] =>
  RULES.filter(rule => rule.events.some(event => SUBJECT_OF[event] === kind))

const RULES_ABOUT: Readonly<Record<Subject['kind'], readonly Rule[]>> = {
  instance: listRulesAbout('instance'),
  image: listRulesAbout('image'),
  'refused-launch': listRulesAbout('refused-launch'),
  template: listRulesAbout('template'),
}

export type Evaluation = { readonly rule: Rule; readonly policy: RulePolicy; readonly verdict: Verdict }

/** Asks every rule that is on and concerns this kind of subject. */
export const evaluateRules = (
  subject: Subject,
  { policy, types }: Pick<World, 'policy' | 'types'>,
): readonly Evaluation[] => {
  const evaluations: Evaluation[] = []
  const rules = findRules(policy, subject.resource)
  for (const rule of RULES_ABOUT[subject.kind]) {
    const rulePolicy = rules[rule.id]
    if (rulePolicy === undefined || rulePolicy.mode === 'off') continue
    evaluations.push({ rule, policy: rulePolicy, verdict: rule.check(subject, types, rulePolicy.options) })
  }
  return evaluations
}

/** The facts worth reading from EC2: those that were needed and are missing, and those that make the message better. */
export const listWantedFacts = (evaluations: readonly Evaluation[]): readonly MissingFact[] =>
  evaluations.flatMap(({ verdict }) =>
    verdict.status === 'UNKNOWN' ? verdict.missing : verdict.status === 'FAILED' ? (verdict.wants ?? []) : [],
  )

/** The type of an instance, or of the launch that was refused. */
export const instanceTypeOf = (subject: Subject): string | undefined => {
  // Stryker disable next-line ConditionalExpression,StringLiteral: an image has no type.
  if (subject.kind === 'image') return undefined
  return subject.kind === 'instance' ? subject.instance.instanceType : subject.instanceType
}

type SelectedFacts = { -readonly [Name in keyof FindingFacts]: FindingFacts[Name] }

/** The facts that nearly no image has. An instance that runs has none of them. */
const addImageFacts = (facts: SelectedFacts, { tpmSupport = 'unset', imageState = 'available' }: ImageFacts): void => {
  if (tpmSupport !== 'unset') facts.tpmSupport = tpmSupport
  if (imageState !== 'available') facts.imageState = imageState
}

// Assigned one by one: an absent fact must be an absent key, and a spread for each costs more than the rule did.
const selectFacts = (subject: Subject): FindingFacts => {
  const instanceType = instanceTypeOf(subject)
  const source: ImageFacts = subject.kind === 'instance' ? subject.instance : subject.image
  const facts: SelectedFacts = {}
  if (instanceType !== undefined) facts.instanceType = instanceType
  if (source.imageId !== undefined) facts.imageId = source.imageId
  if (source.virtualizationType !== undefined) facts.virtualizationType = source.virtualizationType
  if (source.architecture !== undefined) facts.architecture = source.architecture
  if (source.rootDeviceType !== undefined) facts.rootDeviceType = source.rootDeviceType
  if (source.enaSupport !== undefined) facts.enaSupport = source.enaSupport
  if (source.bootMode !== undefined) facts.bootMode = source.bootMode
  if (subject.kind !== 'instance') addImageFacts(facts, subject.image)
  const imageName = cleanName(subject.kind === 'instance' ? subject.instance.imageName : subject.image.name)
  if (imageName !== undefined) facts.imageName = imageName
  return facts
}

const findName = (subject: Subject): string | undefined => {
  if (subject.kind === 'instance') return subject.instance.tags?.['Name']
  if (subject.kind === 'image') return subject.image.name
  return subject.kind === 'refused-launch' ? subject.name : undefined
}

/** The resource with the names that are known of it. Only findings have them: nothing is decided on a name. */
const addNames = (subject: Subject, { accountNames }: Policy): Resource => {
  const { resource } = subject
  const name = cleanName(findName(subject))
  const accountName = findAccountName(resource.accountId, accountNames)
  if (accountName === undefined) return name === undefined ? resource : { ...resource, name }
  return name === undefined ? { ...resource, accountName } : { ...resource, name, accountName }
}

// The id comes from an event, which may name any key.
const findAccountName = (accountId: string, names: Policy['accountNames']): string | undefined =>
  names !== undefined && Object.hasOwn(names, accountId) ? cleanName(names[accountId]) : undefined

const nameMissingFact = ({ of, fact }: MissingFact): string =>
  of === 'type' ? 'the facts of the instance type' : `${of} ${fact}`

const FACTS_IN_WORDS: Readonly<Record<string, string>> = {
  imageId: 'the id',
  virtualizationType: 'the virtualization type',
  architecture: 'the architecture',
  rootDeviceType: 'the root device type',
  bootMode: 'the boot mode',
  instanceType: 'the instance type',
  enaSupport: 'ENA support',
  imageState: 'the final state',
}

/** What a template leaves to another, and that other could not be read. */
const describeSource = (subject: Subject): string => {
  const ref = subject.kind === 'template' ? subject.from?.template : undefined
  if (ref === undefined || !('configuration' in ref)) return 'what its launch template says is'
  return subject.resource.type === 'AwsAutoScalingLaunchConfiguration'
    ? 'what it takes from an instance is'
    : 'what its launch configuration says is'
}

const describeAsked = ({ of, fact }: MissingFact, subject: Subject): string => {
  if (of === 'template') return describeSource(subject)
  const instanceType = instanceTypeOf(subject) ?? ''
  return of === 'type'
    ? `the facts of its instance type ${instanceType}`
    : `${FACTS_IN_WORDS[fact] ?? fact} of the ${of}`
}

/** Why the facts of a type may be missing, as a sentence. Empty if the catalogue has them. */
const explainMissingType = (instanceType: string): string =>
  isNewerType(instanceType)
    ? ` The type is newer than the catalogue of ${CATALOGUE_DATE}.`
    : ` The catalogue of ${CATALOGUE_DATE} has no such type.`

const adviseRead = (missing: readonly MissingFact[]): string =>
  missing.some(({ of }) => of === 'template')
    ? ' It may be deleted, or could not be read here. To see it: virtguard scan --templates.'
    : ''

const buildMessage = (verdict: Verdict, subject: Subject): string => {
  if (verdict.status === 'FAILED') return verdict.message
  if (verdict.status === 'PASSED') return `${subject.resource.id} passes.`
  const instanceType = instanceTypeOf(subject) ?? ''
  const asked = verdict.missing.map(missing => describeAsked(missing, subject))
  const why = verdict.missing.some(({ of }) => of === 'type') ? explainMissingType(instanceType) : ''
  // The id of a template that is known by its event says nothing to a reader.
  const what = subject.kind === 'template' ? subject.what : subject.resource.id
  return `Cannot say for ${what}: ${joinList(asked)} not known.${why}${adviseRead(verdict.missing)}`
}

/** What to do: no step that cannot be done to this instance, as far as its facts and its launch are known. */
const findRemediation = ({ subject, actor }: Question, { rule, verdict }: Evaluation): string => {
  if (verdict.status !== 'FAILED') return rule.remediation
  if (verdict.remediation !== undefined || subject.kind !== 'instance') return verdict.remediation ?? rule.remediation
  const { instance, resource } = subject
  return findAdvice(rule, { region: resource.region, instance, actor }) ?? rule.remediation
}

const NO_REASONS: readonly string[] = []
const FACTS_MISSING: readonly string[] = ['FACTS_MISSING']

const listReasonCodes = (verdict: Verdict): readonly string[] => {
  if (verdict.status === 'FAILED') return verdict.reasons
  return verdict.status === 'UNKNOWN' ? FACTS_MISSING : NO_REASONS
}

type Case = Question &
  Pick<World, 'policy' | 'types' | 'now'> & {
    readonly canStop: StopRight | undefined
    readonly stopsDisabled: boolean
    readonly facts: FindingFacts
    /** With the names that are known of it. */
    readonly named: Resource
  }

const buildAction = ({ type, decision, because, at }: Decided): Action => {
  const reason = describeReason(because)
  return at === undefined ? { type, decision, reason, ...because } : { type, decision, reason, ...because, at }
}

const buildFinding = (one: Case, evaluation: Evaluation): Finding => {
  const { subject, event, actor, addresses, policy, now, facts, canStop, stopsDisabled, named } = one
  const { rule, verdict } = evaluation
  const { resource } = subject
  const exempt = findExemption({ rule: rule.id, subject, actor, addresses }, policy.exemptions, now)
  const { status } = verdict
  const decided = decide({
    subject,
    actor,
    status,
    rule: evaluation.policy,
    stop: policy.stop,
    exemption: exempt.kind,
    now,
    canStop,
    stopsDisabled,
  })
  // One literal, without spreads: it is built for every finding, and has to cost less than parsing the record did.
  const finding: Finding = {
    schemaVersion: '1',
    id: `${rule.id}/${resource.accountId}/${resource.region}/${resource.id}`,
    rule: rule.id,
    status,
    severity: evaluation.policy.severity,
    workflow: exempt.kind === 'exempt' ? 'SUPPRESSED' : 'NEW',
    reasons: listReasonCodes(verdict),
    title: rule.title,
    message: buildMessage(verdict, subject),
    remediation: findRemediation(one, evaluation),
    resource: named,
    facts,
    actor,
    event,
    action: buildAction(decided),
  }
  if (status === 'UNKNOWN')
    return { ...finding, missing: verdict.missing.map(nameMissingFact), ...describeExemption(exempt) }
  // Stryker disable next-line ConditionalExpression: the same, only slower.
  return exempt.kind === 'exempt' ? { ...finding, ...describeExemption(exempt) } : finding
}

const describeExemption = (answer: ExemptionAnswer): Pick<Finding, 'exemption'> => {
  if (answer.kind !== 'exempt') return {}
  const { reason, owner, expires } = answer.exemption
  const { writtenBy } = answer
  return { exemption: { reason, owner, expires, ...(writtenBy !== undefined && { writtenBy }) } }
}

/** The findings of verdicts that did not pass, or of all with `all`. */
export const buildFindings = (
  question: Question,
  world: World,
  { evaluations, all = false }: { readonly evaluations: readonly Evaluation[]; readonly all?: boolean },
): readonly Finding[] => {
  const reported = all ? evaluations : evaluations.filter(({ verdict }) => verdict.status !== 'PASSED')
  // Stryker disable next-line ConditionalExpression: the same, only slower.
  if (reported.length === 0) return []
  const { subject, event, actor, addresses } = question
  const { policy, types, now, canStop, stopsDisabled = false } = world
  const facts = selectFacts(subject)
  const named = addNames(subject, policy)
  const one: Case = { subject, event, actor, addresses, policy, types, now, canStop, stopsDisabled, facts, named }
  return reported.map(evaluation => buildFinding(one, evaluation))
}

/** Evaluates one subject by its known facts: FAILED and UNKNOWN, and PASSED as well with `all`. */
export const evaluate = (
  question: Question,
  world: World,
  options: { readonly all?: boolean } = {},
): readonly Finding[] =>
  buildFindings(question, world, { evaluations: evaluateRules(question.subject, world), ...options })
