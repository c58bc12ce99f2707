import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Key } from 'aws-cdk-lib/aws-kms'
import type { Topic } from 'aws-cdk-lib/aws-sns'

/** What findings are told through, and where it is written that they were. */
export type AlertResources = { readonly ledger: Table; readonly alerts: Topic; readonly key: Key }
