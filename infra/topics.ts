import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'

/** The key of both topics. A customer key, because CloudWatch cannot publish to a topic that has the key of SNS itself. */
export const topicsKey = (scope: Construct): Key =>
  new Key(scope, 'TopicsKey', {
    description: 'virtguard: encrypts alerts and alarms on their way',
    enableKeyRotation: true,
    // A topic keeps nothing for long, so nothing is lost with its key.
    removalPolicy: RemovalPolicy.DESTROY,
  })

const topic = (scope: Construct, id: string, options: { name: string; key: Key; emails: readonly string[] }): Topic => {
  const made = new Topic(scope, id, { displayName: options.name, masterKey: options.key, enforceSSL: true })
  for (const address of options.emails) made.addSubscription(new EmailSubscription(address))
  return made
}

/** Findings, for whoever owns the instances. */
export const alertsTopic = (scope: Construct, key: Key, emails: readonly string[]): Topic =>
  topic(scope, 'Alerts', { name: 'virtguard alerts', key, emails })

/** Where a sweep is asked for: it leads to the queue of sweeps only. */
export const sweepRequestsTopic = (scope: Construct, key: Key): Topic =>
  topic(scope, 'SweepRequests', { name: 'virtguard sweep requests', key, emails: [] })

/**
 * Alarms on virtguard itself, for whoever runs it. A topic of its own, so that nobody who filters or forwards alerts
 * has to tell an alarm from a finding; the same addresses, because a guard that is down concerns them too.
 */
export const operationsTopic = (scope: Construct, key: Key, emails: readonly string[]): Topic => {
  const operations = topic(scope, 'Operations', { name: 'virtguard operations', key, emails })
  const cloudwatch = {
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  }
  operations.addToResourcePolicy(
    new PolicyStatement({ ...cloudwatch, sid: 'Alarms', actions: ['sns:Publish'], resources: [operations.topicArn] }),
  )
  key.addToResourcePolicy(
    new PolicyStatement({
      ...cloudwatch,
      sid: 'Alarms',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
    }),
  )
  return operations
}
