/** The prices of AWS in us-east-1, in US dollars, without the free tier, as of November 2026. A month has 30 days. */
export const PRICED_IN = { region: 'us-east-1', month: 'November 2026' } as const

export const PRICES = {
  /** Amazon CloudWatch pricing: a standard-resolution alarm a month. */
  alarm: 0.1,
  /** Amazon CloudWatch pricing: a dashboard a month. */
  dashboard: 3,
  /** Amazon CloudWatch pricing: a custom metric a month, while something is written to it. */
  metric: 0.3,
  /** Amazon CloudWatch pricing: a gigabyte of logs taken in. */
  logGigabyte: 0.5,
  /** AWS KMS pricing: a customer key a month. */
  key: 1,
  /** AWS KMS pricing: a request. */
  keyRequest: 0.03 / 10_000,
  /** AWS Secrets Manager pricing: a secret a month. */
  secret: 0.4,
  /** Amazon SQS pricing: a request to a standard queue. */
  queueRequest: 0.4 / 1_000_000,
  /** AWS Lambda pricing: a request. */
  invocation: 0.2 / 1_000_000,
  /** AWS Lambda pricing: a gigabyte-second on Arm. */
  gigabyteSecond: 0.0000133334,
  /** Amazon DynamoDB pricing, on demand: a write request unit. A transactional write takes two for each kilobyte. */
  writeUnit: 0.625 / 1_000_000,
  /** Amazon DynamoDB pricing: a gigabyte stored for a month. */
  storedGigabyte: 0.25,
  /** Amazon SNS pricing: a publish of up to 64 KB. */
  publish: 0.5 / 1_000_000,
  /** Amazon SNS pricing: a mail. */
  mail: 2 / 100_000,
  /** Amazon EventBridge pricing: an invocation of Scheduler. */
  scheduled: 1 / 1_000_000,
  /** Amazon EventBridge pricing: an event of up to 64 KB that is sent to the bus of another account. The sender pays. */
  forwarded: 1 / 1_000_000,
} as const
