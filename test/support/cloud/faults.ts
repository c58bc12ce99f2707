/** The errors that AWS documents for the calls of Enforce, with the words that were seen (the reference's facts, D1 to D9). */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'

/** What happens to a call: AWS refuses it, or does it and the answer is lost on the way. */
export type Fault = { readonly title: string; readonly error: Error; readonly done: boolean }

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name })

const refusing = (name: string, message: string): Fault => ({ title: name, error: named(name, message), done: false })

const ID = 'i-0000000000000001'

const LOST: Fault = { title: 'answer lost', error: named('TimeoutError', 'socket hang up'), done: true }
const UNREACHED: Fault = { title: 'not reached', error: named('TimeoutError', 'connect ETIMEDOUT'), done: false }

/** Nothing of these says anything about the instance: tried again, they pass. */
const EC2_PASSING: readonly Fault[] = [
  refusing('RequestLimitExceeded', 'Request limit exceeded.'),
  refusing('InternalError', 'An internal error has occurred'),
  refusing('ServiceUnavailable', 'The request has failed due to a temporary failure of the server.'),
  LOST,
  UNREACHED,
]

const DENIED: readonly Fault[] = [
  refusing('UnauthorizedOperation', 'You are not authorized to perform this operation.'),
  refusing('AccessDenied', 'User is not authorized to perform: ec2:StopInstances with an explicit deny'),
]

const NOT_FOUND = refusing('InvalidInstanceID.NotFound', `The instance ID '${ID}' does not exist`)

const DYNAMO: readonly Fault[] = [
  refusing('ProvisionedThroughputExceededException', 'The level of configured provisioned throughput was exceeded.'),
  refusing('InternalServerError', 'Internal server error'),
  LOST,
]

const CONFLICT: Fault = {
  title: 'TransactionConflict',
  error: new TransactionCanceledException({
    $metadata: {},
    message: 'Transaction cancelled',
    CancellationReasons: [{ Code: 'TransactionConflict' }],
  }),
  done: false,
}

/** What each call may meet. */
export const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  DescribeInstancesCommand: [...EC2_PASSING, ...DENIED],
  DescribeInstanceAttributeCommand: [...EC2_PASSING, ...DENIED, NOT_FOUND],
  DescribeSpotInstanceRequestsCommand: [...EC2_PASSING, ...DENIED],
  StopInstancesCommand: [
    ...EC2_PASSING,
    ...DENIED,
    NOT_FOUND,
    refusing(
      'IncorrectInstanceState',
      `Instance '${ID}' cannot be stopped as it has never reached the 'running' state.`,
    ),
    refusing(
      'UnsupportedOperation',
      `The instance '${ID}' does not have an 'ebs' root device type and cannot be stopped.`,
    ),
    refusing(
      'OperationNotPermitted',
      `The instance '${ID}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
    ),
    refusing('UnsupportedHibernationConfiguration', 'Hibernation was not enabled when the instance was launched.'),
    refusing('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.'),
  ],
  QueryCommand: DYNAMO,
  GetItemCommand: DYNAMO,
  UpdateItemCommand: DYNAMO,
  DeleteItemCommand: DYNAMO,
  TransactWriteItemsCommand: [...DYNAMO, CONFLICT],
  PublishCommand: [
    refusing('ThrottledException', 'Rate exceeded'),
    refusing('InternalErrorException', 'Internal error'),
    refusing('KMSThrottlingException', 'The rate of requests to AWS KMS is exceeded'),
    LOST,
  ],
  CreateScheduleCommand: [
    refusing('ThrottlingException', 'Rate exceeded'),
    refusing('InternalServerException', 'Unexpected error'),
    refusing('ServiceQuotaExceededException', 'The request exceeds a service quota.'),
    LOST,
  ],
}
