import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Topic } from 'aws-cdk-lib/aws-sns'

/** The topic of findings, and the table that records the alerts. */
export type AlertResources = { readonly ledger: Table; readonly alerts: Topic; readonly key: IKey }
