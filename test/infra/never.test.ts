import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { bundleFunction } from '../../infra/bundle/bundle.ts'
import { ENFORCING } from './stack.ts'

const ROOT = join(__dirname, '../..')
const NAMES = ['evaluate', 'confirm', 'sweep', 'enforce', 'notify', 'hook'] as const

const FORBIDDEN =
  /Terminate(?!d\b)\w*|Modify(?:Instance|Image|Spot)\w*|Reset\w*Attribute|RebootInstances|StartInstancesCommand/g

const sourcesUnder = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => join(folder, file))

const words = (text: string, pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].map(([word]) => word)

/** Every command with which code can change something. */
const commandsIn = (text: string): readonly string[] =>
  words(
    text,
    /\b(?:Stop|Start|Terminate|Reboot|Run|Modify|Reset|Create|Delete|Put|Update|Register|Cancel)\w*Command\b/g,
  )

describe('the code of the functions and of what they share', () => {
  const sources = [...sourcesUnder('functions'), ...sourcesUnder('shared')]
  const texts = sources.map(file => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }))

  test('does not name a call that terminates an instance, or changes it or its protection', () => {
    expect(texts.length).toBeGreaterThan(80)
    const named = texts.flatMap(({ file, text }) => words(text, FORBIDDEN).map(word => `${file}: ${word}`))
    // One is a call of others, read where EC2 refused it; the other is denied by what guardrails write.
    expect(named).toEqual([
      'shared/facts/doors.ts: ModifyInstanceAttribute',
      'shared/guardrails/statements.ts: ModifyInstanceAttribute',
    ])
  })

  test('stops in one place, and writes nothing else but the ledger, its schedules and alerts', () => {
    const used = texts.flatMap(({ file, text }) => commandsIn(text).map(command => `${file}: ${command}`))
    expect(used).toContain('shared/aws/stop.ts: StopInstancesCommand')
    expect([...new Set(used.map(use => use.split(': ')[1]))].sort()).toEqual([
      'CreateScheduleCommand',
      'DeleteItemCommand',
      'PutEventsCommand',
      'PutItemCommand',
      'StopInstancesCommand',
      'UpdateItemCommand',
    ])
    expect(used.filter(use => use.endsWith(' StopInstancesCommand')).map(use => use.split(':')[0])).toEqual(
      used.filter(use => use.startsWith('shared/aws/stop.ts')).map(use => use.split(':')[0]),
    )
  })

  test('makes two calls without the SDK, and no other', () => {
    // A webhook is posted to by Notify, and is no call of AWS.
    const ofAws = texts.filter(({ file }) => !file.startsWith('functions/notify/senders/'))
    const named = ofAws.flatMap(({ file, text }) =>
      words(text, /DynamoDB_\d+\.\w+|Action: '\w+'|\bpost\(\{|[?&]Action=/g).map(word => `${file}: ${word}`),
    )
    expect(named.sort()).toEqual([
      "shared/aws/direct/publish.ts: Action: 'Publish'",
      'shared/aws/direct/transact.ts: DynamoDB_20120810.TransactWriteItems',
      'shared/aws/direct/transact.ts: post({',
    ])
  })

  test('never asks EC2 to stop by force, without shutting down, or into hibernation', () => {
    const stop = readFileSync(join(ROOT, 'shared/aws/stop.ts'), 'utf8')
    expect(words(stop, /new StopInstancesCommand\([^)]*\)/g)).toEqual([
      'new StopInstancesCommand({ InstanceIds: [instanceId] })',
    ])
  })
})

describe('the bundles', () => {
  const into = mkdtempSync(join(tmpdir(), 'virtguard-never-'))
  beforeAll(async () => {
    for (const name of NAMES) await bundleFunction({ name, policy: ENFORCING, into })
  }, 60_000)
  afterAll(() => rmSync(into, { recursive: true, force: true }))

  const filesOf = (name: string): readonly string[] =>
    readdirSync(join(into, name)).map(file => readFileSync(join(into, name, file), 'utf8'))

  // An operation in the SDK's schemas: `[9, namespace, NAME, …]`, NAME being a constant of the same file.
  const operationsIn = (text: string): readonly string[] =>
    [...text.matchAll(/\[9,[\w$]+,([\w$]+),/g)].map(([, constant = '']) => {
      const name = [...text.matchAll(/(?<![\w$])([\w$]+)="([^"]*)"/g)].find(([, id]) => id === constant)?.[2]
      return name ?? `unresolved ${constant}`
    })

  const READS = ['DescribeImages', 'DescribeInstanceTypes', 'DescribeInstances']

  test.each([
    [
      'evaluate',
      [
        ...READS,
        // Reads an account of an organization. Only a hub has the right to it, as hub.test shows.
        'AssumeRole',
        'DescribeLaunchTemplateVersions',
        'DescribeLaunchConfigurations',
        'Publish',
        'Query',
        'SendMessage',
        'TransactWriteItems',
        'UpdateItem',
      ],
    ],
    ['confirm', ['BatchGetItem', 'CreateSchedule', 'SendMessage', 'TransactWriteItems', 'UpdateItem']],
    [
      'sweep',
      [
        ...[...READS, 'DescribeRegions', 'ListSubscriptionsByTopic', 'Publish', 'GetQueueAttributes', 'SendMessage'],
        ...['BatchGetItem', 'Query', 'TransactWriteItems', 'UpdateItem'],
      ],
    ],
    [
      'enforce',
      [
        ...[...READS, 'DescribeInstanceAttribute', 'DescribeSpotInstanceRequests', 'StopInstances'],
        // Stops in an account of an organization. Only a hub has the right to it.
        'AssumeRole',
        ...['CreateSchedule', 'Publish', 'SendMessage'],
        ...['DeleteItem', 'GetItem', 'Query', 'TransactWriteItems', 'UpdateItem'],
      ],
    ],
    [
      'notify',
      [
        ...['BatchImportFindings', 'GetSecretValue', 'PutEvents'],
        ...['GetTopicAttributes', 'ListSubscriptionsByTopic', 'Publish'],
        ...['ChangeMessageVisibility', 'SendMessage', 'CreateSchedule'],
        ...['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'TransactWriteItems', 'UpdateItem'],
      ],
    ],
    [
      'hook',
      [
        ...[
          'DescribeImages',
          'DescribeInstanceTypes',
          'DescribeLaunchTemplateVersions',
          'DescribeLaunchConfigurations',
        ],
        'Query',
      ],
    ],
  ] as const)('of %s holds these calls of AWS, and no other: %j', (name, calls) => {
    expect(filesOf(name).flatMap(operationsIn).toSorted()).toEqual([...calls].toSorted())
  })
})
