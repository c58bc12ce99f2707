import { UserError } from '../../shared/errors.ts'

const LOG_IN = 'log in (aws sso login, aws configure) or name a profile with --profile'

// The meaning of a failed call, by the error's name, code or message. SERVICE is the name of the service, DENIED what
// to do instead.
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/region is missing/i, 'no region is known; give --region, or set AWS_REGION'],
  [/expired|TokenProviderError/i, `the AWS credentials have expired; ${LOG_IN}`],
  [
    /CredentialsProvider|could not load credentials|profile .* (could not|not) .*found/i,
    `there are no AWS credentials; ${LOG_IN}`,
  ],
  [
    /AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient/,
    // EC2 and STS say the same in a region that is off for the account.
    `AWS does not accept the credentials; ${LOG_IN}; if the region is off for the account, choose another with --region`,
  ],
  [/UnauthorizedOperation|AccessDenied/, 'the credentials do not allow it; DENIED'],
  [/OptInRequired/, 'the account is not subscribed to SERVICE in this region; choose another with --region'],
  [/InvalidAMIID/, 'that is no image id; copy it from the console: ami-0abcdef1234567890'],
  [/does not have the specified index/, 'the ledger is of an older version; deploy the stack again, it adds the index'],
  [/QueueDoesNotExist|NonExistentQueue/, 'there is no such queue; check its name or URL, --region and --profile'],
  [/ResourceNotFoundException/, 'there is no such table; check --table, --region and --profile'],
  [/ENOTFOUND|EAI_AGAIN/, 'SERVICE has no address there; check the region and the network'],
  [
    /ECONN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError|EPIPE/,
    'SERVICE cannot be reached; check the network, a proxy, AWS_ENDPOINT_URL',
  ],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_|ERR_TLS_CERT/,
    'the certificate of SERVICE is not trusted here; if a proxy opens TLS, name its authority in NODE_EXTRA_CA_CERTS',
  ],
  [/ERR_INVALID_URL/, 'AWS_ENDPOINT_URL is no URL; write it like http://localhost:4566, or take it away'],
  // The SDK reports every unreadable answer this way.
  [/Deserialization error/, 'the answer is not from SERVICE; check AWS_ENDPOINT_URL, and for a proxy in between'],
  [/RequestLimitExceeded|Throttl|ProvisionedThroughputExceeded/, 'SERVICE is throttling calls; try again in a minute'],
  [/Unavailable|InternalError|InternalFailure|InternalServer/, 'SERVICE has a fault of its own; try again in a minute'],
]

const SERVICES: Readonly<Record<string, string>> = {
  ec2: 'EC2',
  dynamodb: 'DynamoDB',
  sqs: 'SQS',
  sns: 'SNS',
  sts: 'STS',
  iam: 'IAM',
  cloudformation: 'CloudFormation',
  lambda: 'Lambda',
  ssm: 'Systems Manager',
  organizations: 'AWS Organizations',
}

type Failure = { readonly name: string; readonly message: string; readonly code?: unknown }

const isFailure = (error: unknown): error is Failure =>
  typeof error === 'object' &&
  error !== null &&
  'name' in error &&
  'message' in error &&
  typeof error.message === 'string'

const formatFailure = ({ name, code, message }: Failure): string =>
  `${name} ${typeof code === 'string' ? code : ''} ${message}`

const explainFailure = (failure: Failure): string | undefined => {
  const text = formatFailure(failure)
  return MEANINGS.find(([pattern]) => pattern.test(text))?.[1]
}

/**
 * Explains a failed call and what to do, as UserError in one line. Any other error is thrown on. `call` is written as
 * in IAM, `ec2:DescribeImages`. `denied` says what to do if it is not allowed.
 */
export const explainError = (call: string, error: unknown, denied = 'allow the call'): UserError => {
  if (error instanceof UserError || !isFailure(error)) throw error
  const service = SERVICES[call.split(':')[0] ?? ''] ?? 'AWS'
  const meaning = explainFailure(error)?.replaceAll('SERVICE', service).replace('DENIED', denied)
  if (meaning !== undefined) return new UserError(`${call}: ${meaning}`)
  // A bug of ours has no answer of AWS's with it.
  if (!('$metadata' in error)) throw error
  const [message] = error.message.split('\n')
  return new UserError(
    `${call}: ${service} refuses (${error.name}: ${message}); check the names you gave and the region`,
  )
}

/** The answer to a call. Throws UserError as `explained` words it. */
export const askAws = async <T>(call: string, answer: Promise<T>, denied?: string): Promise<T> => {
  try {
    return await answer
  } catch (error) {
    throw explainError(call, error, denied)
  }
}

/** The same for an answer that comes in pages. */
export async function* askEach<T>(call: string, pages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    for await (const page of pages) yield page
  } catch (error) {
    throw explainError(call, error)
  }
}
