import { EventError } from '../errors.ts'

/** Why a region could not be read to its end. */
export type ReadFailure = {
  /** In one sentence: the error, and what to do if anything. */
  readonly why: string
  /** As IAM writes it, `ec2:DescribeInstances`. */
  readonly missingPermission?: string
  /** Whether to try later is worth it: throttling, time-outs, lost connections, answers that are not whole. */
  readonly passes: boolean
}

type Failure = {
  readonly name: string
  readonly message: string
  readonly code?: unknown
  readonly $metadata?: unknown
}

const DENIED = /UnauthorizedOperation|AccessDenied/

// Recognized by the error's name, code or message.
const MEANINGS: readonly (readonly [RegExp, string, boolean])[] = [
  [
    /ExpiredToken|RequestExpired|TokenRefreshRequired|TokenProviderError|token.*expired/i,
    'the credentials have expired',
    false,
  ],
  [/OptInRequired/, 'the region is not enabled for this account', false],
  [
    /AuthFailure|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch/,
    'AWS does not accept the credentials there; the region may not be enabled',
    false,
  ],
  [
    /CredentialsProvider|could not load credentials|profile .* (could not|not) .*found/i,
    'there are no AWS credentials',
    false,
  ],
  [/RequestLimitExceeded|Throttl|TooManyRequests|SlowDown/, 'EC2 throttled every attempt', true],
  [/TimeoutError|RequestTimeout|ETIMEDOUT/, 'EC2 did not answer in time, at every attempt', true],
  [/ENOTFOUND|EAI_AGAIN/, 'EC2 has no address there', false],
  [
    /ECONN|EHOSTUNREACH|ENETUNREACH|EPIPE|socket hang up|Error: aborted/,
    'the connection to EC2 failed, at every attempt',
    true,
  ],
  [
    // The SDK reports every unreadable answer this way.
    /Deserialization error/,
    'the answer was not EC2’s XML; if it stays so, check for a proxy',
    true,
  ],
  [/InternalError|InternalFailure|Unavailable/, 'EC2 had an error of its own, at every attempt', true],
]

const isFailure = (error: unknown): error is Failure =>
  typeof error === 'object' &&
  error !== null &&
  'name' in error &&
  typeof error.name === 'string' &&
  'message' in error &&
  typeof error.message === 'string'

/** The permission that an AWS error message names, `ec2:DescribeInstances`. */
const findPermission = (message: string): string | undefined =>
  /not authorized to perform:? ([\w-]+:\w+)/.exec(message)?.[1]

const describeDenied = (failure: Failure, call: string): ReadFailure => {
  const missingPermission = findPermission(failure.message) ?? call
  const isByOrganization = /explicit deny/.test(failure.message)
  const why = isByOrganization
    ? `${missingPermission} is explicitly denied`
    : `the permission ${missingPermission} is missing`
  return { why, missingPermission, passes: false }
}

/**
 * The meaning of a failed call for the region. Undefined for an error that is no failed call, which is a bug. `call` is
 * written as in IAM, for answers without the name of the permission (EC2 API reference, error codes).
 */
export const classifyReadFailure = (error: unknown, call = 'ec2:DescribeInstances'): ReadFailure | undefined => {
  if (error instanceof EventError) return { why: error.message, passes: true }
  if (!isFailure(error)) return undefined
  const text = `${error.name} ${typeof error.code === 'string' ? error.code : ''} ${error.message}`
  if (DENIED.test(error.name)) return describeDenied(error, call)
  const meaning = MEANINGS.find(([pattern]) => pattern.test(text))
  if (meaning !== undefined) return { why: meaning[1], passes: meaning[2] }
  if (error.$metadata === undefined) return undefined
  return { why: `AWS refuses (${error.name}: ${error.message.split('\n')[0]})`, passes: false }
}
