import type { Actor, Subject } from '../facts/facts.ts'
import { findFactWriter, findTagWriter, type Writer } from '../facts/writers.ts'
import { matchesPattern } from '../text/wildcard.ts'
import { MATCH_KEYS } from './match-keys.ts'
import type { Exemption, Match, Policy } from './policy.ts'

const DAY_MS = 86_400_000

/** `undecided`: all that is known matches, but a fact that the match names is not known. Never suppress it, never act on it. */
export type ExemptionAnswer =
  | { readonly kind: 'exempt'; readonly exemption: Exemption; readonly writtenBy?: WrittenBy }
  | { readonly kind: 'undecided'; readonly exemption: Exemption }
  | { readonly kind: 'none' }

export type ExemptionQuestion = {
  readonly rule: string
  readonly subject: Subject
  readonly actor?: Actor
  /** The names of the resource in a file, if it is one. */
  readonly addresses?: readonly string[] | undefined
}

/**
 * The keys of a match that others than AWS can write, and who can. `creator`: AWS writes the fact, and it is the name
 * of a group, stack or cluster, which its creator chooses. `author`: whoever made or changed a launch template or a group.
 */
export type WrittenBy = Readonly<Partial<Record<keyof Match, Exclude<Writer, 'aws'> | 'creator' | 'author'>>>

const TEXT_KEYS = ['accountId', 'region', 'instanceId', 'imageId', 'instanceType', 'autoScalingGroup'] as const

// Of AWS's own tags those with a name in them: `aws:autoscaling:groupName`, `aws:cloudformation:stack-name`.
const IS_NAME = /name$/i

const writerOfTags = (keys: readonly string[]): 'tagger' | 'creator' | undefined => {
  if (keys.some(key => findTagWriter(key) !== 'aws')) return 'tagger'
  return keys.some(key => IS_NAME.test(key)) ? 'creator' : undefined
}

/** The keys of a match that a launcher, a tagger, or a creator could bring about. Undefined if there are none. */
const isWrittenByOthers = (match: Match, { kind }: Subject): WrittenBy | undefined => {
  const chosenBy = findFactWriter(kind, 'instanceType') === 'author' ? 'author' : 'launcher'
  const keys: { -readonly [Key in keyof WrittenBy]: WrittenBy[Key] } = {}
  for (const key of [...TEXT_KEYS, 'address'] as const) {
    const { writer, claimedBy } = MATCH_KEYS[key]
    if (match[key] === undefined) continue
    if (writer !== 'aws') keys[key] = writer === 'launcher' ? chosenBy : writer
    else if (claimedBy === 'names') keys[key] = 'creator'
  }
  const tags = writerOfTags(Object.keys(match.tags ?? {}))
  if (tags !== undefined) keys.tags = tags
  return Object.keys(keys).length === 0 ? undefined : keys
}

const exemptBy = (exemption: Exemption, subject: Subject): ExemptionAnswer => {
  const writtenBy = isWrittenByOthers(exemption.match, subject)
  return { kind: 'exempt', exemption, ...(writtenBy !== undefined && { writtenBy }) }
}

/** The values for a match. `unknown`: it may have one; `none`: there is none, so that no pattern matches. */
type Fact = { readonly value: string } | 'unknown' | 'none'
type Answer = 'yes' | 'no' | 'unknown'
type Candidate = {
  readonly accountId: Fact
  readonly region: Fact
  readonly instanceId: Fact
  readonly imageId: Fact
  readonly instanceType: Fact
  readonly autoScalingGroup: Fact
  readonly tags: Readonly<Record<string, string>> | 'unknown'
  readonly addresses: readonly string[]
}

const toFact = (value: string | undefined): Fact => (value === undefined ? 'unknown' : { value })

const GROUP_TAG = 'aws:autoscaling:groupName'
// An Auto Scaling group of mixed types launches through EC2 Fleet.
const LAUNCHERS_FOR_GROUPS = ['autoscaling.amazonaws.com', 'ec2fleet.amazonaws.com']

// Other groups may launch by a launch template, too: it is none's.
const groupOfTemplate = ({ resource, group }: Extract<Subject, { kind: 'template' }>): Fact =>
  resource.type === 'AwsAutoScalingAutoScalingGroup' ? toFact(group) : 'none'

