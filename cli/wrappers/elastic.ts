import { type Content, getObject, isJson, isText, type Json, type Wrapper } from './wrapper.ts'

/** A field of a document, whether its path is spelt with dots or with objects; of Kibana's `fields` the first value. */
const findField = (document: Json, path: string): unknown => {
  const whole = document[path]
  if (whole !== undefined) return Array.isArray(whole) ? whole[0] : whole
  const dot = path.indexOf('.')
  const inner = dot === -1 ? undefined : getObject(document, path.slice(0, dot))
  return inner && findField(inner, path.slice(dot + 1))
}

const findObject = (document: Json, path: string): Json | undefined => {
  const field = findField(document, path)
  return isJson(field) ? field : undefined
}

// As Elastic's CloudTrail integration maps the fields of a record (Elastic docs, AWS CloudTrail, exported fields).
const rebuild = (document: Json): Json => {
  const get = (path: string): unknown => findField(document, path)
  return {
    eventID: get('event.id'),
    eventName: get('event.action'),
    eventSource: get('event.provider'),
    eventTime: get('@timestamp'),
    awsRegion: get('cloud.region'),
    recipientAccountId: get('aws.cloudtrail.recipient_account_id') ?? get('cloud.account.id'),
    eventCategory: get('aws.cloudtrail.event_category'),
    errorCode: get('aws.cloudtrail.error_code'),
    errorMessage: get('aws.cloudtrail.error_message'),
    sourceIPAddress: get('source.address'),
    userIdentity: {
      arn: get('aws.cloudtrail.user_identity.arn'),
      accountId: get('cloud.account.id'),
      invokedBy: get('aws.cloudtrail.user_identity.invoked_by'),
    },
    requestParameters: findObject(document, 'aws.cloudtrail.flattened.request_parameters'),
    responseElements: findObject(document, 'aws.cloudtrail.flattened.response_elements'),
  }
}

const WITHOUT_RECORD =
  'an Elastic document without its record; turn on "Preserve original event" in the integration, and export event.original'

const readDocument = (document: Json): Content => {
  const whole = findField(document, 'event.original') ?? findField(document, 'message')
  if (isText(whole) && whole.trimStart().startsWith('{')) return { text: whole, isLog: true }
  if (findObject(document, 'aws.cloudtrail.flattened') !== undefined) return { record: rebuild(document) }
  if (isText(findField(document, 'event.action'))) return { problem: WITHOUT_RECORD }
  return isText(whole) ? { text: whole, isLog: true } : { value: document }
}

const isDocument = (value: Json): boolean =>
  ('@timestamp' in value || 'event.original' in value) &&
  !('@message' in value) &&
  !isText(value['eventName']) &&
  (isText(findField(value, 'event.original')) ||
    isText(value['message']) ||
    findObject(value, 'aws.cloudtrail') !== undefined)

/** A document of Elasticsearch or OpenSearch, alone or in a hit; of Filebeat, Logstash and Elastic's integration. */
export const elasticDocuments: Wrapper = {
  name: 'Elastic documents',
  detect: value =>
    getObject(value, '_source') !== undefined ||
    ('_index' in value && getObject(value, 'fields') !== undefined) ||
    isDocument(value),
  *unwrap(value): Iterable<Content> {
    yield readDocument(
      getObject(value, '_source') ?? ('_index' in value ? getObject(value, 'fields') : undefined) ?? value,
    )
  },
}
