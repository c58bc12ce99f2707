import { getMessageId } from '../ledger/claimant.ts'
import { buildPromising, HELD_BACK, NOT_ENFORCED, OVER_BUDGET } from '../ledger/promising.ts'
import type { Past, State } from '../ledger/row.ts'
import { findRules } from '../organization/find-rules.ts'
import type { Policy } from '../policy/policy.ts'
import type { Decision } from '../reasons/action.ts'
import { type Code, getReasonOr, type Reason } from '../reasons/reason.ts'
import { formatDuration } from '../wording/duration.ts'
import { describeCommonReason } from '../wording/reasons.ts'
import { type Alert, type AlertedFinding, buildAlerts, type Claimant, type Digest, type Source } from './alert.ts'

/** A finding whose promised stop has ended, one way or another. */
export type EndedFinding = AlertedFinding & { readonly outcome: Past }

// A stop that failed was decided all the same. An outcome that needs no stop is only alerted.
const DECIDED: Readonly<Partial<Record<State, Decision>>> = { STOPPED: 'stop', FAILED: 'stop', REFUSED: 'refuse' }

/** A finding whose stop has ended, with that as its decision. */
export const applyOutcome = (finding: EndedFinding): EndedFinding => {
  const { state, at: _at, why: reason, ...because } = finding.outcome
  return {
    ...finding,
    action: { type: 'stop', decision: DECIDED[state] ?? 'alert-only', reason, ...getReasonOr(because) },
  }
}

/**
 * The alert of the outcome of a promised stop, of one instance and all of its rules. `source` is that of the launch, as
 * in the first alert. The id is the same whenever the same outcome is published again.
 */
export const buildOutcomeAlerts = (
  source: Source,
  findings: readonly EndedFinding[],
  claimant: Claimant,
): readonly Alert[] => {
  const [first] = findings
  if (first === undefined) return []
  const { accountId, region } = source
  const id = `${accountId}/${region}/${first.resource.id}/${first.outcome.state}/${first.outcome.at}`
  return buildAlerts({ kind: 'outcome', id, source }, findings.map(applyOutcome), claimant)
}

/** The policy and switch in force when a digest is made: they decide how stops are resumed. */
export type Standing = {
  readonly policy: Policy
  readonly stops: 'on' | 'off'
  /** The accounts whose own switch is off. */
  readonly disabledAccounts?: readonly string[]
}

// More would be a list again, and the message has a limit.
const REASONS_TOLD = 10

/** Of one kind: the reasons of a code, or the words of one that has none. */
type Kind = { readonly code?: Code; readonly words: string; readonly reasons: Reason[]; readonly ids: Set<string> }

const listKinds = (findings: readonly EndedFinding[]): readonly Kind[] => {
  const kinds = new Map<string, Kind>()
  for (const { outcome, resource } of findings) {
    const { state: _state, at: _at, why: words, ...because } = outcome
    const key = because.code ?? words
    const kind = kinds.get(key) ?? {
      ...(because.code !== undefined && { code: because.code }),
      words,
      reasons: [],
      ids: new Set(),
    }
    if (because.code !== undefined) kind.reasons.push(because)
    kind.ids.add(resource.id)
    kinds.set(key, kind)
  }
  return [...kinds.values()]
}

/** One for each code: details such as a time differ from instance to instance. */
const groupReasons = (findings: readonly EndedFinding[]): Digest['reasons'] => {
  const reasons = listKinds(findings).map(({ code, words, reasons: [first, ...others], ids }) => ({
    ...(code !== undefined && { code }),
    why: first === undefined ? words : describeCommonReason([first, ...others]),
    resources: ids.size,
  }))
  const sorted = reasons.toSorted((a, b) => b.resources - a.resources)
  const rest = sorted.slice(REASONS_TOLD).reduce((sum, { resources }) => sum + resources, 0)
  return [...sorted.slice(0, REASONS_TOLD), ...(rest > 0 ? [{ why: 'other reasons', resources: rest }] : [])]
}

const AGAIN: readonly (readonly [readonly Code[], string])[] = [
  [
    OVER_BUDGET,
    'Stops that the budget had no room for are scheduled again: an alert within minutes names each instance with its new time.',
  ],
  [
    HELD_BACK,
    'Stops that were refused while stops were disabled, or while the policy was not valid, are scheduled again: the first sweep after that alerts each instance with its new time.',
  ],
  [
    NOT_ENFORCED,
    'Stops that were refused because the rule does not enforce are scheduled again: the first sweep after it enforces alerts each instance with its new time.',
  ],
]

