/** The keys under which those who wrap records put their lists of them. */
export const LIST_KEYS = [
  // CloudTrail's files, and the batches that a Lambda function gets.
  'Records',
  // aws cloudtrail lookup-events.
  'Events',
  // aws logs filter-log-events and get-log-events.
  'events',
  // A subscription of CloudWatch Logs.
  'logEvents',
  // aws sqs receive-message.
  'Messages',
  // aws logs get-query-results, and Splunk's search results.
  'results',
  // aws cloudtrail get-query-results.
  'QueryResultRows',
  // aws events put-events.
  'Entries',
  // What Firehose gives a function to transform.
  'records',
]

/** The path of the list in a search of Elasticsearch and OpenSearch: in an object of this name, under this name. */
export const NESTED_LIST_KEY = 'hits'
