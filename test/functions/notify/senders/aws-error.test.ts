import { describe, expect, test } from '@jest/globals'
import { interpretAwsError } from '../../../../functions/notify/senders/aws-error.ts'

const named = (name: string): Error => Object.assign(new Error('not now'), { name })

/** What is thrown, of whatever kind. */
const thrownBy = (error: unknown): unknown => {
  try {
    return interpretAwsError(error)
  } catch (thrown) {
    return { thrown }
  }
}

describe('an error of an AWS service, by the names that services give it', () => {
  test.each([
    'ThrottlingException',
    'Throttling',
    'ThrottledException',
    'TooManyRequestsException',
    'LimitExceededException',
    'RequestLimitExceeded',
    'RequestThrottled',
  ])('%s puts the channel off', name => {
    expect(interpretAwsError(named(name))).toEqual({ kind: 'later', seconds: 5, why: `${name}: not now` })
  })

  test.each(['AccessDeniedException', 'AccessDenied', 'AuthorizationErrorException', 'AuthorizationError'])(
    '%s is refused, and says who can give the right',
    name => {
      expect(interpretAwsError(named(name))).toEqual({
        kind: 'refused',
        why: `${name}: not now`,
        whatToDo: expect.stringMatching(/^Deploy the stack again/),
      })
    },
  )

  test.each([
    'NotFoundException',
    'NotFound',
    'ResourceNotFoundException',
    'ResourceNotFound',
    'InvalidInputException',
    'InvalidParameterException',
    'InvalidParameter',
    'ValidationException',
  ])('%s is refused: it stays so however often it is tried', name => {
    expect(interpretAwsError(named(name))).toEqual({ kind: 'refused', why: `${name}: not now` })
  })

  test('means what the service says that it means, where it does', () => {
    const meanings = { ThrottlingException: 'Ask for more.' }
    expect(interpretAwsError(named('ThrottlingException'), meanings)).toMatchObject({ whatToDo: 'Ask for more.' })
  })

  test.each([
    ['an error that is not known', named('InternalFailure')],
    ['what is no error', 'gone'],
  ])('%s may pass: it is thrown as it is', (_, error) => {
    expect(thrownBy(error)).toEqual({ thrown: error })
  })
})
