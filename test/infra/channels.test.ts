import { describe, expect, test } from '@jest/globals'
import { AwsSolutionsChecks } from 'cdk-nag'
import { LEASE_SECONDS } from '../../shared/ledger/row.ts'
import { countFilters, describeAlertResources as resourcesIn } from '../../shared/policy/deployment-limits.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { toPascalCase } from '../../shared/text/pascal.ts'
import {
  environmentOf,
  live,
  more,
  names,
  outputsOf,
  pascals,
  sent,
  subscriptionsOf,
  without,
} from './channel-templates.ts'
import { CHANNELS, WITH_CHANNELS, WITH_HOLDING } from './channels.ts'
import { deployedGrants, idIn } from './grants.ts'
import { anApp, aTemplate, ENFORCING, resourceNamed, resourcesOf } from './stack.ts'

describe('a policy without channels', () => {
  test('deploys what it always did', () => {
    const text = JSON.stringify(without.toJSON())
    expect([...text.matchAll(/Notify|FilterPolicy|virtguard-held|Undelivered(?!Events|Alerts|Sweeps)\w+/g)]).toEqual([])
    expect(Object.keys(outputsOf(without)).filter(name => /Channel/.test(name))).toEqual([])
  })

  test('needs no bundle of the function that notifies, and one with channels needs it', () => {
    const bundles = { evaluate: __dirname, confirm: __dirname, sweep: __dirname }
    expect(() => anApp({ policy: WITH_CHANNELS, bundles })).toThrow('needs the bundle of Notify')
    expect(() => anApp({ bundles })).not.toThrow()
  })
})

test.each([
  ['aws-cn', 'cn-north-1', 'amazonaws.com.cn'],
  ['aws-eusc', 'eusc-de-east-1', 'amazonaws.eu'],
])('with a secret in %s may decrypt it by its own Secrets Manager', (partition, region, suffix) => {
  const arn = (service: string, name: string) => `arn:${partition}:${service}:${region}:123456789012:${name}`
  const secret = arn('secretsmanager', 'secret:hook-AbCdEf')
  const channels = { hook: { type: 'teams', secret, key: arn('kms', 'key/0123-4567') } } as const
  const grants = deployedGrants(aTemplate({ policy: { ...DEFAULT_POLICY, channels } }))
  expect(grants.filter(({ on }) => on.includes('key/0123'))).toMatchObject([
    { action: 'kms:Decrypt', only: `secretsmanager.${region}.${suffix}` },
  ])
})

