import { expect, test } from '@jest/globals'
import { confirmBatch } from '../../functions/confirm/confirm-batch.ts'
import { aBatch } from '../support/sqs.ts'

const alert = {
  id: '123456789012/us-east-1/r-1',
  accountId: '123456789012',
  region: 'us-east-1',
  claim: 'message-1',
  told: [
    {
      rules: ['paravirtual-instance', 'xen-hypervisor'],
      resources: Array.from({ length: 60 }, (_, index) => `i-${index}`),
    },
  ],
}

test('every row that an alert tells of is marked for its claim', async () => {
  const marked: string[] = []
  const answer = await confirmBatch(aBatch([JSON.stringify(alert)]), {
    mark: async ({ pk, sk }, claimant) => {
      marked.push(`${pk} ${sk} ${claimant}`)
    },
    log: () => undefined,
  })
  expect(answer.batchItemFailures).toEqual([])
  expect(marked).toHaveLength(120)
  expect(marked[0]).toBe('123456789012#us-east-1#i-0 paravirtual-instance message-1')
})

test('an alert that cannot be marked comes again, and only that one', async () => {
  const failing = { ...alert, claim: 'message-2' }
  const lines: string[] = []
  const answer = await confirmBatch(aBatch([JSON.stringify(alert), JSON.stringify(failing), 'not json']), {
    mark: async (_, claimant) => {
      if (claimant === 'message-2') throw new Error('ProvisionedThroughputExceededException')
    },
    log: (level, message) => lines.push(`${level}: ${message}`),
  })
  expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).toSorted()).toEqual([
    'message-1',
    'message-2',
  ])
  expect(lines.filter(line => line.startsWith('error'))).toHaveLength(2)
})
