import { buildFindings, type Evaluation, evaluateRules, type World } from '../../engine/evaluate.ts'
import type { Finding } from '../../engine/finding.ts'
import type { CompatibilityReason, Resource, Subject } from '../../facts/facts.ts'
import { COMPATIBILITY_REASONS } from '../../facts/facts.ts'
import { createMisfitVerdict } from '../../fleet/launch-plans.ts'
import { findRules } from '../../organization/find-rules.ts'
import { incompatibleLaunch } from '../../rules/incompatible-launch.ts'
import { createUnknown, type MissingFact, PASSED, type Verdict } from '../../rules/rule.ts'
import { describeReasons } from '../../wording/reasons.ts'
import type { Declaration, DeclaredImage, DeclaredPair, FactSources, OpenSide } from '../model/declaration.ts'
import type { LintFinding } from '../model/lint-finding.ts'
import { applyExemptions, findEnded, listAddresses } from './exemptions.ts'
import { evaluatePairFit, evaluatePairRules, type PairVerdict } from './pair-verdict.ts'

type Context = { readonly world: World; readonly file: string; readonly all: boolean }

type Answer = {
  readonly evaluation: Evaluation
  readonly subject: Subject
  readonly image: DeclaredImage
  /** How to learn the facts that are open. */
  readonly hints: readonly string[]
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]

const uniqueMissing = (missing: readonly MissingFact[]): readonly MissingFact[] => [
  ...new Map(missing.map(one => [`${one.of} ${one.fact}`, one])).values(),
]

const MOST_MESSAGES = 8

/** A pool of Karpenter may admit hundreds of types. */
const joinMessages = (messages: readonly string[]): string => {
  const more = messages.length - MOST_MESSAGES
  return [
    ...messages.slice(0, MOST_MESSAGES),
    ...(more > 0 ? [`The same goes for ${more} more of its types.`] : []),
  ].join(' ')
}

/** One verdict of those on all pairs: one that fails is a failure, and one that is not known is no pass. */
const combineVerdicts = (verdicts: readonly Verdict[]): Verdict => {
  const failed = verdicts.filter(verdict => verdict.status === 'FAILED')
  const [first] = failed
  if (first !== undefined)
    return {
      ...first,
      reasons: unique(failed.flatMap(({ reasons }) => reasons)),
      message: joinMessages(unique(failed.map(({ message }) => message))),
    }
  const missing = uniqueMissing(verdicts.flatMap(verdict => (verdict.status === 'UNKNOWN' ? verdict.missing : [])))
  return missing.length === 0 ? PASSED : createUnknown(...missing)
}

const findSide = ({ of, fact }: MissingFact): 'image' | 'type' =>
  of === 'type' || fact === 'instanceType' ? 'type' : 'image'

const MOST_NAMED = 3

/** The hints of sides that are open, each once, with the images that it is about. */
const renderHints = (open: readonly OpenSide[]): readonly string[] => {
  const images = new Map<string, Set<string>>()
  for (const { hint, imageId } of open) {
    const named = images.get(hint) ?? new Set()
    images.set(hint, imageId === undefined ? named : named.add(imageId))
  }
  return [...images].map(([hint, named]) => {
    const [first, ...others] = named
    if (first === undefined || others.length === 0) return hint.replaceAll('IMAGE', first ?? 'IMAGE')
    const more = named.size - MOST_NAMED
    const listed = [...named].slice(0, MOST_NAMED).join(', ')
    return `${hint} IMAGE is each of ${listed}${more > 0 ? ` and ${more} more` : ''}.`
  })
}

const listHints = (answers: readonly PairVerdict[]): readonly string[] =>
  renderHints(
    answers.flatMap(({ pair, verdict }) => {
      const sides = verdict.status === 'UNKNOWN' ? verdict.missing.map(findSide) : []
      return pair.open.filter(({ side }) => sides.includes(side))
    }),
  )

const RANKS: Readonly<Record<Verdict['status'], number>> = { FAILED: 0, UNKNOWN: 1, PASSED: 2 }

/** The pair that the finding has the facts of: one that fails, else one that is open. */
const chooseAnswer = <T extends PairVerdict>(answers: readonly [T, ...T[]]): T =>
  answers.reduce((chosen, one) => (RANKS[one.verdict.status] < RANKS[chosen.verdict.status] ? one : chosen))

const describeLaunch = (address: string, pairs: readonly DeclaredPair[]): string => {
  const from = pairs.find(({ resizedFrom }) => resizedFrom !== undefined)?.resizedFrom
  return from === undefined ? address : `The resize of ${address} from ${from}, which is planned in place,`
}

const createLaunchSubject = (
  resource: Resource,
  { image, instanceType }: DeclaredPair,
  reason: CompatibilityReason | undefined,
): Subject => ({
  kind: 'refused-launch',
  resource,
  refusal: { ...(reason !== undefined && { reason }), message: '' },
  image: image.facts,
  ...(instanceType !== undefined && { instanceType }),
})

type Launch = Extract<Declaration, { kind: 'launch' }>