// Auto Scaling tags every member with its group and nobody else may write `aws:` tags (AWS: Tag restrictions), so known
// tags without that one mean "in no group", unless the launch may have been for a group.
const groupOf = ({ subject, actor }: ExemptionQuestion): Fact => {
  if (subject.kind === 'image') return 'none'
  if (subject.kind === 'template') return groupOfTemplate(subject)
  const tags = subject.kind === 'instance' ? subject.instance.tags : undefined
  const group = actor?.autoScalingGroup ?? tags?.[GROUP_TAG]
  if (group !== undefined) return { value: group }
  const forGroup = actor?.via !== undefined && LAUNCHERS_FOR_GROUPS.includes(actor.via)
  return tags === undefined || forGroup ? 'unknown' : 'none'
}

const createCandidate = (question: ExemptionQuestion): Candidate => {
  const { subject, addresses = [] } = question
  const place = { accountId: toFact(subject.resource.accountId), region: toFact(subject.resource.region) }
  const group = { autoScalingGroup: groupOf(question), addresses }
  if (subject.kind === 'instance') {
    const { instanceId, imageId, instanceType, tags } = subject.instance
    return {
      ...place,
      ...group,
      instanceId: toFact(instanceId),
      imageId: toFact(imageId),
      instanceType: toFact(instanceType),
      tags: tags ?? 'unknown',
    }
  }
  const imageId = toFact(subject.image.imageId)
  const instanceType = subject.kind === 'image' ? 'none' : toFact(subject.instanceType)
  const { type, id } = subject.resource
  const instanceId = type === 'AwsEc2Instance' ? toFact(id) : 'none'
  return { ...place, ...group, imageId, instanceType, instanceId, tags: 'unknown' }
}

const matchText = (pattern: string, value: Fact): Answer => {
  if (value === 'unknown') return 'unknown'
  return value !== 'none' && matchesPattern(pattern, value.value) ? 'yes' : 'no'
}

// Own properties only: a key like `constructor` must not find the property that every object inherits.
const matchTag = (key: string, pattern: string, tags: Candidate['tags']): Answer => {
  if (tags === 'unknown') return 'unknown'
  return Object.hasOwn(tags, key) ? matchText(pattern, toFact(tags[key])) : 'no'
}

const matchAddress = ({ address }: Match, { addresses }: Candidate): readonly Answer[] => {
  if (address === undefined) return []
  return [addresses.some(one => matchesPattern(address, one)) ? 'yes' : 'no']
}

const matchAll = (match: Match, candidate: Candidate): Answer[] => [
  ...TEXT_KEYS.flatMap(key => {
    const pattern = match[key]
    return pattern === undefined ? [] : [matchText(pattern, candidate[key])]
  }),
  ...matchAddress(match, candidate),
  ...Object.entries(match.tags ?? {}).map(([key, pattern]) => matchTag(key, pattern, candidate.tags)),
]

// A match without a key loads from no policy file; should one get here, it matches nothing.
const combineAnswers = (match: Match, candidate: Candidate): Answer => {
  const answers = matchAll(match, candidate)
  if (answers.length === 0 || answers.includes('no')) return 'no'
  return answers.includes('unknown') ? 'unknown' : 'yes'
}

const NONE: ExemptionAnswer = { kind: 'none' }

// Compared as numbers, so that an unreadable date or clock makes it expired.
const isInForce = ({ expires }: Exemption, now: Date): boolean =>
  now.getTime() < Date.parse(`${expires}T00:00:00Z`) + DAY_MS

/**
 * The first exemption that covers a rule's finding on a subject at `now`, else the first that may (a fact is not known),
 * else none. An exemption counts until the end of its `expires` day in UTC.
 */
export const findExemption = (
  question: ExemptionQuestion,
  exemptions: readonly Exemption[],
  now: Date,
): ExemptionAnswer => {
  const applying = exemptions.filter(
    exemption => (exemption.rule === '*' || exemption.rule === question.rule) && isInForce(exemption, now),
  )
  // The usual case, for every finding of every launch.
  if (applying.length === 0) return NONE
  const candidate = createCandidate(question)
  const answered = applying.map(exemption => ({ exemption, answer: combineAnswers(exemption.match, candidate) }))
  const exempt = answered.find(({ answer }) => answer === 'yes')
  if (exempt !== undefined) return exemptBy(exempt.exemption, question.subject)
  const undecided = answered.find(({ answer }) => answer === 'unknown')
  return undecided === undefined ? NONE : { kind: 'undecided', exemption: undecided.exemption }
}

/** The exemptions that no longer count at `now`: to warn about, not an error. */
export const listExpiredExemptions = (policy: Policy, now: Date): readonly Exemption[] =>
  policy.exemptions.filter(exemption => !isInForce(exemption, now))
