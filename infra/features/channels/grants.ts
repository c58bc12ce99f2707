import { Aws } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Topic } from 'aws-cdk-lib/aws-sns'
import { getAsffPartition } from '../../../shared/facts/partitions.ts'
import type { AlertResources } from '../../constructs/alert-resources.ts'
import type { ChannelParts } from '../../constructs/channel-parts.ts'
import type { Condition } from '../../constructs/guard-function.ts'
import { FINDINGS_ONLY } from '../../constructs/ledger-table.ts'
import type { Settings } from '../../settings/context.ts'

type Grant = {
  readonly actions: readonly string[]
  readonly on: string
  readonly only?: Condition
  /** The reason for a pattern, if it is on one. */
  readonly everywhere?: string
}

/** The regions of findings: the stack's region, or those that are swept, too. */
type Regions = Settings['sweepRegions']

// arn:aws:secretsmanager:REGION:…
const allowViaSecretsManager = (secret: string): Condition => {
  const region = secret.split(':')[3] ?? ''
  const value = `secretsmanager.${region}.${getAsffPartition(region).dnsSuffix}`
  return { operator: 'StringEquals', key: 'kms:ViaService', value }
}

type Secret = { readonly secret: string; readonly key?: string }

const grantSecretRead = ({ secret, key }: Secret): readonly Grant[] => [
  { actions: ['secretsmanager:GetSecretValue'], on: secret },
  ...(key === undefined ? [] : [{ actions: ['kms:Decrypt'], on: key, only: allowViaSecretsManager(secret) }]),
]

const formatOwnArn = (service: string, resource: string): string =>
  `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`

const buildProductArn = (region: string): string =>
  `arn:${Aws.PARTITION}:securityhub:${region}:${Aws.ACCOUNT_ID}:product/${Aws.ACCOUNT_ID}/default`

/** Security Hub takes a finding in its own region, by the product of that region. */
const importFindings = (regions: Regions): readonly Grant[] => {
  const actions = ['securityhub:BatchImportFindings']
  if (regions === 'all')
    return [
      {
        actions,
        on: buildProductArn('*'),
        everywhere: 'Every region that is enabled is swept, and its findings are imported there.',
      },
    ]
  const others = regions === 'own' ? [] : regions
  return [Aws.REGION, ...others].map(region => ({ actions, on: buildProductArn(region) }))
}

const formatBusArn = (bus: string): string =>
  bus.startsWith('arn:') ? bus : formatOwnArn('events', `event-bus/${bus}`)

/** Sending through a topic, and counting who has confirmed to want it. */
const grantPublish = (
  topic: Topic,
  { key, counting }: { readonly key: IKey; readonly counting: string },
): readonly Grant[] => [
  { actions: ['sns:Publish', counting], on: topic.topicArn },
  { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], on: key.keyArn },
]

/** The findings that an alert left out for its size. */
const grantFindingsRead = (ledger: Table): Grant => ({
  actions: ['dynamodb:BatchGetItem'],
  on: ledger.tableArn,
  only: FINDINGS_ONLY,
})

const listGrants = (
  { channel, topic }: ChannelParts,
  { alerts, key, ledger }: AlertResources,
  regions: Regions,
): readonly Grant[] => {
  switch (channel.type) {
    case 'slack':
    case 'slack-webhook':
    case 'teams':
      return grantSecretRead(channel)
    case 'webhook':
      return [...grantSecretRead(channel), ...(channel.format === 'ocsf' ? [grantFindingsRead(ledger)] : [])]
    case 'security-hub':
      return [...importFindings(regions), grantFindingsRead(ledger)]
    case 'event-bus':
      return [{ actions: ['events:PutEvents'], on: formatBusArn(channel.bus) }, grantFindingsRead(ledger)]
    case 'amazon-q':
      return topic === undefined ? [] : grantPublish(topic, { key, counting: 'sns:GetTopicAttributes' })
    case 'email':
      return grantPublish(alerts, { key, counting: 'sns:ListSubscriptionsByTopic' })
    default:
      return channel satisfies never
  }
}

/** Grants what a channel of this type needs to send. */
export const grantSendToChannel = (parts: ChannelParts, alertResources: AlertResources, regions: Regions): void => {
  const { notify } = parts
  for (const { actions, on, only, everywhere } of listGrants(parts, alertResources, regions)) {
    notify.may(actions, on, only)
    if (everywhere !== undefined) notify.acknowledgePattern(on, everywhere)
  }
}