/** Whether each pair fits, as one answer of the rule about launches that EC2 refuses. */
const answerFit = ({ place, pairs }: Launch, resource: Resource, world: World): readonly Answer[] => {
  const policy = findRules(world.policy, resource)[incompatibleLaunch.id]
  if (policy === undefined || policy.mode === 'off') return []
  const evaluated = pairs.map(pair => ({ pair, fit: evaluatePairFit(pair, world) }))
  const misfits = evaluated.flatMap(({ fit }) => ('misfit' in fit ? [fit.misfit] : []))
  const answers = evaluated.map(({ pair, fit }) => {
    const verdict: Verdict =
      'misfit' in fit ? { status: 'FAILED', reasons: fit.misfit.reasons, message: '' } : fit.verdict
    const reason = 'misfit' in fit ? COMPATIBILITY_REASONS.find(one => fit.misfit.reasons.includes(one)) : undefined
    return { pair, verdict, subject: createLaunchSubject(resource, pair, reason) }
  })
  const [first, ...others] = answers
  if (first === undefined) return []
  const launching = {
    what: describeLaunch(place.address, pairs),
    toFix:
      place.line === undefined ? `${place.address} in the configuration` : `${place.address} on line ${place.line}`,
    usedBy: [],
  }
  const verdict =
    misfits.length > 0
      ? createMisfitVerdict(launching, misfits, world)
      : combineVerdicts(answers.map(({ verdict }) => verdict))
  const { subject, pair } = chooseAnswer([first, ...others])
  const evaluation = { rule: incompatibleLaunch, policy, verdict }
  return [{ evaluation, subject, image: pair.image, hints: listHints(answers) }]
}

/** The answers of the rules about instances, one for each rule. */
const answerRules = ({ pairs }: Launch, resource: Resource, world: World): readonly Answer[] => {
  const all = pairs.flatMap(pair => evaluatePairRules(resource, pair, world))
  return unique(all.map(({ rule }) => rule.id)).flatMap(id => {
    const [first, ...others] = all.filter(({ rule }) => rule.id === id)
    if (first === undefined) return []
    const answers = [first, ...others] as const
    const { subject, pair, rule, policy } = chooseAnswer(answers)
    const verdict = combineVerdicts(answers.map(one => one.verdict))
    return [{ evaluation: { rule, policy, verdict }, subject, image: pair.image, hints: listHints(answers) }]
  })
}

const answerImage = (image: DeclaredImage, resource: Resource, world: World): readonly Answer[] => {
  const subject: Subject = { kind: 'image', resource, image: image.facts }
  return evaluateRules(subject, world).map(evaluation => ({ evaluation, subject, image, hints: [] }))
}

const selectSources = ({ sources }: DeclaredImage, facts: Finding['facts']): FactSources =>
  Object.fromEntries(Object.entries(sources).filter(([name]) => Object.hasOwn(facts, name)))

/** Nothing runs yet, so that there is nothing to stop, whatever the mode of the rule. */
const replaceAction = (action: Finding['action']): Finding['action'] =>
  action.code === 'EXEMPT' || action.code === 'NOTHING_TO_DO'
    ? action
    : { type: 'alert', decision: 'alert-only', ...describeReasons({ code: 'NOT_AN_INSTANCE' }) }

const toLintFinding = (
  { actor, event, resource, ...finding }: Finding,
  { place, accountId, region }: Declaration,
  { image, hints, file }: Pick<Answer, 'image' | 'hints'> & { readonly file: string },
): LintFinding => ({
  ...finding,
  id: `${finding.rule}/${file}/${place.address}`,
  message: [finding.message, ...hints].join(' '),
  resource: {
    type: resource.type,
    id: resource.id,
    ...(accountId !== undefined && { accountId }),
    ...(region !== undefined && { region }),
    ...(resource.accountName !== undefined && { accountName: resource.accountName }),
  },
  action: replaceAction(finding.action),
  place: { file, ...place },
  factSources: selectSources(image, finding.facts),
})

const createResource = ({ place, resourceType, accountId = '', region = '' }: Declaration): Resource => ({
  type: resourceType,
  id: place.address,
  arn: '',
  accountId,
  region,
})

/** The findings of a declaration: one for each rule that fails or cannot be decided, and with `all` for each rule. */
export const evaluateDeclaration = (
  declaration: Declaration,
  { world, file, all }: Context,
): readonly LintFinding[] => {
  const resource = createResource(declaration)
  const answers =
    declaration.kind === 'image'
      ? answerImage(declaration.image, resource, world)
      : [...answerFit(declaration, resource, world), ...answerRules(declaration, resource, world)]
  const event = { id: '', name: 'lint', time: '' }
  const findings = answers.flatMap(({ evaluation, subject, image, hints }) =>
    buildFindings({ subject, event, actor: {}, addresses: listAddresses(declaration) }, world, {
      evaluations: [evaluation],
      all,
    }).map(finding => toLintFinding(finding, declaration, { image, hints, file })),
  )
  const answered = answers.map(({ evaluation, subject }) => ({ rule: evaluation.rule.id, subject }))
  return [
    ...applyExemptions(findings, declaration, { world, file }),
    ...findEnded(answered, declaration, { world, file }),
  ]
}
