import { describe, expect, test } from '@jest/globals'
import { confirmBatch } from '../../functions/confirm/confirm-batch.ts'
import type { ConfirmPorts } from '../../functions/confirm/ports.ts'
import { refuseSchedules } from '../../functions/confirm/schedules.ts'
import { aBatch } from '../support/sqs.ts'

const ids = Array.from({ length: 60 }, (_, index) => `i-${index}`)
const alert = {
  id: '123456789012/us-east-1/r-1',
  accountId: '123456789012',
  region: 'us-east-1',
  claim: 'message-1',
  told: [{ rules: ['paravirtual-instance', 'xen-hypervisor'], resources: ids }],
}
const DUE = '2026-11-24T08:15:30Z'
const deferring = { ...alert, stops: [{ at: DUE, rules: ['paravirtual-instance'], resources: ids }] }

const somePorts = (more: Partial<ConfirmPorts> = {}) => {
  const did: string[] = []
  const lines: string[] = []
  const schedules: Parameters<ConfirmPorts['schedule']>[0][] = []
  const ports: ConfirmPorts = {
    markAlerted: async (marks, claimant) => {
      for (const { key, stopAt = 'no stop' } of marks) did.push(`mark ${key.pk} ${key.sk} ${claimant} ${stopAt}`)
    },
    markOutcomesAlerted: async (marks, claimant) => {
      for (const { key } of marks) did.push(`told ${key.pk} ${key.sk} ${claimant}`)
    },
    unmarkedOf: async marks => {
      did.push(`look at ${marks.length}`)
      return marks.slice(1)
    },
    hasTime: () => true,
    schedule: async appointment => {
      did.push(`schedule ${appointment.name}`)
      schedules.push(appointment)
    },
    log: (level, message, context) => lines.push(`${level}: ${message} ${JSON.stringify(context)}`),
    ...more,
  }
  return { ports, did, lines, schedules }
}

const confirm = (alerts: readonly object[], ports: ConfirmPorts) =>
  confirmBatch(aBatch(alerts.map(one => JSON.stringify(one))), ports)

test('every row of an alert is marked for its claim', async () => {
  const { ports, did } = somePorts()
  expect((await confirm([alert], ports)).batchItemFailures).toEqual([])
  expect(did).toHaveLength(120)
  expect(did[0]).toBe('mark 123456789012#us-east-1#i-0 paravirtual-instance message-1 no stop')
})

test('a row that an alert names twice is marked once, because DynamoDB accepts one write of a row in a transaction', async () => {
  const { ports, did } = somePorts()
  const [group] = alert.told
  await confirm([{ ...alert, told: [group, group] }], ports)
  expect(did).toHaveLength(120)
})

test('a row that an earlier delivery has marked is only read', async () => {
  const { ports, did } = somePorts()
  await confirmBatch(aBatch([JSON.stringify(alert)], 2), ports)
  expect(did.filter(line => line.startsWith('look'))).toEqual(['look at 100', 'look at 20'])
  expect(did.filter(line => line.startsWith('mark'))).toHaveLength(118)
})

test('an alert for which no time is left is continued by the next delivery, and is no error', async () => {
  let calls = 0
  const { ports, did, lines } = somePorts({
    hasTime: () => {
      calls += 1
      return calls <= 1
    },
  })
  expect((await confirm([alert], ports)).batchItemFailures).toHaveLength(1)
  expect(did).toHaveLength(100)
  expect(lines).toEqual([
    expect.stringMatching(/^info: will be continued: this invocation has no time left.*"messageId":"message-0"/),
  ])
})

test('a notice marks that the end of each exemption was alerted, and nothing of what it covers', async () => {
  const { ports, did } = somePorts()
  const key = '2026-12-01 billing@example.com billing host'
  expect((await confirm([{ ...alert, kind: 'notice', exemptions: [{ key }] }], ports)).batchItemFailures).toEqual([])
  expect(did).toEqual([`told 123456789012#us-east-1#notice ${key} message-1`])
})

test('an alert that cannot be marked is delivered again, and only that one', async () => {
  const failing = { ...alert, claim: 'message-2' }
  const { ports, lines } = somePorts({
    markAlerted: async (_, claimant) => {
      if (claimant === 'message-2') throw new Error('ProvisionedThroughputExceededException')
    },
  })
  const answer = await confirmBatch(aBatch([JSON.stringify(alert), JSON.stringify(failing), 'not json']), ports)
  expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).toSorted()).toEqual([
    'message-1',
    'message-2',
  ])
  expect(lines.filter(line => line.startsWith('error'))).toHaveLength(2)
})

test('a confirmed alert is logged, with the message and the number of its rows', async () => {
  const { ports, lines } = somePorts()
  await confirm([alert], ports)
  expect(lines).toEqual([`info: confirmed ${JSON.stringify({ messageId: 'message-0', alert: alert.id, rows: 120 })}`])
})

