import { spawnSync } from 'node:child_process'

export type Environment = Readonly<Record<string, string>>

/** What the functions find in Lambda. */
export const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_SESSION_TOKEN: 'example',
  LEDGER_TABLE: 'Ledger',
  ALERTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:Alerts',
  SWEEP_REQUESTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:SweepRequests',
  ALERTED_QUEUE_ARN: 'arn:aws:sqs:us-east-1:123456789012:Alerted',
  SWEEPS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/Sweeps',
  SWEEP_REGIONS: 'own',
  FAILED_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/Failed',
  STOPS: 'present',
  STOPS_QUEUE_ARN: 'arn:aws:sqs:us-east-1:123456789012:Stops',
  UNDELIVERED_STOPS_QUEUE_ARN: 'arn:aws:sqs:us-east-1:123456789012:UndeliveredStops',
  SCHEDULE_GROUP: 'virtguard',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/Scheduler',
}

/** Runs a script in a fresh Node that has nothing but this environment; the SDK's warning of an old Node is left out. */
export const inFreshNode = (script: string, { cwd, env = ENVIRONMENT }: { cwd: string; env?: Environment }) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd,
    env: { NODE_ENV: 'production', ...env },
    encoding: 'utf8',
    timeout: 30_000,
  })
  const warnsOfOldNode = oldNodeWarnings()
  return { status, stdout, stderr: stderr.split('\n').filter(line => line !== '' && !warnsOfOldNode(line)) }
}

/** The AWS SDK warns of Node below 22 in several lines that end with Node's hint. */
const oldNodeWarnings = () => {
  let within = false
  return (line: string): boolean => {
    if (Number(process.versions.node.split('.')[0]) >= 22) return false
    if (line.includes('NodeVersionSupportWarning') || line.includes('NodeDeprecationWarning')) within = true
    const warns = within
    if (line.includes('--trace-warnings')) within = false
    return warns
  }
}
