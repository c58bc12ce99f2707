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
  REFUSED_CALL: 'EC2 refused the call, so nothing runs because of it that could be stopped',
  INSTANCE_UNKNOWN: 'no instance is known',
  VERDICT_UNKNOWN: 'the verdict is UNKNOWN',
  EXEMPTION_UNDECIDED: 'an exemption may cover it, but a fact that decides this is not known',
  INSTANCE_STORE_ROOT: 'its root device is on instance store: EC2 can only terminate it',
  ROOT_DEVICE_UNKNOWN: 'the type of its root device is not known',
  ROOT_DEVICE_NOT_EBS: 'its root device is not on EBS',
  LIFECYCLE_UNKNOWN: 'it is not known whether it is a Spot instance',
  STOP_PROTECTED: 'it has stop protection, which somebody turned on',
  SPOT_ONE_TIME: 'it is a Spot instance of a one-time request: EC2 can only terminate it',
  SPOT_REQUEST_UNKNOWN: 'it is a Spot instance, and it is not known whether its request is persistent',
  STOPS_NOT_DEPLOYED:
    'the stack was deployed without the function that stops instances: deploy it with a policy that enforces a rule',
  STOP_ROLE_NOT_KNOWN:
    'virtguard has not seen within a day that it can use its role for stops in the account: deploy the roles there',
  FOUND_BY_SWEEP:
    'a sweep found it, and under this policy a sweep announces no stop (stop.existing), whatever the mode of the rule: it may have run for years',
  TEST: 'it is a test',
  NOT_KEPT: 'an earlier version of virtguard did not record the reason',
  ALERTED: 'SNS accepted the alert',
  STOPPED_BY_VIRTGUARD: 'virtguard stopped it',
  STOPPED_AND_RECURRED: 'it was running again later, so it had stopped',
  RULE_OFF: 'the rule is off now',
  RULE_PASSES: 'it was fixed: the rule passes now',
  POLICY_INVALID: 'the applied policy is not valid: nothing is stopped until you apply a valid policy or reset it',
  DELETED: 'it was deleted: EC2 no longer knows it',
  IMAGE_DELETED: 'it was deleted: the image is deregistered or disabled',
  TERMINATED: 'it is terminated',
  DEADLINE_PASSED: 'it could not be stopped in time: its rows in the ledger have changed',
  PROMISE_LOST: 'the scheduled stop did not happen',
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

/** `it belongs to an EC2 fleet`: the owner of an instance, without what that means for it. */
export const describeOwner = ({ owner, name, evidence, writtenBy }: OwnedArgs): string => {
  const named = owner === 'AUTO_SCALING_GROUP' ? `the Auto Scaling group ${name}` : name
  const by = writtenBy === 'launcher' ? ` according to the ${evidence}, which the launcher can set` : ''
  return `it belongs to ${name === undefined ? OWNER_WORDS[owner] : named}${by}`
}

