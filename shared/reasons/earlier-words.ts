/**
 * Reasons of rows, findings and alerts that a version without codes wrote, from the words that it had for them. Rows are
 * kept for 90 days: this can go once no version before 0.2 has run for so long. Nothing else reads words.
 */
import type { Action } from './action.ts'
import { type NoReason, type OwnedArgs, type Owner, type Reason, reasonOr } from './reason.ts'

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

const ownedArgs = ({ group, owner = '', template }: Groups): OwnedArgs => {
  const known = Object.hasOwn(OWNERS, owner) ? OWNERS[owner] : undefined
  const of: OwnedArgs =
    group !== undefined
      ? { owner: 'AUTO_SCALING_GROUP', name: group }
      : known === undefined
        ? { owner: 'AWS_SERVICE', name: owner }
        : { owner: known }
  return template === undefined ? of : { ...of, launchTemplate: template }
}

const graceOf = ({ count = '0', unit }: Groups) => ({ graceSeconds: Number(count) * (unit === 'min' ? 60 : 1) })

const SECONDS: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, min: 60, s: 1 }

const budgetOf = ({ stops, per = '', until }: Groups): Reason => {
  const parts = [...per.matchAll(/(\d+) (d|h|min|s)/g)]
  const perSeconds = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (SECONDS[unit] ?? 0), 0)
  return { code: 'BUDGET_SPENT', args: { stops: Number(stops), perSeconds, ...(until !== undefined && { until }) } }
}

const errorOf = ({ error = '', message = '' }: Groups) => ({ error, message })

const GRACE = String.raw`(?:at once|after (?<count>\d+) (?<unit>min|s))$`
const ANSWER = String.raw`(?<error>[\w.]+): (?<message>.*)$`

const words = (start: string, rest = ''): RegExp => new RegExp(`^${start}${rest}`, 's')

