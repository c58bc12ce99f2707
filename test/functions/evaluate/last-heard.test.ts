import { describe, expect, test } from '@jest/globals'
import { readHeard, truncateToHour } from '../../../functions/evaluate/last-heard.ts'
import { processBatch } from '../../../functions/evaluate/process-batch.ts'
import { readEvent } from '../../../shared/facts/read-event.ts'
import type { Heard } from '../../../shared/ledger/heard.ts'
import {
  anEnvelope,
  aRefusedLaunch,
  aRegisterImageRecord,
  aRunInstancesRecord,
  aRunningNotification,
  aStartInstancesRecord,
} from '../../support/builders.ts'
import { somePorts } from '../../support/ports.ts'
import { aBatch } from '../../support/sqs.ts'

const NOW = new Date('2026-11-24T08:00:10Z')
const launch = JSON.stringify(anEnvelope(aRunInstancesRecord()))
const heard = (at: string, more: Partial<Heard> = {}): Heard => ({
  accountId: '123456789012',
  region: 'us-east-1',
  way: 'records',
  at,
  ...more,
})

describe('the time at which a region was heard', () => {
  test.each([
    ['a launch', aRunInstancesRecord(), 'records'],
    ['a notification', aRunningNotification(), 'notifications'],
  ])('is set by %s', (_, event, way) => {
    expect(readHeard(readEvent(event), NOW)).toEqual(heard('2026-11-24T08:00:00.000Z', { way } as Partial<Heard>))
  })

  test.each([
    ['a start', aStartInstancesRecord()],
    ['an image', aRegisterImageRecord()],
    ['a refused launch', aRefusedLaunch()],
  ])('is not set for launches by %s, whose EventBridge rule is another', (_, event) => {
    expect(readHeard(readEvent(event), NOW)).toBeUndefined()
  })

  test('is not set by a foreign event', () => {
    expect(readHeard(readEvent(aStartInstancesRecord({ previousState: 'running' })), NOW)).toBeUndefined()
  })

  test('is never later than now, whatever the event says', () => {
    const event = readEvent(aRunInstancesRecord({ time: '2036-01-01T00:00:00Z' }))
    expect(readHeard(event, NOW)?.at).toBe(NOW.toISOString())
  })
})

describe('the write of when a region was heard', () => {
  const writer = (fails = 0) => {
    const written: string[] = []
    let left = fails
    const write = truncateToHour(async ({ region, way, at }) => {
      if (left > 0) {
        left -= 1
        throw new Error('InternalServerError')
      }
      written.push(`${region} ${way} ${at}`)
    })
    return { write, written }
  }

  test('happens once an hour for each region and path, and at once when the hour is over', async () => {
    const { write, written } = writer()
    for (const at of ['08:00:00', '08:30:00', '08:59:59', '09:00:00']) await write(heard(`2026-11-24T${at}Z`))
    await write(heard('2026-11-24T08:00:00Z', { way: 'notifications' }))
    await write(heard('2026-11-24T08:00:00Z', { region: 'eu-west-1' }))
    expect(written).toEqual([
      'us-east-1 records 2026-11-24T08:00:00Z',
      'us-east-1 records 2026-11-24T09:00:00Z',
      'us-east-1 notifications 2026-11-24T08:00:00Z',
      'eu-west-1 records 2026-11-24T08:00:00Z',
    ])
  })

  test('happens again with the next event if it failed', async () => {
    const { write, written } = writer(1)
    await expect(write(heard('2026-11-24T08:00:00Z'))).rejects.toThrow('InternalServerError')
    await write(heard('2026-11-24T08:00:01Z'))
    expect(written).toHaveLength(1)
  })

  test('happens after the alert, also if that fails, and its own failure delivers nothing again', async () => {
    const { ports, logged, counted } = somePorts({ hear: async () => Promise.reject(new Error('AccessDenied')) })
    expect(await processBatch(aBatch([launch]), ports)).toEqual({ batchItemFailures: [] })
    expect(counted).toEqual(['LaunchesSeen'])
    expect(logged.join()).toContain('it was not recorded that events arrive from the region')
    const failing = somePorts({
      ec2: () => {
        throw new Error('no EC2')
      },
    })
    await processBatch(aBatch([launch]), failing.ports)
    expect(failing.counted).toContain('LaunchesSeen')
    expect(failing.heard).toEqual(['records 2026-11-24T08:00:00.000Z'])
  })
})