test('an alert that was not confirmed is logged with its message, so that it is found in the queue', async () => {
  const { ports, lines } = somePorts({ markAlerted: async () => Promise.reject(new Error('throttled')) })
  await confirm([alert], ports)
  expect(lines).toEqual(['error: not confirmed, will be retried: Error: throttled {"messageId":"message-0"}'])
})

test('a notice without exemptions marks nothing', async () => {
  const { ports, did } = somePorts()
  expect((await confirm([{ ...alert, kind: 'notice' }], ports)).batchItemFailures).toEqual([])
  expect(did).toEqual([])
})

test('a row without a promise is marked without one', async () => {
  const marked: object[] = []
  const { ports } = somePorts({
    markAlerted: async marks => {
      marked.push(...marks)
    },
  })
  await confirm([{ ...alert, told: [{ rules: ['xen-hypervisor'], resources: ['i-1'] }] }], ports)
  expect(marked).toEqual([{ key: expect.objectContaining({ sk: 'xen-hypervisor' }) }])
  expect(marked[0]).not.toHaveProperty('stopAt')
})

describe('an alert that promises stops', () => {
  test('names its schedules after the end of its claim, because the whole claim would not fit', async () => {
    const { ports, schedules } = somePorts()
    const claim = '5fea7756-0ea4-451a-a703-a558b933e274/0123456789ab'
    await confirm([{ ...deferring, claim }], ports)
    expect(schedules[0]?.name).toBe('stop-i-0-1795508130-1-0123456789ab')
    expect(schedules[0]?.message).toMatchObject({ alert: '0123456789ab' })
  })

  test('defers the rows that asked for it, and then makes one schedule for each instance', async () => {
    const { ports, did, schedules } = somePorts()
    await confirm([deferring], ports)
    expect(did).toContain(`mark 123456789012#us-east-1#i-7 paravirtual-instance message-1 ${DUE}`)
    expect(did).toContain('mark 123456789012#us-east-1#i-7 xen-hypervisor message-1 no stop')
    expect(did.map(line => line.split(' ')[0])).toEqual([...Array(120).fill('mark'), ...Array(60).fill('schedule')])
    expect(schedules[7]).toEqual({
      name: 'stop-i-7-1795508130-1-message-1',
      at: new Date(DUE),
      message: {
        kind: 'stop',
        accountId: '123456789012',
        region: 'us-east-1',
        instanceId: 'i-7',
        due: DUE,
        attempt: 1,
        alert: 'message-1',
      },
    })
  })

  test('makes a schedule of its own if another alert promised a stop of the same instance for the same time', async () => {
    const { ports, schedules } = somePorts()
    await confirm([deferring, { ...deferring, claim: 'message-2' }], ports)
    expect(new Set(schedules.map(({ name }) => name)).size).toBe(120)
  })

  test('makes the same schedules when it is delivered again', async () => {
    const { ports, schedules } = somePorts()
    await confirm([deferring], ports)
    await confirm([deferring], ports)
    expect(new Set(schedules.map(({ name }) => name)).size).toBe(60)
  })

  test('schedules nothing if a row could not be marked, and is delivered again', async () => {
    const { ports, schedules } = somePorts({ markAlerted: async () => Promise.reject(new Error('throttled')) })
    expect((await confirm([deferring], ports)).batchItemFailures).toHaveLength(1)
    expect(schedules).toEqual([])
  })

  test('makes no more schedules when its time is over, and makes the rest in the next delivery', async () => {
    const { ports, schedules } = somePorts()
    // Rows are marked in hundreds, schedules are made in groups: time ends between two of these.
    const short = { ...ports, hasTime: () => schedules.length < 30 }
    expect((await confirm([deferring], short)).batchItemFailures).toHaveLength(1)
    expect(schedules.length).toBeLessThan(60)
    await confirm([deferring], ports)
    expect(new Set(schedules.map(({ name }) => name)).size).toBe(60)
  })

  test('is delivered again if a schedule could not be made', async () => {
    const { ports } = somePorts({ schedule: async () => Promise.reject(new Error('ServiceQuotaExceededException')) })
    expect((await confirm([deferring], ports)).batchItemFailures).toHaveLength(1)
  })

  test('is not forgotten if the function that stops was removed since', async () => {
    const { ports, lines } = somePorts({ schedule: refuseSchedules })
    expect((await confirm([deferring], ports)).batchItemFailures).toHaveLength(1)
    expect(lines[0]).toContain('without the function that stops')
  })

  test('asks for one stop of an instance, however many rules ask for it', async () => {
    const rules = ['instance-family', 'paravirtual-instance']
    const both = { ...alert, stops: [{ at: DUE, rules, resources: ['i-1'] }] }
    const { ports, schedules } = somePorts()
    await confirm([both], ports)
    expect(schedules).toHaveLength(1)
  })
})

test.each(['outcome', 'digest'])('of kind %s marks its rows as alerted, and makes no schedule', async kind => {
  const { ports, did } = somePorts()
  await confirm([{ ...deferring, kind }], ports)
  expect(did.filter(line => !line.startsWith('told '))).toEqual([])
  expect(did[0]).toBe('told 123456789012#us-east-1#i-0 paravirtual-instance message-1')
})
