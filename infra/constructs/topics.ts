import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import type { Policy } from '../../shared/policy/policy.ts'

/**
 * The key of the topics: the company's, or one of the stack. A customer key, because CloudWatch cannot publish to a topic
 * that has the key of SNS itself.
 */
export const createTopicsKey = (scope: Construct, kmsKey: string | undefined): IKey =>
  kmsKey === undefined ? createOwnKey(scope) : Key.fromKeyArn(scope, 'CompanyKey', kmsKey)

const createOwnKey = (scope: Construct): Key =>
  new Key(scope, 'TopicsKey', {
    description: 'virtguard: encrypts alerts and alarms on their way',
    enableKeyRotation: true,
    // A topic keeps nothing for long, so nothing is lost with its key.
    removalPolicy: RemovalPolicy.DESTROY,
  })

type Options = { readonly name: string; readonly key: IKey; readonly emails: readonly string[] }

const createTopic = (scope: Construct, id: string, { name, key, emails, ...filter }: Options & Filter): Topic => {
  const made = new Topic(scope, id, { displayName: name, masterKey: key, enforceSSL: true })
  for (const address of emails) made.addSubscription(new EmailSubscription(address, filter))
  return made
}

type Filter = { readonly filterPolicy?: Record<string, SubscriptionFilter> }

/**
 * Keeps messages without a kind from a subscriber: a digest of scheduled deliveries, or a test, published for the
 * addresses of one channel of the type email. Undefined if there is no such channel.
 */
export const filterAlerts = ({ channels = {} }: Policy): Filter =>
  Object.values(channels).some(({ type }) => type === 'email')
    ? { filterPolicy: { kind: SubscriptionFilter.existsFilter() } }
    : {}

type AlertsOptions = { readonly key: IKey; readonly emails: readonly string[]; readonly policy: Policy }

/** Findings, for the owners of the instances. */
export const createAlertsTopic = (scope: Construct, { key, emails, policy }: AlertsOptions): Topic =>
  createTopic(scope, 'Alerts', { name: 'virtguard alerts', key, emails, ...filterAlerts(policy) })

/** Messages for a chat application, in its own format. */
export const createChannelTopic = (
  scope: Construct,
  id: string,
  { name, key }: { readonly name: string; readonly key: IKey },
): Topic => createTopic(scope, id, { name: `virtguard ${name}`, key, emails: [] })

/** Requests for a sweep. It leads to the queue of sweeps only. */
export const sweepRequestsTopic = (scope: Construct, key: IKey): Topic =>
  createTopic(scope, 'SweepRequests', { name: 'virtguard sweep requests', key, emails: [] })

/**
 * Alarms on virtguard itself, for its operators. A topic of its own, so that a filter for alerts needs no rule for
 * alarms. It has the same addresses, because a guard that is down concerns them too.
 */
export const createOperationsTopic = (scope: Construct, key: IKey, emails: readonly string[]): Topic => {
  const operations = createTopic(scope, 'Operations', { name: 'virtguard operations', key, emails })
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