const formatGrace = (seconds: number): string => {
  if (seconds === 0) return 'at once'
  return `after ${seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`}`
}

const describeBudget = ({ stops, perSeconds, until, of }: ArgsByCode['BUDGET_SPENT']): string =>
  `the stop budget${of === undefined ? '' : ' of the organization'} is spent: ${stops} stops in ${formatDuration(perSeconds)}${until === undefined ? '' : `; the next stop is possible at ${until}`}`

const interpretAnswer = ({ error, message }: AwsError): string => `${error}: ${message}`

// The text before AWS's own words.
const REFUSED = 'EC2 refused to stop it'
const DENIED = 'virtguard has no permission to stop it'
const UNREADABLE = 'virtguard has no permission to read the instance, and stops nothing that it cannot check'
const NO_ROLE = 'virtguard cannot use its role for stops in the account'
const LATE = 'it could not be stopped in time'

const WITH_ARGS: { readonly [Code in CodeWithArgs]: (args: ArgsByCode[Code]) => string } = {
  OWNED: args => {
    const { launchTemplate } = args
    const template = launchTemplate === undefined ? 'the template' : `its launch template ${launchTemplate}`
    if (args.writtenBy === 'launcher')
      return `${describeOwner(args)}; if that is so, the owner would replace it: fix ${template}`
    return `${describeOwner(args)}, which would replace it: fix ${template}`
  },
  STOP_PROTECTED: ({ evidence }) => `it has stop protection (${evidence}), which anyone who launches it can request`,
  RULE_OBSERVES: ({ graceSeconds }) =>
    `the rule is on observe; on enforce it would be stopped ${formatGrace(graceSeconds)}`,
  NOT_DEPLOYED: ({ graceSeconds }) =>
    `the rule is on enforce; a deployed virtguard would stop it ${formatGrace(graceSeconds)}`,
  STOPS_DISABLED: ({ graceSeconds }) =>
    `stops are switched off; otherwise it would be stopped ${formatGrace(graceSeconds)}`,
  STOP_SCHEDULED: ({ at }) => `the rule is on enforce: it will be stopped at ${at}`,
  EXEMPT: ({ reason, owner }) => `it is exempt now: ${reason} (${owner})`,
  VERDICT_UNKNOWN: ({ missing }) => `the verdict is UNKNOWN now: ${missing.join(', ')} not known`,
  ALERTED: ({ stopAt }) => `SNS accepted the alert; the stop is scheduled for ${stopAt}`,
  STOPPED_AND_RECURRED: ({ launchTime }) => `it had stopped, and was started again at ${launchTime}`,
  BUDGET_SPENT: describeBudget,
  STARTED_AFTER_DUE: ({ launchTime }) =>
    `it was started again at ${launchTime}, after the time that the alert gave: the stop was late`,
  NEVER_RUNNING: ({ minutes }) => `it did not reach the state running within ${minutes} minutes`,
  STOPPED_FOR_ANOTHER_RULE: ({ state }) => `it is ${state} for another rule`,
  STOPPED_BY_SOMEBODY_ELSE: ({ state }) => `it is ${state}, and not by virtguard`,
  STILL_RUNNING: ({ minutes, state }) => `EC2 accepted the stop, but ${minutes} minutes later the instance is ${state}`,
  EC2_REFUSED: args => `${REFUSED}: ${interpretAnswer(args)}`,
  NOT_AUTHORIZED: args => `${DENIED}: ${interpretAnswer(args)}`,
  READ_NOT_AUTHORIZED: args => `${UNREADABLE}: ${interpretAnswer(args)}`,
  STOP_ROLE_REFUSED: args => `${NO_ROLE}: ${interpretAnswer(args)}`,
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
  STOP_ROLE_REFUSED: NO_ROLE,
  DEADLINE_PASSED: LATE,
}

/** A text as the end of a sentence. */
export const formatSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/**
 * The end of a sentence that says why, with AWS's own words in quotes. `words` are those that were stored: they count
 * if the reason is of a version without codes, or with more.
 */
export const describeReasonInSentence = (one: Reason | NoReason, words: string): string => {
  const reason = getReasonOr(one)
  if (reason.code === 'NOT_KEPT') return formatSentence(words)
  if (reason.args !== undefined && 'error' in reason.args)
    return formatSentence(`${BEFORE_ANSWERS[reason.code]}: ${quoteText(reason.args)}`)
  return formatSentence(describeReason(reason))
}

// The reasons of many findings at once, without the details that differ.
const GISTS: Readonly<Partial<Record<Code, string>>> = {
  RULE_OBSERVES: 'the rule is on observe',
  STOPS_DISABLED: 'stops are switched off',
  STOPS_NOT_DEPLOYED: 'the stack was deployed without the function that stops',
  STOP_ROLE_NOT_KNOWN: 'the role for stops is not known to be there',
  BUDGET_SPENT: 'the stop budget is spent',
  POLICY_INVALID: 'the applied policy is not valid',
  OWNED: 'the groups or services that own them would replace them',
  EC2_REFUSED: REFUSED,
  NOT_AUTHORIZED: DENIED,
  STOP_ROLE_REFUSED: NO_ROLE,
}

/** A reason without its details, for a title: `the stop budget is spent`. `words` if its code has no shorter ones. */
export const summarizeReason = (code: Code | undefined, words: string): string =>
  (code === undefined ? undefined : GISTS[code]) ?? words

const areSame = (texts: readonly string[]): boolean => texts.every(text => text === texts[0])

/** The common part of reasons of one code, in words. */
export const describeCommonReason = (reasons: readonly [Reason, ...Reason[]]): string => {
  const [first] = reasons
  const words = describeReason(first)
  if (areSame(reasons.map(describeReason))) return words
  const budgets = reasons.flatMap(reason => (reason.code === 'BUDGET_SPENT' ? [reason.args] : []))
  const limits = budgets.map(({ until: _until, ...budget }) => describeBudget(budget))
  return limits[0] !== undefined && areSame(limits) ? limits[0] : summarizeReason(first.code, words)
}
