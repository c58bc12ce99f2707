import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'

/** Credentials of a role, for an hour at most. */
export type Session = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}

/** The longest that a role may give which is itself assumed by a role (IAM user guide, role chaining). */
const HOUR_SECONDS = 3_600

/** A call that hangs is given up before the function's own time is over. */
const ANSWER_TIME = {
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
}

/**
 * STS of one region, whose sessions count in all. The region is said, because the SDK would ask STS in the region of the
 * client that needs the session, which may be off in this account.
 */
export const createStsClient = (region: string): STSClient => new STSClient({ region, maxAttempts: 3, ...ANSWER_TIME })

export type RoleSession = {
  readonly roleArn: string
  readonly sessionName: string
  /** A document that narrows the session: it may do what both the role and this allow. */
  readonly policy?: string
  /** An hour by default. */
  readonly seconds?: number
}

/** Assumes a role. Throws what STS throws. */
export const assumeRole = async (
  client: STSClient,
  { roleArn, sessionName, policy, seconds = HOUR_SECONDS }: RoleSession,
): Promise<Session> => {
  const { Credentials } = await client.send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      DurationSeconds: seconds,
      ...(policy !== undefined && { Policy: policy }),
    }),
  )
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {}
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || Expiration === undefined)
    throw new Error(`STS answered without credentials for ${roleArn}`)
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  }
}

type Kept = { readonly session: Promise<Session>; until: number }

// As long before the end as the SDK's clients ask for new credentials.
const EARLY_MS = 5 * 60_000

/** So long an account without the role is not asked again: its launches may come by the thousand, and STS has one limit for all. */
const DENIED_MS = 60_000

/** Whether STS says that the role is not there, or does not trust the caller (STS API reference, common errors). */
export const isDenied = (error: unknown): error is Error => error instanceof Error && error.name === 'AccessDenied'

/**
 * One session an account: those who ask while it is on its way get the same, and so do all until shortly before it ends. What STS
 * denies is kept for a minute. Other errors are not kept.
 */
export const keepSessions = (
  assume: (accountId: string) => Promise<Session>,
  now: () => number,
): ((accountId: string) => Promise<Session>) => {
  const kept = new Map<string, Kept>()
  const open = (accountId: string): Kept => {
    const opened: Kept = { session: assume(accountId), until: Number.POSITIVE_INFINITY }
    opened.session.then(
      ({ expiration }) => {
        opened.until = expiration.getTime() - EARLY_MS
      },
      error => {
        opened.until = isDenied(error) ? now() + DENIED_MS : 0
      },
    )
    kept.set(accountId, opened)
    return opened
  }
  return accountId => {
    const known = kept.get(accountId)
    return (known !== undefined && known.until > now() ? known : open(accountId)).session
  }
}
