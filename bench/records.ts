import { anEnvelope, anInstanceItem, aRunInstancesRecord, aRunningNotification } from '../test/support/builders.ts'
import { PARAVIRTUAL_PREFIX } from './stub/describe-instances.ts'

/**
 * A launch, or EC2's notification of a compliant one: after its record (`announced`, each after its own), or without
 * it.
 */
export type Kind = 'violating' | 'compliant' | 'announced' | 'unannounced'

let launches = 0

/** A new launch of `count` instances, as CloudTrail records it: paravirtual ones, or plain HVM ones. */
export function launchRecord(kind: Kind, count = 1): Record<string, unknown> {
  launches += 1
  const launch = launches.toString(16).padStart(8, '0')
  const instances = Array.from({ length: count }, (_, index) => createInstanceItem(kind, `${launch}${toHex(index)}`))
  return aRunInstancesRecord({
    instances,
    reservationId: `r-0${launch}00000000`,
    eventID: `${launch}-0000-4000-8000-000000000000`,
  })
}

const toHex = (index: number): string => index.toString(16).padStart(5, '0')

const createInstanceItem = (kind: Kind, suffix: string) =>
  kind === 'violating'
    ? anInstanceItem({
        instanceId: `${PARAVIRTUAL_PREFIX}${suffix}`,
        instanceType: 'm1.small',
        virtualizationType: 'paravirtual',
        enaSupport: false,
      })
    : anInstanceItem({ instanceId: `i-0a0a${suffix}`, instanceType: 'm5.large' })

/** The event that EventBridge hands to Cloud Custodian's function. */
export const createEventBridgeEvent = (kind: Kind): Record<string, unknown> => anEnvelope(launchRecord(kind))

let announced = 0

/** The notification of the one instance of a launch. */
const createNotification = (launch: number): Record<string, unknown> =>
  aRunningNotification({
    instanceId: `i-0a0a${launch.toString(16).padStart(8, '0')}${toHex(0)}`,
    eventID: `${launch.toString(16).padStart(8, '0')}-0000-4000-8000-000000000001`,
  })

const renderBody = (kind: Kind): Record<string, unknown> => {
  if (kind !== 'announced' && kind !== 'unannounced') return createEventBridgeEvent(kind)
  if (kind === 'unannounced') launches += 1
  else announced += 1
  // Alternating: the record, then its notification.
  return kind === 'announced' && announced % 2 === 1
    ? createEventBridgeEvent('compliant')
    : createNotification(launches)
}

/** The same as it reaches ours: in a message of the queue, one to a batch. */
export const createQueueEvent = (kind: Kind): Record<string, unknown> => ({
  Records: [
    {
      messageId: `00000000-0000-4000-9000-${launches.toString().padStart(12, '0')}`,
      receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
      body: JSON.stringify(renderBody(kind)),
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1795507200000',
        SenderId: 'AROAEXAMPLEEXAMPLEXYZ:events',
        ApproximateFirstReceiveTimestamp: '1795507200001',
      },
      messageAttributes: {},
      md5OfBody: '7b270e59b47ff90a553787216d55d91d',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:Launches',
      awsRegion: 'us-east-1',
    },
  ],
})
