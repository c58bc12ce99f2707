import { expect, test } from '@jest/globals'
import type { SQSEvent } from 'aws-lambda'
import { processBatch } from '../../functions/evaluate/process-batch.ts'
import { anEnvelope, anInstanceItem, aRunInstancesRecord } from '../support/builders.ts'
import { somePorts } from '../support/ports.ts'
import { aBatch } from '../support/sqs.ts'

const bad = [
  '',
  '{',
  '[]',
  'null',
  '"text"',
  '{"detail":7}',
  '{"detail-type":"AWS API Call via CloudTrail"}',
  '{"version":"0"}',
]

test.each(bad)('an unreadable message (%j) is the only one of ten that is delivered again', async body => {
  const good = Array.from({ length: 9 }, (_, index) =>
    JSON.stringify(
      anEnvelope(
        aRunInstancesRecord({
          reservationId: `r-${index}`,
          instances: [
            anInstanceItem({ instanceId: `i-${index}`, instanceType: 'm1.small', virtualizationType: 'paravirtual' }),
          ],
        }),
      ),
    ),
  )
  const batch: SQSEvent = aBatch([...good.slice(0, 4), body, ...good.slice(4)])
  const { ports, published, counted, logged } = somePorts()
  const { batchItemFailures } = await processBatch(batch, ports)
  expect(batchItemFailures).toEqual([{ itemIdentifier: batch.Records[4]?.messageId }])
  expect(published).toHaveLength(9)
  expect(counted.filter(metric => metric === 'UnreadableEvents')).toHaveLength(1)
  const complaints = logged.filter(line => line.startsWith('error: unreadable event: '))
  expect(complaints).toHaveLength(1)
  expect(complaints[0]).not.toMatch(/\n|\bat .*:\d+:\d+/)
})

test('an unreadable message counts once, however often it is delivered', async () => {
  const { ports, counted } = somePorts()
  await processBatch(aBatch(['{'], 1), ports)
  await processBatch(aBatch(['{'], 2), ports)
  expect(counted).toEqual(['UnreadableEvents'])
})

test('a message that a batch has twice is processed once, and has one answer', async () => {
  const launch = aRunInstancesRecord({
    instances: [anInstanceItem({ instanceType: 'm1.small', virtualizationType: 'paravirtual' })],
  })
  const [record] = aBatch([JSON.stringify(anEnvelope(launch))]).Records
  const twice = { Records: record === undefined ? [] : [record, { ...record, receiptHandle: 'another' }] }
  const { ports, published } = somePorts()
  expect(await processBatch(twice, ports)).toEqual({ batchItemFailures: [] })
  expect(published).toHaveLength(1)
  const failing = somePorts({ publish: async () => Promise.reject(new Error('no')) })
  expect((await processBatch(twice, failing.ports)).batchItemFailures).toEqual([{ itemIdentifier: record?.messageId }])
})

test('fields of a wrong type are logged once, and the launch is evaluated without them', async () => {
  const launch = aRunInstancesRecord({
    instances: [{ ...anInstanceItem({ instanceType: 'm1.small', virtualizationType: 'paravirtual' }), bootMode: 7 }],
  })
  const warned: unknown[] = []
  const log = (_: string, message: string, context?: object): void => {
    if (message.startsWith('fields of a wrong type')) warned.push(context)
  }
  const { ports, published } = somePorts({ log })
  await processBatch(aBatch([JSON.stringify(anEnvelope(launch))], 1), ports)
  await processBatch(aBatch([JSON.stringify(anEnvelope(launch))], 2), ports)
  expect(published.length).toBeGreaterThan(0)
  expect(warned).toEqual([
    expect.objectContaining({ event: 'RunInstances', misread: [expect.stringContaining('bootMode: expected')] }),
  ])
})
