import {
  type ArgsByCode,
  type AwsError,
  type BareCode,
  type Code,
  type CodeWithArgs,
  getReasonOr,
  type NoReason,
  type OwnedArgs,
  type Owner,
  type Reason,
  type ReasonWithArgs,
} from '../reasons/reason.ts'
import { formatDuration } from './duration.ts'

// Reasons in words, for people. Nothing is decided on these: they may be changed at any time.

const BARE: Readonly<Record<BareCode, string>> = {
  NOTHING_TO_DO: 'nothing to do',
  EXEMPT: 'exempt by the policy',
  NOT_AN_INSTANCE: 'there is no instance to stop',
  INSTANCE_UNKNOWN: 'no instance is known',
  VERDICT_UNKNOWN: 'the verdict is UNKNOWN',
  EXEMPTION_UNDECIDED: 'an exemption may cover it, and a fact that would tell is not known',
  INSTANCE_STORE_ROOT: 'its root is on instance store: EC2 can only terminate it',
  ROOT_DEVICE_UNKNOWN: 'the type of its root device is not known',
  ROOT_DEVICE_NOT_EBS: 'its root is not on EBS',
  LIFECYCLE_UNKNOWN: 'whether it is a Spot instance is not known',
  STOP_PROTECTED: 'it is protected against stopping, which is somebody’s decision',
  SPOT_ONE_TIME: 'it is a Spot instance of a one-time request: EC2 can only terminate it',
  SPOT_REQUEST_UNKNOWN: 'it is a Spot instance, and whether its request is persistent is not known',
  STOPS_NOT_DEPLOYED: 'the stack was deployed without the function that stops: deploy with a policy that enforces',
  FOUND_BY_SWEEP:
    'a sweep found it, and by this policy a sweep promises no stop (stop.existing), whatever the rule says: it may have run for years',
  TEST: 'it is a test',
  NOT_KEPT: 'an earlier version of virtguard did not keep why',
  ALERTED: 'SNS has taken the alert',
  STOPPED_BY_VIRTGUARD: 'virtguard stopped it',
  STOPPED_AND_RECURRED: 'it was up again later, so it had stopped',
  RULE_OFF: 'the rule is off now',
  RULE_PASSES: 'it was fixed: the rule passes now',
  POLICY_INVALID:
    'the policy that was applied is not valid; nothing is stopped until one is applied that is, or it is reset',
  DELETED: 'it is gone: EC2 does not know it any more',
  IMAGE_DELETED: 'it is gone: the image is deregistered, or disabled',
  TERMINATED: 'it is terminated',
  DEADLINE_PASSED: 'it could not be stopped in time: its rows in the ledger have changed',
  PROMISE_LOST: 'nothing came of its stop',
}

const OWNER_WORDS: Readonly<Record<Owner, string>> = {
  AUTO_SCALING_GROUP: 'an Auto Scaling group',
  EC2_FLEET: 'an EC2 fleet',
  KUBERNETES_CLUSTER: 'a Kubernetes cluster',
  ECS_CLUSTER: 'an ECS cluster',
  EMR_CLUSTER: 'an EMR cluster',
  BATCH_ENVIRONMENT: 'a Batch compute environment',
  BEANSTALK_ENVIRONMENT: 'an Elastic Beanstalk environment',
  AWS_SERVICE: 'an AWS service',
}

/** `it belongs to an EC2 fleet`: whose an instance is, without what that means for it. */
export const describeOwner = ({ owner, name, evidence, writtenBy }: OwnedArgs): string => {
  const named = owner === 'AUTO_SCALING_GROUP' ? `the Auto Scaling group ${name}` : name
  const by = writtenBy === 'launcher' ? ` by the ${evidence}, which the launcher can set` : ''
  return `it belongs to ${name === undefined ? OWNER_WORDS[owner] : named}${by}`
}