const SHAPES: readonly (readonly [RegExp, Reason | ((groups: Groups) => Reason)])[] = [
  [words('nothing to do$'), { code: 'NOTHING_TO_DO' }],
  [words('exempt by the policy$|exempt: '), { code: 'EXEMPT' }],
  [words('there is no instance to stop$'), { code: 'NOT_AN_INSTANCE' }],
  [words('no instance is known$'), { code: 'INSTANCE_UNKNOWN' }],
  [words('the verdict is UNKNOWN$'), { code: 'VERDICT_UNKNOWN' }],
  [words('an exemption may cover it, '), { code: 'EXEMPTION_UNDECIDED' }],
  [
    words(
      'it belongs to (?:the Auto Scaling group (?<group>.+)|(?<owner>.+)), which would replace it: ',
      'fix (?:the template|its launch template (?<template>.+))$',
    ),
    groups => ({ code: 'OWNED', args: ownedArgs(groups) }),
  ],
  [words('its root is on instance store: '), { code: 'INSTANCE_STORE_ROOT' }],
  [words('the type of its root device is not known$'), { code: 'ROOT_DEVICE_UNKNOWN' }],
  [words('its root is not on EBS$'), { code: 'ROOT_DEVICE_NOT_EBS' }],
  [words('whether it is a Spot instance is not known$'), { code: 'LIFECYCLE_UNKNOWN' }],
  [words('it is protected against stopping, '), { code: 'STOP_PROTECTED' }],
  [words('it is a Spot instance of a one-time request: '), { code: 'SPOT_ONE_TIME' }],
  [words('it is a Spot instance, and whether '), { code: 'SPOT_REQUEST_UNKNOWN' }],
  [words('the rule observes; .* ', GRACE), groups => ({ code: 'RULE_OBSERVES', args: graceOf(groups) })],
  [words('the rule is on enforce; .* ', GRACE), groups => ({ code: 'NOT_DEPLOYED', args: graceOf(groups) })],
  [words('the stack was deployed without the function that stops: '), { code: 'STOPS_NOT_DEPLOYED' }],
  [words('stops are switched off; .* ', GRACE), groups => ({ code: 'STOPS_DISABLED', args: graceOf(groups) })],
  [
    words('the rule is on enforce: it will be stopped at (?<at>.+)$'),
    ({ at = '' }) => ({ code: 'STOP_SCHEDULED', args: { at } }),
  ],
  [words('a sweep found it, '), { code: 'FOUND_BY_SWEEP' }],
  [words('SNS has taken the alert$'), { code: 'ALERTED' }],
  [
    words('SNS has taken the alert; to be stopped at (?<at>.+)$'),
    ({ at = '' }) => ({ code: 'ALERTED', args: { stopAt: at } }),
  ],
  [words('virtguard stopped it$'), { code: 'STOPPED_BY_VIRTGUARD' }],
  [
    words('it had stopped, and was started again at (?<at>.+)$'),
    ({ at = '' }) => ({ code: 'STOPPED_AND_RECURRED', args: { launchTime: at } }),
  ],
  [words('it was up again later, so it had stopped$'), { code: 'STOPPED_AND_RECURRED' }],
  [words('the rule is off now$'), { code: 'RULE_OFF' }],
  [words('it was fixed: '), { code: 'RULE_PASSES' }],
  [
    words(String.raw`it is exempt now: (?<reason>.*) \((?<by>.*)\)$`),
    ({ reason = '', by = '' }) => ({ code: 'EXEMPT', args: { reason, owner: by } }),
  ],
  [
    words('the verdict is UNKNOWN now: (?<missing>.*) not known$'),
    ({ missing = '' }) => ({ code: 'VERDICT_UNKNOWN', args: { missing: missing.split(', ') } }),
  ],
  [
    words(
      String.raw`the stop budget is spent: (?<stops>\d+) stops in (?<per>[^;]+)(?:; the next is free at (?<until>.+))?$`,
    ),
    budgetOf,
  ],
  [words('the policy that was applied is not valid; '), { code: 'POLICY_INVALID' }],
  [words('it is gone: the image is '), { code: 'IMAGE_DELETED' }],
  [words('it is gone(?:: |$)'), { code: 'DELETED' }],
  [words('it is terminated$'), { code: 'TERMINATED' }],
  [
    words('it was started again at (?<at>[^,]+), after the time '),
    ({ at = '' }) => ({ code: 'STARTED_AFTER_DUE', args: { launchTime: at } }),
  ],
  [
    words(String.raw`it has not reached the state running within (?<count>\d+) minutes$`),
    ({ count }) => ({ code: 'NEVER_RUNNING', args: { minutes: Number(count) } }),
  ],
  [
    words(String.raw`it is (?<state>\w+) for another rule$`),
    ({ state = '' }) => ({ code: 'STOPPED_FOR_ANOTHER_RULE', args: { state } }),
  ],
  [
    words(String.raw`it is (?<state>\w+), and not by virtguard$`),
    ({ state = '' }) => ({ code: 'STOPPED_BY_SOMEBODY_ELSE', args: { state } }),
  ],
  [
    words(String.raw`EC2 took the stop, and (?<count>\d+) minutes later the instance is (?<state>.+)$`),
    ({ count, state = '' }) => ({ code: 'STILL_RUNNING', args: { minutes: Number(count), state } }),
  ],
  [words('EC2 refused to stop it: ', ANSWER), groups => ({ code: 'EC2_REFUSED', args: errorOf(groups) })],
  [words('virtguard may not stop it: ', ANSWER), groups => ({ code: 'NOT_AUTHORIZED', args: errorOf(groups) })],
  [
    words('virtguard may not read the instance, .+ look at: ', ANSWER),
    groups => ({ code: 'READ_NOT_AUTHORIZED', args: errorOf(groups) }),
  ],
  [words('it could not be stopped in time: ', ANSWER), groups => ({ code: 'DEADLINE_PASSED', args: errorOf(groups) })],
  [words('it could not be stopped in time: '), { code: 'DEADLINE_PASSED' }],
  [words('nothing came of its stop$'), { code: 'PROMISE_LOST' }],
]

/** The reason that was put into these words; nothing where they are nobody's. */
export const reasonInWords = (text: string): Reason | NoReason => {
  for (const [shape, reason] of SHAPES) {
    const match = shape.exec(text)
    if (match !== null) return typeof reason === 'function' ? reason(match.groups ?? {}) : reason
  }
  return {}
}

/** A finding with the code of its decision. */
export const withActionCode = <Told extends { readonly action: Action }>(finding: Told): Told => {
  const { action } = finding
  // A version without codes wrote it.
  if (action.code !== undefined) return finding
  const { type, decision, reason, at } = action
  const because = reasonOr(reasonInWords(reason))
  return { ...finding, action: { type, decision, reason, ...because, ...(at !== undefined && { at }) } }
}

type Outcome = (Reason | NoReason) & { readonly why: string }
type Told = { readonly action: Action } & { readonly outcome?: Outcome }

const withCodes = <One extends Told>(finding: One): One => {
  const { outcome } = finding
  if (outcome === undefined || outcome.code !== undefined) return withActionCode(finding)
  return { ...withActionCode(finding), outcome: { ...outcome, ...reasonInWords(outcome.why) } }
}

/** The findings of an alert, which may have waited for its channel since a version without codes, with codes. */
export const findingsWithCodes = <One extends Told>(findings: readonly One[]): readonly One[] => findings.map(withCodes)
