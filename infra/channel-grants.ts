import { Aws } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Key } from 'aws-cdk-lib/aws-kms'
import type { Topic } from 'aws-cdk-lib/aws-sns'
import { partitionFor } from '../shared/facts/partitions.ts'
import type { ChannelParts } from './channel-parts.ts'
import type { Settings } from './context.ts'
import type { Condition } from './guard-function.ts'
import { FINDINGS_ONLY } from './ledger-table.ts'
import type { Telling } from './telling.ts'

type Grant = {
  readonly actions: readonly string[]
  readonly on: string
  readonly only?: Condition
  /** Why it is on a pattern, where it is. */
  readonly everywhere?: string
}

/** Where findings come from: the stack's region, or those that are swept, too. */
type Regions = Settings['sweepRegions']

// arn:aws:secretsmanager:REGION:…
const viaSecretsManager = (secret: string): Condition => {
  const region = secret.split(':')[3] ?? ''
  const value = `secretsmanager.${region}.${partitionFor(region).dnsSuffix}`
  return { operator: 'StringEquals', key: 'kms:ViaService', value }
}

type Secret = { readonly secret: string; readonly key?: string }

const readingSecret = ({ secret, key }: Secret): readonly Grant[] => [
  { actions: ['secretsmanager:GetSecretValue'], on: secret },
  ...(key === undefined ? [] : [{ actions: ['kms:Decrypt'], on: key, only: viaSecretsManager(secret) }]),
]

const own = (service: string, resource: string): string =>
  `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`

const productIn = (region: string): string =>
  `arn:${Aws.PARTITION}:securityhub:${region}:${Aws.ACCOUNT_ID}:product/${Aws.ACCOUNT_ID}/default`

/** Security Hub takes a finding in its own region, by the product of that region. */
const importing = (regions: Regions): readonly Grant[] => {
  const actions = ['securityhub:BatchImportFindings']
  if (regions === 'all')
    return [
      {
        actions,
        on: productIn('*'),
        everywhere: 'Every region that is enabled is swept, and its findings are imported there.',
      },
    ]
  const others = regions === 'own' ? [] : regions
  return [Aws.REGION, ...others].map(region => ({ actions, on: productIn(region) }))
}

const busArn = (bus: string): string => (bus.startsWith('arn:') ? bus : own('events', `event-bus/${bus}`))

/** Sending through a topic, and counting who has confirmed to want it. */
const telling = (
  topic: Topic,
  { key, counting }: { readonly key: Key; readonly counting: string },
): readonly Grant[] => [
  { actions: ['sns:Publish', counting], on: topic.topicArn },
  { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], on: key.keyArn },
]

/** What an alert left out for its size. */
const readingFindings = (ledger: Table): Grant => ({
  actions: ['dynamodb:BatchGetItem'],
  on: ledger.tableArn,
  only: FINDINGS_ONLY,
})

const grantsOf = (
  { channel, topic }: ChannelParts,
  { alerts, key, ledger }: Telling,
  regions: Regions,
): readonly Grant[] => {
  switch (channel.type) {
    case 'slack':
    case 'slack-webhook':
    case 'teams':
      return readingSecret(channel)
    case 'webhook':
      return [...readingSecret(channel), ...(channel.format === 'ocsf' ? [readingFindings(ledger)] : [])]
    case 'security-hub':
      return [...importing(regions), readingFindings(ledger)]
    case 'event-bus':
      return [{ actions: ['events:PutEvents'], on: busArn(channel.bus) }, readingFindings(ledger)]
    case 'amazon-q':
      return topic === undefined ? [] : telling(topic, { key, counting: 'sns:GetTopicAttributes' })
    case 'email':
      return telling(alerts, { key, counting: 'sns:ListSubscriptionsByTopic' })
    default:
      return channel satisfies never
  }
}

/** Grants what the type of the channel needs to be told. */
export const mayTellChannel = (parts: ChannelParts, telling: Telling, regions: Regions): void => {
  const { notify } = parts
  for (const { actions, on, only, everywhere } of grantsOf(parts, telling, regions)) {
    notify.may(actions, on, only)
    if (everywhere !== undefined) notify.acknowledgePattern(on, everywhere)
  }
}
