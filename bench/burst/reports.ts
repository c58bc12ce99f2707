import { randomUUID } from 'node:crypto'
import { PV_IMAGE } from '../../local/images.ts'
import { ACCOUNT } from '../../local/isolation.ts'
import { createWish, launchRecord, reissueRecord } from '../../local/trail.ts'

/** CloudTrail's records of so many paravirtual launches, of one instance each: every one of them twice. */
export function createBurst(launches: number): readonly string[] {
  const records = Array.from({ length: launches }, (_, index) => {
    const wish = createWish({ image: PV_IMAGE, instanceType: 'm1.small', count: 1, name: 'burst' })
    const instance = { instanceId: getId('i', index), virtualizationType: 'paravirtual', architecture: 'x86_64' }
    return launchRecord(wish, { reservationId: getId('r', index), instances: [{ ...instance, rootDeviceType: 'ebs' }] })
  })
  return [...records, ...records.map(reissueRecord)].map(record => JSON.stringify(record))
}

const getId = (prefix: string, index: number): string => `${prefix}-0b${index.toString(16).padStart(15, '0')}`

/** Messages as Lambda takes them from a queue, so many at a time. */
export function createBatches(bodies: readonly string[], size: number) {
  return Array.from({ length: Math.ceil(bodies.length / size) }, (_, index) => ({
    Records: bodies.slice(index * size, (index + 1) * size).map(body => ({
      messageId: randomUUID(),
      receiptHandle: '',
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '',
        SenderId: '',
        ApproximateFirstReceiveTimestamp: '',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:us-east-1:${ACCOUNT}:Launches`,
      awsRegion: 'us-east-1',
    })),
  }))
}
