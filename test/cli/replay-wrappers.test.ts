import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anEnvelope, aRefusedLaunch, aRegisterImageRecord } from '../support/builders.ts'
import { findings, hvm, pv, replayText } from './replaying.ts'
import { OF_RECORDS, type Record, WRAPS } from './wrapping.ts'

const toRecord = (value: unknown): Record => (typeof value === 'object' && value !== null ? { ...value } : {})
const refused = (): Record => ({ ...aRefusedLaunch(), eventID: pv()['eventID'] })
const image = (): Record => ({ ...aRegisterImageRecord(), eventID: pv()['eventID'] })

const RECORDS: readonly Record[] = [
  pv(),
  hvm(),
  refused(),
  image(),
  pv({ more: { virtualizationType: undefined } }),
].map(toRecord)

const replayJson = async (content: string) => {
  const { code, out, errLines } = await replayText(content)
  return { code, findings: findings(out), errLines }
}

/** How the values of a file follow each other. */
const OUTERMOST: Readonly<{ [name: string]: (values: readonly unknown[]) => string }> = {
  'without separators': values => values.map(value => JSON.stringify(value)).join(''),
  'one a line': values => values.map(value => `${JSON.stringify(value)}\n`).join(''),
  indented: values => values.map(value => JSON.stringify(value, null, 1)).join('\n'),
  'in CSV': values =>
    `"_time","_raw"\n${values.map(value => `x,"${JSON.stringify(value).replaceAll('"', '""')}"\n`).join('')}`,
  'in lines of a log': values => values.map(value => `2026-11-30T08:00:00Z s ${JSON.stringify(value)}\n`).join(''),
}

describe('records in a wrapper are evaluated as bare records are', () => {
  test.each(Object.entries({ ...WRAPS, ...OF_RECORDS }))('in %s', async (_, wrap) => {
    const bare = await replayJson(JSON.stringify(RECORDS))
    expect(bare.findings.length).toBeGreaterThan(5)
    for (const indent of [undefined, 2]) {
      const wrapped = await replayJson(JSON.stringify(wrap(RECORDS), null, indent))
      expect(wrapped.findings).toEqual(bare.findings)
      expect(wrapped.code).toBe(1)
      expect(wrapped.errLines[0]).toContain('5 records in 1 input')
    }
  })

  test('in any nest of wrappers around any events', () =>
    fc.assert(
      fc.asyncProperty(
        fc.subarray([...RECORDS]),
        fc.constantFrom('records', 'events', ...Object.keys(OF_RECORDS)),
        fc.array(fc.constantFrom(...Object.entries(WRAPS)), { maxLength: 4 }),
        fc.constantFrom(...Object.entries(OUTERMOST)),
        async (records, form, nest, [, writeAll]) => {
          const envelopes = records.map(record => anEnvelope(record))
          const events = form === 'events' ? envelopes : records
          const innermost = OF_RECORDS[form]
          const bare = await replayJson(events.map(each => `${JSON.stringify(each)}\n`).join(''))
          // One by one and all together, from the inside out.
          const wrapped = nest.reduce<readonly unknown[]>(
            (values, [, wrap], at) => (at % 2 === 0 ? [wrap(values)] : values.map(value => wrap([value]))),
            innermost === undefined ? events : [innermost(records)],
          )
          const { code, findings: found } = await replayJson(writeAll(wrapped))
          expect(found).toEqual(bare.findings)
          if (records.length > 0) expect(code).toBe(bare.code)
        },
      ),
      { numRuns: 60 },
    ))
})

