/**
 * Reasons of rows, findings and alerts that a version without codes wrote, from the words that it had for them. Rows are
 * kept for 90 days: this can go once no version before 0.2 has run for so long. Nothing else reads words.
 */
import type { Action } from './action.ts'
import { getReasonOr, type NoReason, type OwnedArgs, type Owner, type Reason } from './reason.ts'

type Groups = Readonly<Record<string, string | undefined>>

const OWNERS: Readonly<Record<string, Owner>> = {
  'an Auto Scaling group': 'AUTO_SCALING_GROUP',
  'an EC2 fleet': 'EC2_FLEET',
  'a Kubernetes cluster': 'KUBERNETES_CLUSTER',
  'an ECS cluster': 'ECS_CLUSTER',
  'an EMR cluster': 'EMR_CLUSTER',
  'a Batch compute environment': 'BATCH_ENVIRONMENT',
  'an Elastic Beanstalk environment': 'BEANSTALK_ENVIRONMENT',
  'an AWS service': 'AWS_SERVICE',
}

const parseOwnerArgs = ({ group, owner = '', template }: Groups): OwnedArgs => {
  const known = Object.hasOwn(OWNERS, owner) ? OWNERS[owner] : undefined
  const of: OwnedArgs =
    group !== undefined
      ? { owner: 'AUTO_SCALING_GROUP', name: group }
      : known === undefined
        ? { owner: 'AWS_SERVICE', name: owner }
        : { owner: known }
  return template === undefined ? of : { ...of, launchTemplate: template }
}

const parseGraceArgs = ({ count = '0', unit }: Groups) => ({ graceSeconds: Number(count) * (unit === 'min' ? 60 : 1) })

const SECONDS: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, min: 60, s: 1 }

const parseBudgetArgs = ({ stops, per = '', until }: Groups): Reason => {
  const parts = [...per.matchAll(/(\d+) (d|h|min|s)/g)]
  const perSeconds = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (SECONDS[unit] ?? 0), 0)
  return { code: 'BUDGET_SPENT', args: { stops: Number(stops), perSeconds, ...(until !== undefined && { until }) } }
}

const parseErrorArgs = ({ error = '', message = '' }: Groups) => ({ error, message })

const GRACE = String.raw`(?:at once|after (?<count>\d+) (?<unit>min|s))$`
const ANSWER = String.raw`(?<error>[\w.]+): (?<message>.*)$`

const splitWords = (start: string, rest = ''): RegExp => new RegExp(`^${start}${rest}`, 's')

