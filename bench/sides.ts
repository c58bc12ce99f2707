import { join } from 'node:path'
import type { CustodianPolicy } from './custodian.ts'
import type { Command } from './process.ts'

/** The paths of the processes. Nothing of the surrounding shell reaches them: real AWS is never called. */
export type Workplace = {
  readonly folder: string
  readonly url: string
  /** The stub's certificate, a PEM file. */
  readonly certificate: string
}

export type Node = { readonly path: string; readonly version: string }

const DRIVERS = join(import.meta.dirname, 'drivers')

/** The settings of both sides. The stub knows by the key id whose call it is. */
const renderShared = (place: Workplace, client: string): Record<string, string> => ({
  PATH: '/usr/bin:/bin',
  HOME: place.folder,
  TMPDIR: place.folder,
  LANG: 'en_US.UTF-8',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: client,
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_SESSION_TOKEN: 'bench',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ENDPOINT_URL: place.url,
})

/** Our function as it is deployed; without a bundle, the bare runtime. */
export const buildOwnCommand = (node: Node, place: Workplace, client: string, bundle?: string): Command => ({
  command: node.path,
  args: [join(DRIVERS, 'runtime.cjs'), ...(bundle === undefined ? [] : [bundle])],
  env: {
    ...renderShared(place, client),
    NODE_EXTRA_CA_CERTS: place.certificate,
    AWS_LAMBDA_FUNCTION_NAME: 'Evaluate',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: bundle ?? place.folder,
    LEDGER_TABLE: 'Ledger',
    ALERTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:Alerts',
    SWEEP_REQUESTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:SweepRequests',
    FAILED_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/FailedLaunches',
  },
})

export type Custodian = {
  readonly python: string
  /** What Lambda's image brings. */
  readonly runtime: string
  readonly packages: Readonly<Record<CustodianPolicy, string>>
  /** The authorities that botocore trusts by default, and the stub's. */
  readonly authorities: string
}

/** Cloud Custodian's function as it would be deployed; without a policy, the bare runtime. */
export const buildCustodianCommand = (
  custodian: Custodian,
  place: Workplace,
  client: string,
  policy?: CustodianPolicy,
): Command => ({
  command: custodian.python,
  // Without `site`, so that nothing of the virtual environment is found that Lambda's image would not have.
  args: [
    '-S',
    join(DRIVERS, 'runtime.py'),
    ...(policy === undefined ? [] : [custodian.packages[policy], custodian.runtime]),
  ],
  env: {
    ...renderShared(place, client),
    AWS_CA_BUNDLE: custodian.authorities,
    AWS_LAMBDA_FUNCTION_NAME: 'custodian-bench',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_EXECUTION_ENV: 'AWS_Lambda_python3.11',
    // The package is compiled at each cold start, as on Lambda, where its folder cannot be written to.
    PYTHONDONTWRITEBYTECODE: '1',
  },
})
