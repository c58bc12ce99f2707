import { logControl, logData, logEvents, logInsights, logSubscription } from './cloudwatch-logs.ts'
import { elasticDocuments } from './elastic.ts'
import { eventBridgeText } from './eventbridge.ts'
import { lists } from './lists.ts'
import { lookupEvents } from './lookup-events.ts'
import { lambdaDestinations, snsConfirmations, snsNotifications, sqsMessages } from './messages.ts'
import { ocsfEvents } from './ocsf.ts'
import { alerts, digests, ownMessages, s3Tests } from './others.ts'
import { pantherEvents } from './panther.ts'
import { s3Notifications, trailNotifications } from './pointers.ts'
import { athenaResults, lakeRows } from './queries.ts'
import { splunkEvents, splunkResults } from './splunk.ts'
import { firehoseRecords, kinesisRecords } from './streams.ts'
import { tableRows } from './table-rows.ts'
import { type Content, isJson, type Json, type Wrapper } from './wrapper.ts'

/** What replay opens, the first that fits. What is only like a record or a list comes last. */
const WRAPPERS: readonly Wrapper[] = [
  sqsMessages,
  snsNotifications,
  snsConfirmations,
  logSubscription,
  logControl,
  logData,
  lookupEvents,
  eventBridgeText,
  lambdaDestinations,
  kinesisRecords,
  firehoseRecords,
  pantherEvents,
  logInsights,
  lakeRows,
  athenaResults,
  ocsfEvents,
  splunkResults,
  elasticDocuments,
  splunkEvents,
  logEvents,
  digests,
  alerts,
  ownMessages,
  s3Tests,
  trailNotifications,
  s3Notifications,
  tableRows,
  lists,
]

/** Fields that CloudTrail writes as objects, and a table as text. */
const isWhole = (field: unknown): boolean => typeof field !== 'string'

/** Whether a value is an event as CloudTrail or EventBridge writes it: most are, and need no other look. */
const isBare = (value: Json): boolean => {
  if (typeof value['detail-type'] === 'string') return isWhole(value['detail'])
  const { eventName, eventSource } = value
  return (
    typeof eventName === 'string' &&
    typeof eventSource === 'string' &&
    !eventSource.startsWith('aws:') &&
    isWhole(value['requestParameters']) &&
    isWhole(value['responseElements']) &&
    isWhole(value['userIdentity']) &&
    value['p_log_type'] === undefined
  )
}

export type Opened = { readonly name: string | undefined; readonly contents: Iterable<Content> }

/** What a value holds; undefined for a record, and for what nothing is known of. */
export const openWrapper = (value: unknown): Opened | undefined => {
  if (!isJson(value) || isBare(value)) return undefined
  const wrapper = WRAPPERS.find(({ detect }) => detect(value))
  return wrapper && { name: wrapper.name, contents: wrapper.unwrap(value) }
}

/** Whether a value is an event, or something that may hold one: all that can be asked of what is found among damage. */
export const isReadable = (value: unknown): boolean =>
  isJson(value) && (isBare(value) || 'eventName' in value || WRAPPERS.some(({ detect }) => detect(value)))