const formatGrace = (seconds: number): string => {
  if (seconds === 0) return 'at once'
  return `after ${seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`}`
}

const describeBudget = ({ stops, perSeconds, until }: ArgsByCode['BUDGET_SPENT']): string =>
  `the stop budget is spent: ${stops} stops in ${formatDuration(perSeconds)}${until === undefined ? '' : `; the next is free at ${until}`}`

const interpretAnswer = ({ error, message }: AwsError): string => `${error}: ${message}`

// What comes before AWS's own words.
const REFUSED = 'EC2 refused to stop it'
const DENIED = 'virtguard may not stop it'
const UNREADABLE = 'virtguard may not read the instance, and stops nothing that it cannot look at'
const LATE = 'it could not be stopped in time'

const WITH_ARGS: { readonly [Code in CodeWithArgs]: (args: ArgsByCode[Code]) => string } = {
  OWNED: args => {
    const { launchTemplate } = args
    const template = launchTemplate === undefined ? 'the template' : `its launch template ${launchTemplate}`
    if (args.writtenBy === 'launcher')
      return `${describeOwner(args)}; if it does, that would replace it: fix ${template}`
    return `${describeOwner(args)}, which would replace it: fix ${template}`
  },
  STOP_PROTECTED: ({ evidence }) =>
    `it is protected against stopping (${evidence}), which whoever launches it can ask for`,
  RULE_OBSERVES: ({ graceSeconds }) => `the rule observes; on enforce it would be stopped ${formatGrace(graceSeconds)}`,
  NOT_DEPLOYED: ({ graceSeconds }) =>
    `the rule is on enforce; where it is deployed it is stopped ${formatGrace(graceSeconds)}`,
  STOPS_DISABLED: ({ graceSeconds }) =>
    `stops are switched off; with them on it would be stopped ${formatGrace(graceSeconds)}`,
  STOP_SCHEDULED: ({ at }) => `the rule is on enforce: it will be stopped at ${at}`,
  EXEMPT: ({ reason, owner }) => `it is exempt now: ${reason} (${owner})`,
  VERDICT_UNKNOWN: ({ missing }) => `the verdict is UNKNOWN now: ${missing.join(', ')} not known`,
  ALERTED: ({ stopAt }) => `SNS has taken the alert; to be stopped at ${stopAt}`,
  STOPPED_AND_RECURRED: ({ launchTime }) => `it had stopped, and was started again at ${launchTime}`,
  BUDGET_SPENT: describeBudget,
  STARTED_AFTER_DUE: ({ launchTime }) =>
    `it was started again at ${launchTime}, after the time of which the alert had told: its stop was late`,
  NEVER_RUNNING: ({ minutes }) => `it has not reached the state running within ${minutes} minutes`,
  STOPPED_FOR_ANOTHER_RULE: ({ state }) => `it is ${state} for another rule`,
  STOPPED_BY_SOMEBODY_ELSE: ({ state }) => `it is ${state}, and not by virtguard`,
  STILL_RUNNING: ({ minutes, state }) => `EC2 took the stop, and ${minutes} minutes later the instance is ${state}`,
  EC2_REFUSED: args => `${REFUSED}: ${interpretAnswer(args)}`,
  NOT_AUTHORIZED: args => `${DENIED}: ${interpretAnswer(args)}`,
  READ_NOT_AUTHORIZED: args => `${UNREADABLE}: ${interpretAnswer(args)}`,
  DEADLINE_PASSED: args => `${LATE}: ${interpretAnswer(args)}`,
}

const insertArgs = <Codes extends CodeWithArgs>({ code, args }: ReasonWithArgs<Codes>): string => WITH_ARGS[code](args)

/** A reason in words, which begin small and end without a full stop. */
export const describeReason = (reason: Reason): string =>
  reason.args === undefined ? BARE[reason.code] : insertArgs(reason)

/** A reason with its words, as findings have it. */
export const describeReasons = (reason: Reason) => ({ reason: describeReason(reason), ...reason })

// Some 800 characters that only sts:DecodeAuthorizationMessage can read; the log has them.
const ENCODED = /\s*Encoded authorization failure message: \S+/

const quoteText = ({ error, message }: AwsError): string => `"${message.replace(ENCODED, '')}" (${error})`

const BEFORE_ANSWERS: Readonly<Partial<Record<CodeWithArgs, string>>> = {
  EC2_REFUSED: REFUSED,
  NOT_AUTHORIZED: DENIED,
  READ_NOT_AUTHORIZED: UNREADABLE,
  DEADLINE_PASSED: LATE,
}

/** A text as the end of a sentence. */
export const formatSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/**
 * The end of a sentence that says why, with AWS's own words in quotes. `words` are those that were kept of it: they count
 * where the reason is of a version that knew no codes, or knows more.
 */
export const describeReasonInSentence = (one: Reason | NoReason, words: string): string => {
  const reason = getReasonOr(one)
  if (reason.code === 'NOT_KEPT') return formatSentence(words)
  if (reason.args !== undefined && 'error' in reason.args)
    return formatSentence(`${BEFORE_ANSWERS[reason.code]}: ${quoteText(reason.args)}`)
  return formatSentence(describeReason(reason))
}

// The reasons that are told for many at once, without what differs from one to the other.
const GISTS: Readonly<Partial<Record<Code, string>>> = {
  RULE_OBSERVES: 'the rule observes',
  STOPS_DISABLED: 'stops are switched off',
  STOPS_NOT_DEPLOYED: 'the stack was deployed without the function that stops',
  BUDGET_SPENT: 'the stop budget is spent',
  POLICY_INVALID: 'the policy that was applied is not valid',
  OWNED: 'what they belong to would replace them',
  EC2_REFUSED: REFUSED,
  NOT_AUTHORIZED: DENIED,
}

/** A reason without its details, for a title: `the stop budget is spent`. `words` where its code has no shorter ones. */
export const summarizeReason = (code: Code | undefined, words: string): string =>
  (code === undefined ? undefined : GISTS[code]) ?? words

const areSame = (texts: readonly string[]): boolean => texts.every(text => text === texts[0])

/** What reasons of one code have in common, in words. */
export const describeCommonReason = (reasons: readonly [Reason, ...Reason[]]): string => {
  const [first] = reasons
  const words = describeReason(first)
  if (areSame(reasons.map(describeReason))) return words
  const budgets = reasons.flatMap(reason => (reason.code === 'BUDGET_SPENT' ? [reason.args] : []))
  const limits = budgets.map(({ stops, perSeconds }) => describeBudget({ stops, perSeconds }))
  return limits[0] !== undefined && areSame(limits) ? limits[0] : summarizeReason(first.code, words)
}