describe('the summary of replay names the forms of the records', () => {
  test.each([
    ['1 CloudTrail record', { Records: [pv()] }],
    ['1 EventBridge event', anEnvelope(pv())],
    [
      '1 EventBridge event in SNS notifications in SQS messages',
      WRAPS['SNS notifications in SQS messages']?.([anEnvelope(pv())]),
    ],
    ['1 CloudTrail record in lookup-events output', OF_RECORDS['lookup-events output']?.([toRecord(pv())])],
    ['2 CloudTrail records, 1 EventBridge event', [pv(), pv(), anEnvelope(hvm())]],
  ])('as %s', async (words, content) => {
    const { errLines } = await replayJson(JSON.stringify(content))
    expect(errLines).toContain(`virtguard: read as: ${words}`)
  })

  test('in one line, however many there are', async () => {
    const nests = Object.values(WRAPS).flatMap(outer => Object.values(WRAPS).map(inner => outer([inner([hvm()])])))
    const { errLines } = await replayJson(JSON.stringify(nests))
    const [line = ''] = errLines.filter(each => each.includes('read as:'))
    expect(line.split(',').length).toBeLessThan(25)
    expect(line).toContain('records in other forms')
  })
})

describe('a wrapper without records is counted, and is no mistake', () => {
  test.each([
    ['a digest', { awsAccountId: '123456789012', digestStartTime: 't', logFiles: [] }, 'CloudTrail digests'],
    [
      'a control message',
      { awslogs: { data: gzipSync('{"messageType":"CONTROL_MESSAGE","logEvents":[]}').toString('base64') } },
      'control messages of CloudWatch Logs',
    ],
    ['a confirmation', { Type: 'SubscriptionConfirmation', Message: 'x' }, 'confirmations of SNS'],
    ['a test of S3', { Service: 'Amazon S3', Event: 's3:TestEvent' }, 'test messages of S3'],
    ['an alert', { claim: 'c', launchId: 'r-1', findings: [] }, 'alerts of virtguard'],
    [
      'a stop that is due',
      { kind: 'stop', accountId: '123456789012', region: 'us-east-1' },
      'messages of virtguard to itself',
    ],
    ['a sweep that begins', { kind: 'start', regions: ['us-east-1'] }, 'messages of virtguard to itself'],
    ['a finding in OCSF', { class_uid: 2003, finding_info: {} }, 'OCSF events of other classes'],
    ['another log', { p_log_type: 'Okta.SystemLog' }, 'events of Panther of other logs'],
    [
      'a log line',
      { timestamp: 1, message: 'START RequestId: 1', ingestionTime: 2 },
      'lines of a log without an event',
    ],
  ])('for %s', async (_, content, words) => {
    const { code, errLines } = await replayJson(JSON.stringify([content, content]))
    expect(code).toBe(0)
    expect(errLines).toContain(`virtguard: not records: 2 ${words}`)
  })

  test('of Insights and network activity, which are other events', async () => {
    const insight = { eventVersion: '1.07', eventCategory: 'Insight', eventID: 'i', insightDetails: { state: 'Start' } }
    const network = { ...pv(), eventCategory: 'NetworkActivity', eventType: 'AwsVpceEvent' }
    const { code, errLines } = await replayJson(JSON.stringify({ Records: [insight, network] }))
    expect(code).toBe(0)
    expect(errLines[0]).toContain('2 records in 1 input: 2 other events')
  })
})

