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

describe('an error of an AWS service, by the names that services give it,', () => {
  test.each([
    'ThrottlingException',
    'Throttling',
    'ThrottledException',
    'TooManyRequestsException',
    'LimitExceededException',
    'RequestLimitExceeded',
    'RequestThrottled',
  ])('called %s defers the channel', name => {
    expect(interpretAwsError(named(name))).toEqual({ kind: 'later', seconds: 5, why: `${name}: not now` })
  })

  test.each(['AccessDeniedException', 'AccessDenied', 'AuthorizationErrorException', 'AuthorizationError'])(
    'called %s refuses, and says who can grant the right',
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
  ])('called %s refuses, however often it is tried', name => {
    expect(interpretAwsError(named(name))).toEqual({ kind: 'refused', why: `${name}: not now` })
  })

  test('means what the service says if the service says more', () => {
    const meanings = { ThrottlingException: 'Ask for more.' }
    expect(interpretAwsError(named('ThrottlingException'), meanings)).toMatchObject({ whatToDo: 'Ask for more.' })
  })

  test.each([
    ['an error that is not known', named('InternalFailure')],
    ['a thrown value that is no error', 'gone'],
  ])('may pass if it is %s, so that it is thrown as it is', (_, error) => {
    expect(thrownBy(error)).toEqual({ thrown: error })
  })
})
