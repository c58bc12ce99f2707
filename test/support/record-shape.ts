/** The common part of all records: the frame into which the builders put calls. */

export type Json = Record<string, unknown>

export const ACCOUNT = '123456789012'
export const REGION = 'us-east-1'

export const TIME = '2026-11-24T08:00:00Z'
export const REQUEST_ID = '5e7636b9-d5b5-4bb1-8e37-f98ae7c04e52'

export type Tags = Readonly<Record<string, string>>

export const tagItems = (tags: Tags): Json[] => Object.entries(tags).map(([key, value]) => ({ key, value }))

/** An EC2 set: an empty one is `{}` in a record. */
export const set = (items: readonly unknown[]): Json => (items.length === 0 ? {} : { items })

/** A person's role session. */
export const aPerson = (name = 'jane'): Json => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE:${name}`,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Builder/${name}`,
  accountId: ACCOUNT,
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: 'AROAEXAMPLE',
      arn: `arn:aws:iam::${ACCOUNT}:role/Builder`,
      accountId: ACCOUNT,
      userName: 'Builder',
    },
    attributes: { creationDate: TIME, mfaAuthenticated: 'true' },
  },
})

/** The values that a caller of a record builder may set in any record. */
export type RecordOptions = {
  readonly eventID?: string
  readonly accountId?: string
  readonly region?: string
  readonly time?: string
  readonly userIdentity?: Json
  /** More keys of the record, or other values. */
  readonly more?: Json
}

/** A record of a call, with the keys that every record has. */
export const aRecord = (eventName: string, options: RecordOptions, call: Json): Json => ({
  eventVersion: '1.11',
  userIdentity: options.userIdentity ?? aPerson(),
  eventTime: options.time ?? TIME,
  eventSource: 'ec2.amazonaws.com',
  eventName,
  awsRegion: options.region ?? REGION,
  sourceIPAddress: '192.0.2.1',
  userAgent:
    'aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.13.7 cfg/retry-mode#standard',
  ...call,
  requestID: REQUEST_ID,
  eventID: options.eventID ?? '11111111-2222-4333-8444-555555555555',
  readOnly: false,
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: options.accountId ?? ACCOUNT,
  eventCategory: 'Management',
  tlsDetails: {
    tlsVersion: 'TLSv1.3',
    cipherSuite: 'TLS_AES_128_GCM_SHA256',
    clientProvidedHostHeader: `ec2.${options.region ?? REGION}.amazonaws.com`,
  },
  ...options.more,
})
