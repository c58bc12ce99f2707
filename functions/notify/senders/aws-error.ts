import type { Sent } from '../../../shared/channels/sending.ts'
import { quoteBody, retrySeconds } from './webhook-answer.ts'

// Names of errors across AWS services (each service's API reference, "Common errors").
const BUSY = [
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'LimitExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
]
const DENIED = ['AccessDeniedException', 'AccessDenied', 'AuthorizationErrorException', 'AuthorizationError']
const GONE = ['NotFoundException', 'NotFound', 'ResourceNotFoundException', 'ResourceNotFound']
const INVALID = ['InvalidInputException', 'InvalidParameterException', 'InvalidParameter', 'ValidationException']

const PERMISSION =
  'Deploy the stack again, which gives the role what it needs; if a policy of the organization forbids it, ask there.'

/**
 * The meaning of an error of an AWS service for a message. `more`: the meanings of other errors. Throws if the error
 * may pass.
 */
export const interpretAwsError = (error: unknown, more: Readonly<Record<string, string>> = {}): Sent => {
  if (!(error instanceof Error)) throw error
  const { name, message } = error
  const why = `${name}: ${quoteBody(message)}`
  const whatToDo = more[name]
  if (whatToDo !== undefined) return { kind: 'refused', why, whatToDo }
  if (BUSY.includes(name)) return { kind: 'later', seconds: retrySeconds(5), why }
  if (DENIED.includes(name)) return { kind: 'refused', why, whatToDo: PERMISSION }
  if (GONE.includes(name) || INVALID.includes(name)) return { kind: 'refused', why }
  throw error
}
