import { expect, test } from '@jest/globals'
import { processBatch } from '../../../functions/enforce/process-batch.ts'
import { aRunningNotification } from '../../support/builders.ts'
import { PLACE } from '../../support/findings.ts'
import { aBatch } from '../../support/sqs.ts'
import { idOf } from './machines.ts'
import { aWorld } from './world.ts'

test('a processed message is in the log, with the delivery and what it was about', async () => {
  const { ports } = aWorld()
  const lines: object[] = []
  const stop = { kind: 'stop', ...PLACE, instanceId: idOf(0), due: '2026-11-24T08:05:30Z', attempt: 1 }
  await processBatch(aBatch([JSON.stringify(stop)]), {
    ...ports,
    log: (level, message, context) => void lines.push({ level, message, ...context }),
  })
  const delivery = { messageId: 'message-0', count: 1, claimant: expect.stringMatching(/^message-0\//) }
  expect(lines).toEqual([{ level: 'info', message: 'done', ...delivery, ...stop }])
})

test('a message that cannot be read, or processed, fails no other', async () => {
  const { ports, logged } = aWorld()
  const stop = { kind: 'stop', accountId: '123456789012', region: 'us-east-1', due: '2026-11-24T08:05:30Z', attempt: 1 }
  const bodies = [
    JSON.stringify({ ...stop, instanceId: idOf(0) }),
    'not json',
    JSON.stringify({ ...stop, instanceId: idOf(1) }),
    JSON.stringify(aRunningNotification({ state: 'stopping' })),
  ]
  const failing = { ...ports, ledger: { ...ports.ledger } }
  failing.ledger.rowsOf = async ({ resourceId }) => {
    if (resourceId === idOf(1)) throw new Error('throttled\nat once')
    return []
  }
  const { batchItemFailures } = await processBatch(aBatch(bodies), failing)
  expect(batchItemFailures).toEqual([{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }])
  expect(logged).toEqual([
    'info: done',
    expect.stringMatching(/^error: failed, will be retried: EventError: not JSON: /),
    'error: failed, will be retried: Error: throttled at once',
    'info: nothing to do: an instance in state "stopping"',
  ])
})