const SHAPES: readonly (readonly [RegExp, Reason | ((groups: Groups) => Reason)])[] = [
  [splitWords('nothing to do$'), { code: 'NOTHING_TO_DO' }],
  [splitWords('exempt by the policy$|exempt: '), { code: 'EXEMPT' }],
  [splitWords('there is no instance to stop$'), { code: 'NOT_AN_INSTANCE' }],
  [splitWords('no instance is known$'), { code: 'INSTANCE_UNKNOWN' }],
  [splitWords('the verdict is UNKNOWN$'), { code: 'VERDICT_UNKNOWN' }],
  [splitWords('an exemption may cover it, '), { code: 'EXEMPTION_UNDECIDED' }],
  [
    splitWords(
      'it belongs to (?:the Auto Scaling group (?<group>.+)|(?<owner>.+)), which would replace it: ',
      'fix (?:the template|its launch template (?<template>.+))$',
    ),
    groups => ({ code: 'OWNED', args: parseOwnerArgs(groups) }),
  ],
  [splitWords('its root is on instance store: '), { code: 'INSTANCE_STORE_ROOT' }],
  [splitWords('the type of its root device is not known$'), { code: 'ROOT_DEVICE_UNKNOWN' }],
  [splitWords('its root is not on EBS$'), { code: 'ROOT_DEVICE_NOT_EBS' }],
  [splitWords('whether it is a Spot instance is not known$'), { code: 'LIFECYCLE_UNKNOWN' }],
  [splitWords('it is protected against stopping, '), { code: 'STOP_PROTECTED' }],
  [splitWords('it is a Spot instance of a one-time request: '), { code: 'SPOT_ONE_TIME' }],
  [splitWords('it is a Spot instance, and whether '), { code: 'SPOT_REQUEST_UNKNOWN' }],
  [splitWords('the rule observes; .* ', GRACE), groups => ({ code: 'RULE_OBSERVES', args: parseGraceArgs(groups) })],
  [
    splitWords('the rule is on enforce; .* ', GRACE),
    groups => ({ code: 'NOT_DEPLOYED', args: parseGraceArgs(groups) }),
  ],
  [splitWords('the stack was deployed without the function that stops: '), { code: 'STOPS_NOT_DEPLOYED' }],
  [
    splitWords('stops are switched off; .* ', GRACE),
    groups => ({ code: 'STOPS_DISABLED', args: parseGraceArgs(groups) }),
  ],
  [
    splitWords('the rule is on enforce: it will be stopped at (?<at>.+)$'),
    ({ at = '' }) => ({ code: 'STOP_SCHEDULED', args: { at } }),
  ],
  [splitWords('a sweep found it, '), { code: 'FOUND_BY_SWEEP' }],
  [splitWords('SNS has taken the alert$'), { code: 'ALERTED' }],
  [
    splitWords('SNS has taken the alert; to be stopped at (?<at>.+)$'),
    ({ at = '' }) => ({ code: 'ALERTED', args: { stopAt: at } }),
  ],
  [splitWords('virtguard stopped it$'), { code: 'STOPPED_BY_VIRTGUARD' }],
  [
    splitWords('it had stopped, and was started again at (?<at>.+)$'),
    ({ at = '' }) => ({ code: 'STOPPED_AND_RECURRED', args: { launchTime: at } }),
  ],
  [splitWords('it was up again later, so it had stopped$'), { code: 'STOPPED_AND_RECURRED' }],
  [splitWords('the rule is off now$'), { code: 'RULE_OFF' }],
  [splitWords('it was fixed: '), { code: 'RULE_PASSES' }],
  [
    splitWords(String.raw`it is exempt now: (?<reason>.*) \((?<by>.*)\)$`),
    ({ reason = '', by = '' }) => ({ code: 'EXEMPT', args: { reason, owner: by } }),
  ],
  [
    splitWords('the verdict is UNKNOWN now: (?<missing>.*) not known$'),
    ({ missing = '' }) => ({ code: 'VERDICT_UNKNOWN', args: { missing: missing.split(', ') } }),
  ],
  [
    splitWords(
      String.raw`the stop budget is spent: (?<stops>\d+) stops in (?<per>[^;]+)(?:; the next is free at (?<until>.+))?$`,
    ),
    parseBudgetArgs,
  ],
  [splitWords('the policy that was applied is not valid; '), { code: 'POLICY_INVALID' }],
  [splitWords('it is gone: the image is '), { code: 'IMAGE_DELETED' }],
  [splitWords('it is gone(?:: |$)'), { code: 'DELETED' }],
  [splitWords('it is terminated$'), { code: 'TERMINATED' }],
  [
    splitWords('it was started again at (?<at>[^,]+), after the time '),
    ({ at = '' }) => ({ code: 'STARTED_AFTER_DUE', args: { launchTime: at } }),
  ],
  [
    splitWords(String.raw`it has not reached the state running within (?<count>\d+) minutes$`),
    ({ count }) => ({ code: 'NEVER_RUNNING', args: { minutes: Number(count) } }),
  ],
  [
    splitWords(String.raw`it is (?<state>\w+) for another rule$`),
    ({ state = '' }) => ({ code: 'STOPPED_FOR_ANOTHER_RULE', args: { state } }),
  ],
  [
    splitWords(String.raw`it is (?<state>\w+), and not by virtguard$`),
    ({ state = '' }) => ({ code: 'STOPPED_BY_SOMEBODY_ELSE', args: { state } }),
  ],
  [
    splitWords(String.raw`EC2 took the stop, and (?<count>\d+) minutes later the instance is (?<state>.+)$`),
    ({ count, state = '' }) => ({ code: 'STILL_RUNNING', args: { minutes: Number(count), state } }),
  ],
  [splitWords('EC2 refused to stop it: ', ANSWER), groups => ({ code: 'EC2_REFUSED', args: parseErrorArgs(groups) })],
  [
    splitWords('virtguard may not stop it: ', ANSWER),
    groups => ({ code: 'NOT_AUTHORIZED', args: parseErrorArgs(groups) }),
  ],
  [
    splitWords('virtguard may not read the instance, .+ look at: ', ANSWER),
    groups => ({ code: 'READ_NOT_AUTHORIZED', args: parseErrorArgs(groups) }),
  ],
  [
    splitWords('it could not be stopped in time: ', ANSWER),
    groups => ({ code: 'DEADLINE_PASSED', args: parseErrorArgs(groups) }),
  ],
  [splitWords('it could not be stopped in time: '), { code: 'DEADLINE_PASSED' }],
  [splitWords('nothing came of its stop$'), { code: 'PROMISE_LOST' }],
]

/** The reason behind these words. Undefined if they are not ours. */
export const parseReasonWords = (text: string): Reason | NoReason => {
  for (const [shape, reason] of SHAPES) {
    const match = shape.exec(text)
    if (match !== null) return typeof reason === 'function' ? reason(match.groups ?? {}) : reason
  }
  return {}
}

/** A finding with the code of its decision. */
export const addActionCode = <Told extends { readonly action: Action }>(finding: Told): Told => {
  const { action } = finding
  // A version without codes wrote it.
  if (action.code !== undefined) return finding
  const { type, decision, reason, at } = action
  const because = getReasonOr(parseReasonWords(reason))
  return { ...finding, action: { type, decision, reason, ...because, ...(at !== undefined && { at }) } }
}

type Outcome = (Reason | NoReason) & { readonly why: string }
type WordedFinding = { readonly action: Action } & { readonly outcome?: Outcome }

const addCodes = <One extends WordedFinding>(finding: One): One => {
  const { outcome } = finding
  if (outcome === undefined || outcome.code !== undefined) return addActionCode(finding)
  return { ...addActionCode(finding), outcome: { ...outcome, ...parseReasonWords(outcome.why) } }
}

/** The findings of an alert with codes. The alert may have waited for its channel since a version without codes. */
export const addCodesToFindings = <One extends WordedFinding>(findings: readonly One[]): readonly One[] =>
  findings.map(addCodes)
