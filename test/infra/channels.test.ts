import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { AwsSolutionsChecks } from 'cdk-nag'
import { holding } from '../../infra/channel-holding.ts'
import { LEASE_SECONDS } from '../../shared/ledger/row.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { pascal } from '../../shared/text/pascal.ts'
import { documentedForChannel } from './channel-grants.ts'
import { CHANNELS, WITH_CHANNELS, WITH_HOLDING } from './channels.ts'
import { deployedGrants, idIn } from './grants.ts'
import { anApp, aTemplate, ENFORCING, resourceNamed, resourcesOf } from './stack.ts'

const without = aTemplate()
const sent = aTemplate({ policy: WITH_CHANNELS })
const held = aTemplate({ policy: WITH_HOLDING })
const live = aTemplate({ policy: { ...ENFORCING, channels: CHANNELS } })

const names = Object.keys(CHANNELS)
const pascals = names.map(pascal)
const idsOf = (template: typeof sent, type: string): readonly string[] =>
  Object.keys(resourcesOf(template, type)).map(id => id.slice(0, -8))
const more = (template: typeof sent, type: string): readonly string[] => {
  const before = idsOf(without, type)
  return idsOf(template, type)
    .filter(id => !before.includes(id))
    .sort()
}
const environmentOf = (template: typeof sent, name: string) =>
  resourceNamed(template, 'AWS::Lambda::Function', name).Properties['Environment'] as {
    Variables: Record<string, unknown>
  }
const outputsOf = (template: typeof sent) => template.toJSON()['Outputs'] as Record<string, { Value: unknown }>
const subscriptionsOf = (template: typeof sent) =>
  Object.values(resourcesOf(template, 'AWS::SNS::Subscription')).map(({ Properties }) => Properties)

describe('a policy without channels', () => {
  test('deploys what it always did', () => {
    const text = JSON.stringify(without.toJSON())
    expect([...text.matchAll(/Notify|FilterPolicy|virtguard-held|Undelivered(?!Events|Alerts|Sweeps)\w+/g)]).toEqual([])
    expect(Object.keys(outputsOf(without)).filter(name => /Channel/.test(name))).toEqual([])
  })

  test('needs no bundle of the function that notifies; one with channels cannot do without', () => {
    const bundles = { evaluate: __dirname, confirm: __dirname, sweep: __dirname }
    expect(() => anApp({ policy: WITH_CHANNELS, bundles })).toThrow('needs the bundle of Notify')
    expect(() => anApp({ bundles })).not.toThrow()
  })
})

describe('each channel', () => {
  test('has a queue, a dead-letter queue, and a function that works on it', () => {
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

  test('is taken to work by its own function, two copies at most, a burst at once, one failure alone', () => {
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

  test('has times that fit: a claim outlives its function, and no message comes back before both', () => {
    for (const id of pascals) {
      const timeout = Number(resourceNamed(sent, 'AWS::Lambda::Function', `Notify${id}`).Properties['Timeout'])
      const hidden = Number(resourceNamed(sent, 'AWS::SQS::Queue', `Channel${id}`).Properties['VisibilityTimeout'])
      expect(hidden).toBeGreaterThanOrEqual(6 * timeout)
      expect(LEASE_SECONDS).toBeGreaterThan(timeout)
      expect(LEASE_SECONDS + timeout).toBeLessThanOrEqual(hidden)
    }
  })

  test('tells its function which one it is and where everything lies', () => {
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
      expect(environmentOf(sent, `Notify${pascal(name)}`).Variables).toEqual({
        ...base(name, pascal(name)),
        ...extra[name],
      })
  })

  test('is told to the command line by outputs, and so is which channels there are', () => {
    const outputs = outputsOf(sent)
    for (const id of pascals)
      for (const name of [`Notify${id}Function`, `Channel${id}QueueUrl`, `Undelivered${id}QueueUrl`])
        expect(outputs[name]?.Value).toEqual({ Ref: expect.stringMatching(/^\w+[0-9A-F]{8}$/) })
    expect(outputs['ChatAlertsTopicArn']).toBeDefined()
    expect(outputs['Channels']?.Value).toBe('ops hook teams night-shift chat hub bus mail')
    expect(outputs['ChannelsHash']?.Value).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('an alert comes to a channel', () => {
  test('by a subscription of its own that takes what is for it, now or later, as it is', () => {
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
      const id = pascal(name)
      const channels = name === 'mail' ? ['mail:later'] : [name, `${name}:later`]
      expect(filters).toContainEqual([`Channel${id}`, { channels }, true, `Undelivered${id}`])
    }
    expect(queues).toHaveLength(names.length + 1)
  })

  test('by email from SNS itself; nobody else gets what is published for these addresses alone', () => {
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

  test('and no filter is needed where no channel is email', () => {
    const { mail: _mail, ...channels } = CHANNELS
    const template = aTemplate({ policy: { ...DEFAULT_POLICY, channels }, emails: ['boss@example.com'] })
    const unfiltered = subscriptionsOf(template).filter(
      ({ FilterPolicy, TopicArn }) => FilterPolicy === undefined && idIn(TopicArn) !== 'SweepRequests',
    )
    expect(unfiltered.map(({ Protocol }) => Protocol).sort()).toEqual(['email', 'email', 'sqs'])
  })
})

describe('holding alerts', () => {
  const groupsOf = (template: typeof sent) => more(template, 'AWS::Scheduler::ScheduleGroup')
  const holders = (template: typeof sent) =>
    more(template, 'AWS::IAM::Role')
      .filter(id => id.startsWith('Held'))
      .map(id => id.slice(4, -4))

  test('needs schedules, for the channels of routes that hold and for no other', () => {
    expect([groupsOf(sent), holders(sent)]).toEqual([[], []])
    expect([groupsOf(held), holders(held)]).toEqual([['HeldSchedules'], ['Mail', 'NightShift']])
  })

  test('may come with a live policy to every channel that people read', () => {
    expect(holders(live)).toEqual(['Chat', 'Hook', 'Mail', 'NightShift', 'Ops', 'Teams'])
    expect(holding(WITH_CHANNELS, true)).not.toContain('hub')
    expect(holding(WITH_CHANNELS, false)).toEqual([])
  })

  test('tells the function where', () => {
    expect(environmentOf(held, 'NotifyMail').Variables).toMatchObject({
      QUEUE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^ChannelMail/), 'Arn'] },
      UNDELIVERED_QUEUE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^UndeliveredMail/), 'Arn'] },
      SCHEDULE_GROUP: 'virtguard-held',
      SCHEDULE_ROLE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^HeldMailRole/), 'Arn'] },
    })
    expect(environmentOf(held, 'NotifyOps').Variables).not.toHaveProperty('SCHEDULE_GROUP')
  })

  test('is for EventBridge Scheduler only, on behalf of the group', () => {
    const { AssumeRolePolicyDocument } = resourceNamed(held, 'AWS::IAM::Role', 'HeldMailRole').Properties
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: {
            StringEquals: {
              'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching(/^HeldSchedules/), 'Arn'] },
            },
          },
        },
      ],
    })
  })
})

