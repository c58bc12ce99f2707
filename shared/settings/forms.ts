/** What AWS keeps logs for, in days (API reference of CloudWatch Logs, PutRetentionPolicy). */
export const LOG_RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const

/** The copies of each function that may work at once, as the stack asks of its queue: it needs that much at least. Hook has no queue. */
export const CONCURRENCY = { evaluate: 5, confirm: 2, sweep: 2, enforce: 2, notify: 2, hook: 1 } as const

/** What a misfit does where CloudFormation asks a hook: it is said, or refused. */
export const HOOK_MODES = ['warn', 'fail'] as const

// SNS confirms each address by an email to it, so only slips are found here.
export const ADDRESS = /^[^\s@,]+@[^\s@,]+\.[^\s@,.]+$/
export const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/
export const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/
export const BOUNDARY_ARN = /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,512}$/
export const CODE_SIGNING_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:code-signing-config:csc-[0-9a-f]{17}$/
export const ROLE_PATH = /^\/([\w+=,.@-]{1,128}\/){1,8}$/
export const SUBNET = /^subnet-([0-9a-f]{17}|[0-9a-f]{8})$/
export const SECURITY_GROUP = /^sg-([0-9a-f]{17}|[0-9a-f]{8})$/
export const NAME_PREFIX = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
export const TAG_KEY = /^(?![aA][wW][sS]:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u
export const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u
/** API reference of AWS Organizations, Organization. */
export const ORGANIZATION_ID = /^o-[a-z0-9]{10,32}$/
