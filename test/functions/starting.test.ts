import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { createReleaseSchedules } from '../../functions/notify/release-schedules.ts'
import { readTopicSetting } from '../../functions/notify/settings.ts'

/** Does what ends a function, and answers the lines that it leaves in its log. */
const ending = async (act: () => unknown): Promise<string> => {
  const lines: string[] = []
  jest.spyOn(process, 'exit').mockImplementation(() => {
    throw new Error('ended')
  })
  jest.spyOn(process.stderr, 'write').mockImplementation(text => lines.push(String(text)) > 0)
  await expect(Promise.resolve().then(act)).rejects.toThrow('ended')
  return lines.join('')
}

afterEach(() => {
  jest.restoreAllMocks()
})

describe('a function without its environment variables ends with one line that names it and everything that is missing', () => {
  test.each([
    ['Confirm', () => import('../../functions/confirm/handler.ts'), 'LEDGER_TABLE, FAILED_QUEUE_URL'],
    [
      'Enforce',
      () => import('../../functions/enforce/handler.ts'),
      'LEDGER_TABLE, ALERTS_TOPIC_ARN, SWEEP_REQUESTS_TOPIC_ARN, FAILED_QUEUE_URL',
    ],
    [
      'Evaluate',
      () => import('../../functions/evaluate/handler.ts'),
      'LEDGER_TABLE, ALERTS_TOPIC_ARN, SWEEP_REQUESTS_TOPIC_ARN, FAILED_QUEUE_URL',
    ],
    [
      'Notify',
      () => import('../../functions/notify/handler.ts'),
      'CHANNEL, LEDGER_TABLE, QUEUE_URL, UNDELIVERED_QUEUE_URL',
    ],
    [
      'Sweep',
      () => import('../../functions/sweep/handler.ts'),
      'LEDGER_TABLE, ALERTS_TOPIC_ARN, SWEEPS_QUEUE_URL, SWEEP_REGIONS, FAILED_QUEUE_URL, ALERTED_QUEUE_ARN',
    ],
    ['Notify', () => readTopicSetting('CHAT_TOPIC_ARN'), 'CHAT_TOPIC_ARN'],
    [
      'Notify',
      () => createReleaseSchedules('ops', () => new Date())('2026-12-01T08:00:00.000Z'),
      'QUEUE_ARN, UNDELIVERED_QUEUE_ARN, SCHEDULE_GROUP, SCHEDULE_ROLE_ARN',
    ],
  ])('%s', async (name, act, missing) => {
    expect(await ending(act)).toBe(
      `${name}: environment variable ${missing} is not set; deploy the stack again, which sets it\n`,
    )
  })
})
