/** The wrappers in which people hold records, built around texts or objects. */
import { gzipSync } from 'node:zlib'

export type Record = { readonly [key: string]: unknown }

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
const toBase64 = (value: unknown): string => Buffer.from(toText(value)).toString('base64')
const gzipToBase64 = (value: unknown): string => gzipSync(toText(value)).toString('base64')

const AT = 1_795_507_200_000
const toLogEvent = (value: unknown, at: number) => ({ id: `3${at}`, timestamp: AT + at, message: toText(value) })
const toSubscription = (values: readonly unknown[]) => ({
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: 'trail',
  logStream: '123456789012_CloudTrail_us-east-1',
  subscriptionFilters: ['all'],
  logEvents: values.map(toLogEvent),
})

// A document is an object; Logstash has each field of a record in it, other forwarders its text.
const toSource = (value: unknown) =>
  typeof value === 'object' && !Array.isArray(value) ? value : { '@timestamp': 't', message: toText(value) }

export type Wrap = (values: readonly unknown[]) => unknown

/** Each takes any values, and holds them all. */
export const WRAPS: Readonly<{ [name: string]: Wrap }> = {
  'a CloudTrail file': Records => ({ Records }),
  'a list': values => [...values],
  "filter-log-events output with --query 'events[].{message:message}'": values =>
    values.map(value => ({ message: JSON.stringify(value) })),
  'filter-log-events output': values => ({
    events: values.map((value, at) => ({
      ...toLogEvent(value, at),
      logStreamName: 's',
      ingestionTime: AT,
      eventId: '3',
    })),
    searchedLogStreams: [],
  }),
  'a subscription of CloudWatch Logs': values => toSubscription(values),
  'a subscription as a function gets it': values => ({ awslogs: { data: gzipToBase64(toSubscription(values)) } }),
  'get-query-results of CloudWatch Logs': values => ({
    results: values.map(value => [
      { field: '@timestamp', value: '2026-11-30 08:00:00.000' },
      { field: '@message', value: toText(value) },
      { field: '@ptr', value: 'Cm0K' },
    ]),
    statistics: { recordsMatched: values.length },
    status: 'Complete',
  }),
  'the JSON export of Insights': values =>
    values.map((value, at) => ({
      '@timestamp': '2026-11-30 08:00:00.000',
      '@message': at % 2 === 0 ? value : toText(value),
    })),
  "receive-message output with --query 'Messages[].{Body:Body}'": values =>
    values.map(value => ({ Body: JSON.stringify(value) })),
  'receive-message output': values => ({
    Messages: values.map((value, at) => ({
      MessageId: `m-${at}`,
      ReceiptHandle: 'r',
      MD5OfBody: '0',
      Body: toText(value),
      Attributes: { ApproximateReceiveCount: '5' },
    })),
  }),
  'a batch of SQS for a function': values => ({
    Records: values.map((value, at) => ({
      messageId: `m-${at}`,
      receiptHandle: 'r',
      body: toText(value),
      attributes: {},
      eventSource: 'aws:sqs',
      awsRegion: 'us-east-1',
    })),
  }),
  'a batch of a pipe': values =>
    values.map((value, at) => ({ messageId: `m-${at}`, body: toText(value), eventSource: 'aws:sqs' })),
  'SNS notifications in SQS messages': values => ({
    Messages: values.map((value, at) => ({
      MessageId: `m-${at}`,
      Body: JSON.stringify({ Type: 'Notification', MessageId: `n-${at}`, TopicArn: 'arn', Message: toText(value) }),
    })),
  }),
  'a batch of SNS for a function': values => ({
    Records: values.map(value => ({
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      Sns: { Type: 'Notification', Message: toText(value) },
    })),
  }),
  'a batch of Kinesis for a function': values => ({
    Records: values.map(value => ({
      kinesis: { partitionKey: 'p', data: toBase64(value) },
      eventSource: 'aws:kinesis',
      eventName: 'aws:kinesis:record',
    })),
  }),
  'a subscription through Kinesis': values => ({
    Records: [{ kinesis: { data: gzipToBase64(toSubscription(values)) }, eventSource: 'aws:kinesis', eventName: 'x' }],
  }),
  'get-records of Kinesis': values => ({
    Records: values.map(value => ({ SequenceNumber: '1', PartitionKey: 'p', Data: toBase64(value) })),
  }),
  'a batch of Firehose for a function': values => ({
    invocationId: 'i',
    deliveryStreamArn: 'arn',
    records: values.map((value, at) => ({ recordId: `r-${at}`, data: toBase64(value) })),
  }),
  'a Firehose object in a message': values => ({ MessageId: 'm', Body: values.map(toText).join('') }),
  'a failed call of a function': values => ({
    version: '1.0',
    requestContext: { condition: 'RetriesExhausted' },
    requestPayload: [...values],
    responsePayload: { errorMessage: 'x' },
  }),
  'a search of Elasticsearch': values => ({
    took: 3,
    hits: {
      total: { value: values.length },
      hits: values.map(value => ({ _index: 'i', _id: '1', _source: toSource(value) })),
    },
  }),
  'hits of Kibana': values =>
    values.map(value => ({ _index: 'i', _id: '1', fields: { 'event.original': [toText(value)] } })),
  'Filebeat documents': values =>
    values.map(value => ({
      '@timestamp': '2026-11-30T08:00:00.000Z',
      event: { module: 'aws', dataset: 'aws.cloudtrail', original: toText(value) },
      agent: { type: 'filebeat' },
    })),
  'documents of the S3 input': values =>
    values.map(value => ({ '@timestamp': '2026-11-30T08:00:00.000Z', message: toText(value), log: { offset: 0 } })),
  'an export of Splunk': values =>
    values.map((value, offset) => ({
      preview: false,
      offset,
      result: { _raw: toText(value), sourcetype: 'aws:cloudtrail' },
    })),
  'results of Splunk': values => ({
    init_offset: 0,
    messages: [],
    fields: [{ name: '_raw' }],
    results: values.map(value => ({ _raw: toText(value), _time: '2026-11-30T08:00:00' })),
  }),
  'events for Splunk': values => values.map(event => ({ time: 1, host: 'h', sourcetype: 'aws:cloudtrail', event })),
  'texts in a list': values => values.map(toText),
}

