import { withTypes } from '../../shared/catalogue/catalogue.ts'
import { UserError } from '../../shared/errors.ts'
import type { ImageFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'
import type { InstanceTypes } from '../../shared/rules/rule.ts'

/** The two reads of EC2 that a check may need. They throw what EC2 throws. */
export type Ec2Reads = {
  readonly image: (imageId: string) => Promise<ImageFacts | undefined>
  readonly type: (name: string) => Promise<InstanceTypeFacts | undefined>
}

const LOG_IN = 'log in (aws sso login, aws configure) or name a profile with --profile'

const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/region is missing/i, 'no region is known; give --region, or set AWS_REGION'],
  [/expired|TokenProviderError/i, `the AWS credentials have expired; ${LOG_IN}`],
  [
    /CredentialsProvider|could not load credentials|profile .* (could not|not) .*found/i,
    `there are no AWS credentials; ${LOG_IN}`,
  ],
  [
    /AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient/,
    `AWS does not accept the credentials; ${LOG_IN}`,
  ],
  [
    /UnauthorizedOperation|AccessDenied/,
    'the credentials do not allow it; allow the call, or give the facts by hand (see --help)',
  ],
  [/OptInRequired/, 'the account is not subscribed to EC2 in this region; choose another with --region'],
  [/InvalidAMIID/, 'that is no image id; copy it from the console: ami-0abcdef1234567890'],
  [/ENOTFOUND|EAI_AGAIN/, 'EC2 has no address there; check the region and the network'],
  [
    /ECONN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError|EPIPE/,
    'EC2 cannot be reached; check the network, a proxy, AWS_ENDPOINT_URL',
  ],
  [/RequestLimitExceeded|Throttling/, 'EC2 is throttling calls; try again in a minute'],
]

type Failure = { readonly name: string; readonly message: string; readonly code?: unknown }

const isFailure = (error: unknown): error is Failure =>
  typeof error === 'object' &&
  error !== null &&
  'name' in error &&
  'message' in error &&
  typeof error.message === 'string'

const textOf = ({ name, code, message }: Failure): string =>
  `${name} ${typeof code === 'string' ? code : ''} ${message}`

/** What a failed call means and what to do, as UserError; anything that is no failed call is thrown on. */
const explain = (call: string, error: unknown): UserError => {
  if (!isFailure(error)) throw error
  const meaning = MEANINGS.find(([pattern]) => pattern.test(textOf(error)))?.[1]
  if (meaning !== undefined) return new UserError(`${call}: ${meaning}`)
  // A bug of ours has no answer of AWS's with it.
  if (!('$metadata' in error)) throw error
  const [message] = error.message.split('\n')
  return new UserError(`${call}: EC2 refuses (${error.name}: ${message}); check the id and the region`)
}

const asking = async <T>(call: string, answer: Promise<T>): Promise<T> => {
  try {
    return await answer
  } catch (error) {
    throw explain(call, error)
  }
}

/** The facts of an image, from EC2. Throws UserError where there are none to be had. */
export const askForImage = async (ec2: Ec2Reads, imageId: string): Promise<ImageFacts> => {
  const image = await asking('ec2:DescribeImages', ec2.image(imageId))
  if (image !== undefined) return image
  throw new UserError(
    `${imageId}: there is no such image in this region that this account may see; check the id, --region and --profile`,
  )
}

/** The types, with the one in question from EC2 where the catalogue lacks it. EC2 may not know it either. */
export const askForType = async (ec2: Ec2Reads, types: InstanceTypes, name: string): Promise<InstanceTypes> => {
  if (types.get(name) !== undefined) return types
  const facts = await asking('ec2:DescribeInstanceTypes', ec2.type(name))
  return facts === undefined ? types : withTypes(types, [facts])
}