describe.each([
  { policy: 'sends at once', template: sent, of: WITH_CHANNELS, live: false },
  { policy: 'holds', template: held, of: WITH_HOLDING, live: false },
  { policy: 'is live', template: live, of: WITH_CHANNELS, live: true },
])('where the policy $policy, what the functions of channels may do', one => {
  const ofChannels = deployedGrants(one.template).filter(({ function: name }) => /^(Notify|Held)/.test(name))

  test.each(names)('is what docs/permissions.md lists for a channel of its type, and nothing else: %s', name => {
    const channel = CHANNELS[name]
    if (channel === undefined) throw new Error(name)
    const id = pascal(name)
    const own = ofChannels.filter(grant => [`Notify${id}`, `Held${id}`].includes(grant.function))
    const isHeld = holding(one.of, one.live).includes(name)
    const documented = documentedForChannel(name, channel, { held: isHeld })
    expect(bySpelling(own)).toEqual(bySpelling(documented))
    expect(documented.length).toBeGreaterThan(12)
  })

  test('leaves the other functions as they were', () => {
    const base = aTemplate(one.live ? { policy: ENFORCING } : { policy: DEFAULT_POLICY })
    const others = deployedGrants(one.template).filter(grant => !/^(Notify|Held)/.test(grant.function))
    expect(others).toEqual(deployedGrants(base))
  })

  const bySpelling = (grants: readonly object[]): readonly string[] => grants.map(each => JSON.stringify(each)).sort()
})

describe('alarms on channels', () => {
  const alarms = Object.entries(resourcesOf(held, 'AWS::CloudWatch::Alarm'))
  const mine = alarms.filter(([id]) => !idsOf(without, 'AWS::CloudWatch::Alarm').includes(id.slice(0, -8)))

  test('watch each queue, dead-letter queue and function, and the schedules', () => {
    const expected = pascals.flatMap(id => [
      `Undelivered${id}Parked`,
      `Channel${id}Late`,
      `Notify${id}Errors`,
      `Notify${id}Throttles`,
    ])
    expect(mine.map(([id]) => id.slice(0, -8)).sort()).toEqual([...expected, 'HeldUndeliverable'].sort())
  })

  test('say what to do, on a page that exists and names them', () => {
    for (const [id, { Properties }] of mine) {
      const name = pascals.reduce((text, channel) => text.replace(channel, '<Channel>'), id.slice(0, -8))
      const page = /See (docs\/runbooks\/[\w-]+\.md)$/.exec(String(Properties['AlarmDescription']))?.[1] ?? 'none'
      const file = join(__dirname, '../..', page)
      expect([id, existsSync(file)]).toEqual([id, true])
      expect(readFileSync(file, 'utf8').split('\n')[0]).toContain(name)
      expect((Properties['AlarmActions'] as unknown[]).map(idIn)).toEqual(['Operations'])
    }
  })
})

describe('the stack with channels', () => {
  test.each<[string, Policy]>([
    ['sends at once', WITH_CHANNELS],
    ['holds', WITH_HOLDING],
  ])('passes cdk-nag where the policy %s', (_, policy) => {
    const app = anApp({ policy, emails: ['boss@example.com'] })
    expect(new AwsSolutionsChecks(app).validateScope(app)).toMatchObject({ success: true, violations: [] })
  })

  test('holds no secret, only where it is, and that in the role alone', () => {
    const text = JSON.stringify(sent.toJSON())
    const places = [...text.matchAll(/secret:slack-AbCdEf/g)]
    expect(places).toHaveLength(1)
    expect(JSON.stringify(resourcesOf(sent, 'AWS::IAM::Policy'))).toContain('secret:slack-AbCdEf')
  })

  test('encrypts the topic of a chat application and takes nothing over plain HTTP', () => {
    expect(resourceNamed(sent, 'AWS::SNS::Topic', 'ChatAlerts').Properties['KmsMasterKeyId']).toBeDefined()
    expect(JSON.stringify(resourcesOf(sent, 'AWS::SNS::TopicPolicy'))).toContain('ChatAlerts')
  })
})

test('names in words become logical ids, no two the same', () => {
  expect(pascal('night-shift')).toBe('NightShift')
  expect(pascal('nightshift')).toBe('Nightshift')
})
