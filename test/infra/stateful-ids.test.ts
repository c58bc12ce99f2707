import { describe, expect, test } from '@jest/globals'
import type { Template } from 'aws-cdk-lib/assertions'
import { CHANNELS } from './channels.ts'
import { aTemplate, ENFORCING, resourcesOf } from './stack.ts'

const STATEFUL = [
  'AWS::DynamoDB::Table',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
] as const

/** What CloudFormation replaces a resource for, so that what it holds is lost (its reference, "Update requires: Replacement"). */
const REPLACING = ['TableName', 'KeySchema', 'LogGroupName', 'TopicName', 'FifoTopic', 'QueueName', 'FifoQueue']

const idsOf = (template: Template): readonly string[] =>
  STATEFUL.flatMap(type => Object.keys(resourcesOf(template, type)).map(id => `${type.split('::')[2]} ${id}`)).sort()

const OBSERVING = [
  'Key TopicsKeyF5117125',
  'LogGroup ConfirmLog683CE3AE',
  'LogGroup EvaluateLog6D590751',
  'LogGroup SweepLog1EABA1B4',
  'Queue Alerted821E2034',
  'Queue FailedConfirmations87520195',
  'Queue FailedLaunches4242A322',
  'Queue FailedSweepsA3D638FC',
  'Queue Launches0032F587',
  'Queue Sweeps771A043B',
  'Queue UndeliveredAlerts87845B63',
  'Queue UndeliveredEvents0A4241A7',
  'Queue UndeliveredSweeps1831110D',
  'Table LedgerB7379752',
  'Topic Alerts91F83244',
  'Topic Operations993AC38D',
  'Topic SweepRequests970BDED3',
]

const WHERE_IT_ENFORCES = [
  'LogGroup EnforceLog6458A672',
  'Queue FailedStops9469CC91',
  'Queue Stops6247921A',
  'Queue UndeliveredStopsBC9A7503',
]

const OF_CHANNELS = [
  'LogGroup NotifyBusLogED6B6503',
  'LogGroup NotifyChatLog4A474913',
  'LogGroup NotifyHookLog3CCF9EDA',
  'LogGroup NotifyHubLogB371EBA6',
  'LogGroup NotifyMailLog7A7E5DED',
  'LogGroup NotifyNightShiftLog0F04D23A',
  'LogGroup NotifyOpsLog94F6664B',
  'LogGroup NotifyTeamsLog70D8BF5C',
  'Queue ChannelBusB8E145EA',
  'Queue ChannelChat3B9FDDBD',
  'Queue ChannelHookF9C0644D',
  'Queue ChannelHub0C61BB19',
  'Queue ChannelMail9867910F',
  'Queue ChannelNightShift99669FE3',
  'Queue ChannelOpsE699ECD0',
  'Queue ChannelTeams45A604B6',
  'Queue UndeliveredBus3441A75F',
  'Queue UndeliveredChat3D358D2D',
  'Queue UndeliveredHookBFD0F06E',
  'Queue UndeliveredHub53224D73',
  'Queue UndeliveredMail71B0F1F2',
  'Queue UndeliveredNightShiftA8F7A950',
  'Queue UndeliveredOpsB1C9D9A6',
  'Queue UndeliveredTeams44293FE2',
  'Topic ChatAlertsF0E0A6DE',
]

// Another logical id is another resource to CloudFormation: it makes an empty one and deletes the old one with what it holds.
describe('an upgrade keeps what holds findings, messages and logs: its logical ids are', () => {
  test('those of the stack that observes', () => {
    expect(idsOf(aTemplate())).toEqual(OBSERVING)
  })

  test('those, and more, where a rule enforces', () => {
    expect(idsOf(aTemplate({ policy: ENFORCING }))).toEqual([...OBSERVING, ...WHERE_IT_ENFORCES].sort())
  })

  test('those, and more, for each type of channel', () => {
    expect(idsOf(aTemplate({ policy: { ...ENFORCING, channels: CHANNELS } }))).toEqual(
      [...OBSERVING, ...WHERE_IT_ENFORCES, ...OF_CHANNELS].sort(),
    )
  })
})

test('an upgrade replaces nothing that holds findings, messages or logs: none has a name of its own, and the ledger keeps its keys', () => {
  const template = aTemplate({ policy: { ...ENFORCING, channels: CHANNELS } })
  const replaced = STATEFUL.flatMap(type => Object.entries(resourcesOf(template, type))).flatMap(
    ([id, { Properties = {} }]) =>
      Object.entries(Properties)
        .filter(([key]) => REPLACING.includes(key))
        .map(([key, value]) => `${id} ${key} ${JSON.stringify(value)}`),
  )
  expect(replaced).toEqual([
    'LedgerB7379752 KeySchema [{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]',
  ])
})
