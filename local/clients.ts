import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EC2Client } from '@aws-sdk/client-ec2'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { IAMClient } from '@aws-sdk/client-iam'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SecurityHubClient } from '@aws-sdk/client-securityhub'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { CREDENTIALS, REGION } from './isolation.ts'

export type Endpoints = {
  /** MiniStack: everything but EC2 and Security Hub. */
  readonly aws: string
  /** moto: EC2 and Security Hub. */
  readonly ec2: string
  /** The certificate that both have, to trust. */
  readonly cert: string
}

export type Clients = ReturnType<typeof createClients>

/** SDK clients with root credentials of the local cloud. Each gets its endpoint: nothing is looked up. */
export function createClients({ aws, ec2, cert }: Endpoints) {
  const httpsAgent = new Agent({ keepAlive: true, ca: readFileSync(cert) })
  const shared = { region: REGION, credentials: CREDENTIALS, requestHandler: { httpsAgent } }
  const ministack = { ...shared, endpoint: aws }
  return {
    cloudFormation: new CloudFormationClient(ministack),
    dynamo: new DynamoDBClient(ministack),
    events: new EventBridgeClient(ministack),
    iam: new IAMClient(ministack),
    lambda: new LambdaClient(ministack),
    s3: new S3Client({ ...ministack, forcePathStyle: true }),
    secrets: new SecretsManagerClient(ministack),
    scheduler: new SchedulerClient(ministack),
    sns: new SNSClient(ministack),
    sqs: new SQSClient({ ...ministack, useQueueUrlAsEndpoint: false }),
    ec2: new EC2Client({ ...shared, endpoint: ec2 }),
    securityHub: new SecurityHubClient({ ...shared, endpoint: ec2 }),
    close: () => httpsAgent.destroy(),
  }
}