describe('each channel', () => {
  test('has a queue, a dead-letter queue, and a function that processes it', () => {
    expect(more(sent, 'AWS::SQS::Queue')).toEqual([
      ...[...pascals].sort().map(id => `Channel${id}`),
      ...[...pascals].sort().map(id => `Undelivered${id}`),
    ])
    expect(more(sent, 'AWS::Lambda::Function')).toEqual(pascals.map(id => `Notify${id}`).sort())
    for (const id of pascals) {
      const queue = resourceNamed(sent, 'AWS::SQS::Queue', `Channel${id}`).Properties
      const { deadLetterTargetArn, maxReceiveCount } = queue['RedrivePolicy'] as Record<string, unknown>
      expect([idIn(deadLetterTargetArn), maxReceiveCount]).toEqual([`Undelivered${id}`, 500])
    }
  })

  test('has a function of its own, with two copies at most, a burst at once, and one failure alone', () => {
    const sources = Object.values(resourcesOf(sent, 'AWS::Lambda::EventSourceMapping')).map(each => each.Properties)
    for (const id of pascals) {
      const source = sources.filter(({ EventSourceArn }) => idIn(EventSourceArn) === `Channel${id}`)
      expect(source).toMatchObject([
        {
          BatchSize: 10,
          MaximumBatchingWindowInSeconds: 1,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ScalingConfig: { MaximumConcurrency: 2 },
        },
      ])
      expect(idIn(source[0]?.['FunctionName'])).toBe(`Notify${id}`)
    }
  })

  test('has times that fit: a claim outlives its function, and no message is delivered again before both', () => {
    for (const id of pascals) {
      const timeout = Number(resourceNamed(sent, 'AWS::Lambda::Function', `Notify${id}`).Properties['Timeout'])
      const hidden = Number(resourceNamed(sent, 'AWS::SQS::Queue', `Channel${id}`).Properties['VisibilityTimeout'])
      expect(hidden).toBeGreaterThanOrEqual(6 * timeout)
      expect(LEASE_SECONDS).toBeGreaterThan(timeout)
      expect(LEASE_SECONDS + timeout).toBeLessThanOrEqual(hidden)
    }
  })

  test('gives its function its name and the location of everything it needs', () => {
    const base = (name: string, id: string) => ({
      CHANNEL: name,
      LEDGER_TABLE: { Ref: expect.stringMatching(/^Ledger/) },
      QUEUE_URL: { Ref: expect.stringMatching(new RegExp(`^Channel${id}[0-9A-F]{8}$`)) },
      UNDELIVERED_QUEUE_URL: { Ref: expect.stringMatching(new RegExp(`^Undelivered${id}[0-9A-F]{8}$`)) },
    })
    const extra: Record<string, object> = {
      chat: { CHAT_TOPIC_ARN: { Ref: expect.stringMatching(/^ChatAlerts/) } },
      mail: { ALERTS_TOPIC_ARN: { Ref: expect.stringMatching(/^Alerts[0-9A-F]{8}$/) } },
    }
    for (const name of names)
      expect(environmentOf(sent, `Notify${toPascalCase(name)}`).Variables).toMatchObject({
        ...base(name, toPascalCase(name)),
        ...extra[name],
      })
  })

  test('is known to the command line by outputs, with the list of channels', () => {
    const outputs = outputsOf(sent)
    for (const id of pascals)
      for (const name of [`Notify${id}Function`, `Channel${id}QueueUrl`, `Undelivered${id}QueueUrl`])
        expect(outputs[name]?.Value).toEqual({ Ref: expect.stringMatching(/^\w+[0-9A-F]{8}$/) })
    expect(outputs['ChatAlertsTopicArn']).toBeDefined()
    expect(outputs['Channels']?.Value).toBe('ops hook teams night-shift chat hub bus mail')
    expect(outputs['ChannelsHash']?.Value).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('the way of an alert to a channel', () => {
  test('is a subscription of the channel that takes its messages, now or later, unchanged', () => {
    const queues = subscriptionsOf(sent).filter(
      ({ Protocol, TopicArn }) => Protocol === 'sqs' && idIn(TopicArn) === 'Alerts',
    )
    const filters = queues.map(({ Endpoint, FilterPolicy, RawMessageDelivery, RedrivePolicy }) => [
      idIn(Endpoint),
      FilterPolicy,
      RawMessageDelivery,
      idIn((RedrivePolicy as Record<string, unknown>)['deadLetterTargetArn']),
    ])
    for (const name of names) {
      const id = toPascalCase(name)
      const channels = name === 'mail' ? ['mail:later'] : [name, `${name}:later`]
      expect(filters).toContainEqual([`Channel${id}`, { channels }, true, `Undelivered${id}`])
    }
    expect(queues).toHaveLength(names.length + 1)
  })

  test('is an email of SNS itself if the channel is email, and nobody else gets what is published for these addresses', () => {
    const template = aTemplate({ policy: WITH_CHANNELS, emails: ['boss@example.com'] })
    const ofAlerts = subscriptionsOf(template).filter(({ TopicArn }) => idIn(TopicArn) === 'Alerts')
    const mails = ofAlerts
      .filter(({ Protocol }) => Protocol === 'email')
      .map(({ Endpoint, FilterPolicy }) => [Endpoint, FilterPolicy])
    const alertsOnly = { kind: [{ exists: true }] }
    expect(mails).toEqual(
      expect.arrayContaining([
        ['boss@example.com', alertsOnly],
        ['ops@example.com', { channels: ['mail'] }],
        ['user@example.com', { channels: ['mail'] }],
      ]),
    )
    expect(mails).toHaveLength(3)
    const alerted = ofAlerts.find(({ Endpoint }) => idIn(Endpoint) === 'Alerted')
    expect(alerted?.['FilterPolicy']).toEqual(alertsOnly)
  })

  test('needs no filter if no channel is email', () => {
    const { mail: _mail, ...channels } = CHANNELS
    const template = aTemplate({ policy: { ...DEFAULT_POLICY, channels }, emails: ['boss@example.com'] })
    const unfiltered = subscriptionsOf(template).filter(
      ({ FilterPolicy, TopicArn }) => FilterPolicy === undefined && idIn(TopicArn) !== 'SweepRequests',
    )
    expect(unfiltered.map(({ Protocol }) => Protocol).sort()).toEqual(['email', 'email', 'sqs'])
  })
})

describe('the stack with channels', () => {
  test.each<[string, Policy]>([
    ['sends at once', WITH_CHANNELS],
    ['schedules deliveries', WITH_HOLDING],
  ])('passes cdk-nag if the policy %s', (_, policy) => {
    const app = anApp({ policy, emails: ['boss@example.com'] })
    expect(new AwsSolutionsChecks(app).validateScope(app)).toMatchObject({ success: true, violations: [] })
  })

  test('has no secret, only its location, and that in the role alone', () => {
    const text = JSON.stringify(sent.toJSON())
    const places = [...text.matchAll(/secret:slack-AbCdEf/g)]
    expect(places).toHaveLength(1)
    expect(JSON.stringify(resourcesOf(sent, 'AWS::IAM::Policy'))).toContain('secret:slack-AbCdEf')
  })

  test('encrypts the topic of a chat application and refuses plain HTTP', () => {
    expect(resourceNamed(sent, 'AWS::SNS::Topic', 'ChatAlerts').Properties['KmsMasterKeyId']).toBeDefined()
    expect(JSON.stringify(resourcesOf(sent, 'AWS::SNS::TopicPolicy'))).toContain('ChatAlerts')
  })
})

test('channel names in words become logical ids, and no two are the same', () => {
  expect(toPascalCase('night-shift')).toBe('NightShift')
  expect(toPascalCase('nightshift')).toBe('Nightshift')
})

describe('Security Hub', () => {
  const productsWith = (sweepRegions: 'own' | 'all' | readonly string[]): readonly string[] => {
    const template = aTemplate({ policy: WITH_CHANNELS, sweepRegions })
    const statements = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).flatMap(({ Properties }) =>
      JSON.stringify(Properties).includes('securityhub:BatchImportFindings')
        ? [JSON.stringify(Properties).replaceAll('",{"Ref":"AWS::Region"},"', 'its own')]
        : [],
    )
    return statements.flatMap(text => [...text.matchAll(/:securityhub:([^:]*):/g)].map(([, region = '']) => region))
  }
  const OWN = 'its own'

  test('may be sent findings in the region of the stack, and in those that are swept', () => {
    expect(productsWith('own')).toEqual([OWN])
    expect(productsWith(['eu-west-1', 'us-west-2'])).toEqual([OWN, 'eu-west-1', 'us-west-2'])
  })

  test('may be sent findings in every region if all are swept, and cdk-nag gets the reason', () => {
    expect(productsWith('all')).toEqual(['*'])
  })
})

describe('a channel that is removed', () => {
  test('leaves its queues, with what waits in them, and a failed first deployment leaves none', () => {
    for (const id of pascals)
      for (const name of [`Channel${id}`, `Undelivered${id}`]) {
        const [queue] = Object.entries(resourcesOf(sent, 'AWS::SQS::Queue')).filter(
          ([key]) => key.slice(0, -8) === name,
        )
        expect(queue?.[1]).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' })
      }
  })

  test('is known to Sweep while it exists', () => {
    const { Variables } = environmentOf(sent, 'Sweep')
    const text = JSON.stringify(Variables['CHANNELS'])
    for (const name of names) expect(text).toContain(`${name}=`)
    expect(environmentOf(without, 'Sweep').Variables['CHANNELS']).toBe('')
  })
})

describe('the count of resources before a deployment', () => {
  const counted = (policy: Policy, deployed: typeof sent) => ({
    there: Object.keys(deployed.toJSON()['Resources']).length,
    resources: resourcesIn(policy, { emails: 0 }),
    filters: Object.values(subscriptionsOf(deployed)).filter(({ FilterPolicy }) => FilterPolicy !== undefined).length,
    filtersCounted: countFilters(policy, { emails: 0 }),
  })

  test.each([
    ['without channels', counted(DEFAULT_POLICY, without)],
    ['with channels', counted(WITH_CHANNELS, sent)],
    ['with channels that may have scheduled deliveries', counted({ ...ENFORCING, channels: CHANNELS }, live)],
  ])('is what a stack has or slightly more: %s', (_, { there, resources, filters, filtersCounted }) => {
    // Where this fails the stack has grown: count anew in shared/policy/deployment-limits.ts.
    expect(there).toBeLessThanOrEqual(resources)
    expect(there).toBeGreaterThan(resources - 40)
    expect(filters).toBe(filtersCounted)
  })
})