/** Each takes records of CloudTrail only. */
export const OF_RECORDS: Readonly<{ [name: string]: (records: readonly Record[]) => unknown }> = {
  'lookup-events output': records => ({
    Events: records.map(record => ({
      EventId: record['eventID'],
      EventName: record['eventName'],
      Resources: [],
      CloudTrailEvent: JSON.stringify(record),
    })),
    NextToken: 't',
  }),
  'put-events entries': records => ({
    Entries: records.map(record => ({
      Source: 'aws.ec2',
      DetailType: 'AWS API Call via CloudTrail',
      Detail: JSON.stringify(record),
    })),
  }),
  'Panther events': records => records.map(record => ({ ...record, p_log_type: 'AWS.CloudTrail', p_row_id: 'x' })),
  'CloudTrail Lake results': records => ({
    QueryStatus: 'FINISHED',
    QueryResultRows: records.map(record => toRow(record).map(([column, cell]) => ({ [column]: cell }))),
  }),
  'the whole event in CloudTrail Lake': records => ({
    QueryResultRows: records.map(record => [{ eventTime: 'x' }, { eventJson: JSON.stringify(record) }]),
  }),
  'Athena results': records => ({
    ResultSet: {
      Rows: [
        toRow(records[0] ?? {}).map(([column]) => column),
        ...records.map(each => toRow(each).map(([, cell]) => cell)),
      ].map(cells => ({ Data: cells.map(VarCharValue => ({ VarCharValue })) })),
      ResultSetMetadata: { ColumnInfo: toRow(records[0] ?? {}).map(([Name]) => ({ Name, Type: 'varchar' })) },
    },
  }),
  'documents of Elastic': records => records.map(toDocument),
  'OCSF events with the record': records =>
    records.map(record => ({ class_uid: 6003, api: { operation: 'x' }, raw_data: JSON.stringify(record) })),
  'OCSF events': records => records.map(record => toOcsf(record)),
  'OCSF events with paths': records => records.map(record => toOcsf(record, true)),
}

const COLUMNS = [
  'userIdentity',
  'eventTime',
  'eventSource',
  'eventName',
  'awsRegion',
  'sourceIPAddress',
  'errorCode',
  'errorMessage',
  'requestParameters',
  'responseElements',
  'eventID',
  'resources',
  'recipientAccountId',
]

const toCell = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)

/** A record as a row of a table: the columns in lower case, what is no text as JSON. */
export const toRow = (record: Record): readonly (readonly [string, string])[] =>
  COLUMNS.map(column => [column.toLowerCase(), toCell(record[column])])

const getIdentity = (record: Record): Record => {
  const identity = record['userIdentity']
  return typeof identity === 'object' && identity !== null ? { ...identity } : {}
}

const toDocument = (record: Record) => ({
  '@timestamp': record['eventTime'],
  event: {
    id: record['eventID'],
    action: record['eventName'],
    provider: record['eventSource'],
    dataset: 'aws.cloudtrail',
  },
  cloud: { region: record['awsRegion'], account: { id: record['recipientAccountId'] } },
  source: { address: record['sourceIPAddress'] },
  aws: {
    cloudtrail: {
      error_code: record['errorCode'],
      error_message: record['errorMessage'],
      user_identity: { arn: getIdentity(record)['arn'], invoked_by: getIdentity(record)['invokedBy'] },
      flattened: { request_parameters: record['requestParameters'], response_elements: record['responseElements'] },
    },
  },
})

const toPaths = (name: string, value: unknown): Record =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [`${name}.${key}`, toCell(inner)]))
    : {}

const toOcsf = (record: Record, paths = false) => ({
  class_uid: 6003,
  time_dt: record['eventTime'],
  metadata: { uid: record['eventID'], product: { name: 'CloudTrail' } },
  cloud: { region: record['awsRegion'], account: { uid: record['recipientAccountId'] } },
  src_endpoint: { ip: record['sourceIPAddress'] },
  actor: { user: { uid: getIdentity(record)['arn'] }, invoked_by: getIdentity(record)['invokedBy'] },
  api: {
    operation: record['eventName'],
    service: { name: record['eventSource'] },
    request: { uid: 'r', ...(!paths && { data: JSON.stringify(record['requestParameters']) }) },
    response: { error: record['errorCode'], message: record['errorMessage'] },
  },
  unmapped: paths
    ? {
        ...toPaths('requestParameters', record['requestParameters']),
        ...toPaths('responseElements', record['responseElements']),
      }
    : { responseElements: record['responseElements'] },
})