describe('an unreadable part of a wrapper is one line with its position, and the rest is read', () => {
  const message = (Body: unknown) => ({ MessageId: 'm', Body })
  const zipped = Buffer.from(JSON.stringify(pv()).slice(0, 300))
  test.each([
    ['text', message('hello'), 'text that is no JSON in it'],
    ['nothing', message(''), 'text that is no JSON in it'],
    ['a number', message(7), 'the event: expected an object, got a number'],
    ['a record that is cut off', message(JSON.stringify(pv()).slice(0, 300)), 'cut off in the middle of a record'],
    ['gzip that is cut off', { awslogs: { data: `H4sI${zipped.toString('base64')}` } }, 'cut off or damaged'],
    [
      'a name of a file',
      message('{"s3Bucket":"b","s3ObjectKey":["k.json.gz"]}'),
      'aws s3 cp s3://b/k.json.gz - | virtguard replay -',
    ],
    [
      'a name that is a command',
      message('{"s3Bucket":"b","s3ObjectKey":["$(reboot)"]}'),
      'aws s3 cp s3://BUCKET/KEY -',
    ],
    [
      'a result without its record',
      [
        { field: 'eventName', value: 'x' },
        { field: '@ptr', value: 'p' },
      ],
      'fields @timestamp, @message',
    ],
    [
      'a document without its record',
      { '@timestamp': 't', event: { action: 'x' }, aws: { cloudtrail: {} } },
      'Preserve original event',
    ],
    ['a result of Splunk without it', { preview: false, result: { count: '3' } }, '| table _time, _raw'],
    ['a detail that is no JSON', { 'detail-type': 'x', detail: '{' }, 'whose detail is no JSON'],
    ['an unknown object', { a: 1, b: 2 }, 'it has the keys "a", "b"'],
  ])('for %s', async (_, broken, words) => {
    const {
      code,
      findings: found,
      errLines,
    } = await replayJson(JSON.stringify({ Records: [broken, message(JSON.stringify(pv()))] }))
    expect(code).toBe(2)
    expect(found.length).toBeGreaterThan(0)
    const problems = errLines.filter(line => line.includes('standard input:'))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('standard input:1 (record 1')
    expect(problems[0]).toContain(words)
  })

  test('with the number of the item if there are several', async () => {
    const { errLines } = await replayJson(JSON.stringify([message(JSON.stringify({ Records: [hvm(), { a: 1 }] }))]))
    expect(errLines[0]).toContain('standard input:1 (record 1, item 2): no event')
  })

  test('for too many wrappers in one another', async () => {
    let nest: unknown = pv()
    for (let depth = 0; depth < 40; depth++) nest = [nest]
    const { code, errLines } = await replayJson(JSON.stringify({ MessageId: 'm', Body: JSON.stringify(nest) }))
    expect(code).toBe(2)
    expect(errLines[0]).toContain('wrapped in too many wrappers; unwrap it first')
  })

  test('for more compressed data than is read', async () => {
    const data = gzipSync(Buffer.alloc(17 << 20, 0x20)).toString('base64')
    const { errLines } = await replayJson(JSON.stringify({ awslogs: { data } }))
    expect(errLines[0]).toContain('compressed data of more than 16 MiB in it')
  })
})

describe('replay evaluates an event once', () => {
  test('however many trails, wrappers and addenda report it', async () => {
    const record = toRecord(pv())
    const again = {
      ...record,
      eventID: 'another',
      addendum: { reason: 'DELIVERY_DELAY', originalEventID: record['eventID'] },
    }
    const { findings: once } = await replayJson(JSON.stringify(record))
    const all = [
      record,
      anEnvelope(record),
      WRAPS['receive-message output']?.([again]),
      OF_RECORDS['lookup-events output']?.([record]),
    ]
    const { findings: found, errLines } = await replayJson(all.map(each => JSON.stringify(each)).join('\n'))
    expect(found).toEqual(once)
    expect(errLines[0]).toContain('4 records in 1 input: 1 launch, 3 repeated')
    expect(errLines.join('\n')).toContain('evaluated once')
  })

  test('with its instances, if the first report does not list them', async () => {
    const record = toRecord(pv())
    const bare = { ...record, responseElements: null }
    const { findings: found } = await replayJson(
      [bare, bare, record, record].map(each => JSON.stringify(each)).join('\n'),
    )
    expect(found.filter(({ status }) => status === 'FAILED')).toEqual(
      (await replayJson(JSON.stringify(record))).findings,
    )
  })

  test('from an addendum, if the event itself never came', async () => {
    const again = { ...pv(), addendum: { reason: 'DELIVERY_DELAY', originalEventID: 'first' } }
    expect((await replayJson(JSON.stringify(again))).findings.length).toBeGreaterThan(0)
  })
})

test('a fact of a wrong type is unknown, and the summary says where', async () => {
  const {
    code,
    findings: found,
    errLines,
  } = await replayJson(JSON.stringify([hvm(), pv({ more: { virtualizationType: 7 } })]))
  expect(code).toBe(1)
  expect(found).toContainEqual(expect.objectContaining({ rule: 'paravirtual-instance', status: 'UNKNOWN' }))
  expect(errLines).toContain(
    'virtguard: 1 record with a field of a wrong type, whose fact is unknown; the first is standard input:1 (record 2): responseElements.instancesSet.items[0].virtualizationType: expected a string, got a number',
  )
})
