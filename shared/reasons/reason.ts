/**
 * Why something was decided, or ended, as data. Programs decide on `code` and `args`; shared/wording puts them into words.
 * Public in findings, outcomes and the ledger (docs/findings.md): codes and arguments are added, and keep their meaning.
 */

/** Codes that can stand without arguments. */
export const BARE_CODES = [
  // Why an action was decided so.
  'NOTHING_TO_DO',
  'EXEMPT',
  'NOT_AN_INSTANCE',
  'REFUSED_CALL',
  'INSTANCE_UNKNOWN',
  'VERDICT_UNKNOWN',
  'EXEMPTION_UNDECIDED',
  'INSTANCE_STORE_ROOT',
  'ROOT_DEVICE_UNKNOWN',
  'ROOT_DEVICE_NOT_EBS',
  'LIFECYCLE_UNKNOWN',
  'STOP_PROTECTED',
  'SPOT_ONE_TIME',
  'SPOT_REQUEST_UNKNOWN',
  'STOPS_NOT_DEPLOYED',
  'STOP_ROLE_NOT_KNOWN',
  'FOUND_BY_SWEEP',
  'TEST',
  'NOT_KEPT',
  // The outcomes of a finding.
  'ALERTED',
  'STOPPED_BY_VIRTGUARD',
  'STOPPED_AND_RECURRED',
  'RULE_OFF',
  'RULE_PASSES',
  'POLICY_INVALID',
  'DELETED',
  'IMAGE_DELETED',
  'TERMINATED',
  'DEADLINE_PASSED',
  'PROMISE_LOST',
] as const
export type BareCode = (typeof BARE_CODES)[number]

/** The owner that replaces an instance that stops. */
export const OWNERS = [
  'AUTO_SCALING_GROUP',
  'EC2_FLEET',
  'KUBERNETES_CLUSTER',
  'ECS_CLUSTER',
  'EMR_CLUSTER',
  'BATCH_ENVIRONMENT',
  'BEANSTALK_ENVIRONMENT',
  'AWS_SERVICE',
] as const
export type Owner = (typeof OWNERS)[number]

/**
 * The basis of a refusal, and who could have brought it about. `launcher`: the launcher, or whoever may tag. `creator`:
 * AWS writes it, and whoever may create an Auto Scaling group or a fleet can have it.
 */
export type Evidence = { readonly evidence: string; readonly writtenBy: 'aws' | 'creator' | 'launcher' }

/** The owner of an instance. Findings of the first version have no evidence. */
export type OwnedArgs = Partial<Evidence> & {
  readonly owner: Owner
  /** The name of the Auto Scaling group or the service, if it is known. */
  readonly name?: string
  /** The template to fix: `lt-0abc:4`. */
  readonly launchTemplate?: string
}

/** The answer of AWS, in its own words. */
export type AwsError = { readonly error: string; readonly message: string }

type Grace = { readonly graceSeconds: number }

export type ArgsByCode = {
  readonly OWNED: OwnedArgs
  readonly STOP_PROTECTED: Evidence
  readonly RULE_OBSERVES: Grace
  readonly NOT_DEPLOYED: Grace
  readonly STOPS_DISABLED: Grace
  readonly STOP_SCHEDULED: { readonly at: string }
  readonly EXEMPT: { readonly reason: string; readonly owner: string }
  readonly VERDICT_UNKNOWN: { readonly missing: readonly string[] }
  readonly ALERTED: { readonly stopAt: string }
  readonly STOPPED_AND_RECURRED: { readonly launchTime: string }
  readonly BUDGET_SPENT: {
    readonly stops: number
    readonly perSeconds: number
    readonly until?: string
    /** Absent: the budget of the account. */
    readonly of?: 'organization'
  }
  readonly STARTED_AFTER_DUE: { readonly launchTime: string }
  readonly NEVER_RUNNING: { readonly minutes: number }
  readonly STOPPED_FOR_ANOTHER_RULE: { readonly state: string }
  readonly STOPPED_BY_SOMEBODY_ELSE: { readonly state: string }
  readonly STILL_RUNNING: { readonly minutes: number; readonly state: string }
  readonly EC2_REFUSED: AwsError
  readonly NOT_AUTHORIZED: AwsError
  readonly READ_NOT_AUTHORIZED: AwsError
  readonly STOP_ROLE_REFUSED: AwsError
  readonly DEADLINE_PASSED: AwsError
}
export type CodeWithArgs = keyof ArgsByCode

/** The arguments of each code that has some. */
export const ARGS: { readonly [Code in CodeWithArgs]: readonly (keyof ArgsByCode[Code])[] } = {
  OWNED: ['owner', 'name', 'evidence', 'writtenBy', 'launchTemplate'],
  STOP_PROTECTED: ['evidence', 'writtenBy'],
  RULE_OBSERVES: ['graceSeconds'],
  NOT_DEPLOYED: ['graceSeconds'],
  STOPS_DISABLED: ['graceSeconds'],
  STOP_SCHEDULED: ['at'],
  EXEMPT: ['reason', 'owner'],
  VERDICT_UNKNOWN: ['missing'],
  ALERTED: ['stopAt'],
  STOPPED_AND_RECURRED: ['launchTime'],
  BUDGET_SPENT: ['stops', 'perSeconds', 'until', 'of'],
  STARTED_AFTER_DUE: ['launchTime'],
  NEVER_RUNNING: ['minutes'],
  STOPPED_FOR_ANOTHER_RULE: ['state'],
  STOPPED_BY_SOMEBODY_ELSE: ['state'],
  STILL_RUNNING: ['minutes', 'state'],
  EC2_REFUSED: ['error', 'message'],
  NOT_AUTHORIZED: ['error', 'message'],
  READ_NOT_AUTHORIZED: ['error', 'message'],
  STOP_ROLE_REFUSED: ['error', 'message'],
  DEADLINE_PASSED: ['error', 'message'],
}

export type ReasonWithArgs<Codes extends CodeWithArgs = CodeWithArgs> = {
  readonly [Code in Codes]: { readonly code: Code; readonly args: ArgsByCode[Code] }
}[Codes]

export type Reason = { readonly code: BareCode; readonly args?: undefined } | ReasonWithArgs
export type Code = Reason['code']

/** A reason that was written by a version without codes, or by a newer one that has more. */
export type NoReason = { readonly code?: undefined; readonly args?: undefined }

const hasArgs = (code: string): code is CodeWithArgs => Object.hasOwn(ARGS, code)
const isBare = (code: string): code is BareCode => BARE_CODES.some(one => one === code)

/** A stored reason, with its arguments as JSON. Undefined if this version does not know its code. */
export const readReason = (code: string, args: string | undefined): Reason | NoReason => {
  if (args === undefined) return isBare(code) ? { code } : {}
  if (!hasArgs(code)) return {}
  const reason: ReasonWithArgs = JSON.parse(`{"code":${JSON.stringify(code)},"args":${args}}`)
  return reason
}

/** The reason, or a text that none was kept. */
export const getReasonOr = (one: Reason | NoReason): Reason => (one.code === undefined ? { code: 'NOT_KEPT' } : one)