/** Why stops were left that are scheduled again by themselves. A budget of 0 has room for none. */
const listAgain = (policy: Policy): readonly Code[] => {
  const { refused } = buildPromising(policy)
  return policy.stop.budget.stops > 0 ? refused : []
}

const isAgain = ({ outcome: { code } }: EndedFinding, again: readonly Code[]): boolean =>
  code !== undefined && again.includes(code)

/** What happens without you to instances that were left running. */
const describeAgain = (findings: readonly EndedFinding[], policy: Policy): readonly string[] => {
  const left = findings.filter(finding => isAgain(finding, listAgain(policy)))
  return AGAIN.flatMap(([codes, words]) => (left.some(finding => isAgain(finding, codes)) ? [words] : []))
}

const countAgain = (findings: readonly EndedFinding[], policy: Policy): Pick<Digest, 'again'> => {
  const again = listAgain(policy)
  const count = findings.filter(finding => isAgain(finding, again)).length
  return count === 0 ? {} : { again: count === findings.length ? 'all' : 'some' }
}

const ROLES =
  'Deploy spoke-roles.json into the account again, and see that its role virtguard-stop trusts this hub. Stops are promised there again once the role could be used.'

const resumeOf = (findings: readonly EndedFinding[], standing: Standing): Digest['resume'] => {
  const { policy, stops, disabledAccounts = [] } = standing
  const accounts = [...new Set(findings.map(({ resource }) => resource.accountId))]
  const offThere = accounts
    .filter(account => disabledAccounts.includes(account))
    .map(
      account =>
        `Stops are switched off in account ${account}. \`virtguard stops on --account ${account} --why "WHY"\` switches them on again.`,
    )
  const left = findings.filter(({ rule, resource }) => findRules(policy, resource)[rule]?.mode !== 'enforce')
  const observing = [...new Set(left.map(({ rule }) => rule))]
  const { stops: count, perSeconds } = policy.stop.budget
  const off = 'Stops are switched off in this stack. `virtguard stops on --why "WHY"` switches them on again.'
  const budget =
    count === 0
      ? 'The budget of the policy in force is 0 stops: raise stop.budget and apply the policy.'
      : `The budget of the policy in force is ${count} stops in ${formatDuration(perSeconds)} for each account in this stack. It refills by itself. To allow more stops, raise stop.budget and apply the policy.`
  const all = policy.stop.organization
  return [
    ...(stops === 'off' ? [off] : []),
    ...offThere,
    ...(findings.some(({ outcome }) => outcome.code === 'STOP_ROLE_REFUSED') ? [ROLES] : []),
    budget,
    ...(all === undefined
      ? []
      : [`All accounts together have ${all.stops} stops in ${formatDuration(all.perSeconds)} (stop.organization).`]),
    ...describeAgain(findings, policy),
    ...(observing.length > 0
      ? [
          `The policy in force does not enforce ${observing.join(', ')}. To have virtguard stop for them again, set the mode to enforce and apply the policy.`,
        ]
      : []),
  ]
}

const groupByAccountRegion = (findings: readonly EndedFinding[]): readonly (readonly EndedFinding[])[] => {
  const places = new Map<string, EndedFinding[]>()
  for (const finding of findings) {
    const place = `${finding.resource.accountId} ${finding.resource.region}`
    const there = places.get(place)
    if (there === undefined) places.set(place, [finding])
    else there.push(finding)
  }
  return [...places.values()]
}

/**
 * The stops that were due and were refused because of the policy, its budget or its switch, in one alert for each
 * account and region. `standing` is the policy and switch in force. The id is the same when the same message publishes
 * it again.
 */
export const buildDigestAlerts = (
  findings: readonly EndedFinding[],
  standing: Standing,
  claimant: Claimant,
): readonly Alert[] =>
  groupByAccountRegion(findings).flatMap(there => {
    const [first] = there
    if (first === undefined) return []
    const { accountId, region } = first.resource
    const id = getMessageId(claimant.claimant)
    const event = { id, name: 'StopsHeldBack', time: claimant.now.toISOString() }
    const source: Source = { accountId, region, launchId: `digest-${id}`, event, actor: {} }
    const digest: Digest = {
      reasons: groupReasons(there),
      resume: resumeOf(there, standing),
      ...countAgain(there, standing.policy),
    }
    return buildAlerts(
      { kind: 'digest', id: `${accountId}/${region}/digest/${id}`, source, digest },
      there.map(applyOutcome),
      claimant,
    )
  })
