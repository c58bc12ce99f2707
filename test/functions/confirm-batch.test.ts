import { describe, expect, test } from '@jest/globals'
import { confirmBatch } from '../../functions/confirm/confirm-batch.ts'
import type { ConfirmPorts } from '../../functions/confirm/ports.ts'
import { noSchedules } from '../../functions/confirm/schedules.ts'
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
    mark: async ({ pk, sk }, { claimant, stopAt = 'no stop' }) => {
      did.push(`mark ${pk} ${sk} ${claimant} ${stopAt}`)
    },
    markTold: async ({ pk, sk }, claimant) => {
      did.push(`told ${pk} ${sk} ${claimant}`)
    },
    schedule: async appointment => {
      did.push(`schedule ${appointment.name}`)
      schedules.push(appointment)
    },
    log: (level, message) => lines.push(`${level}: ${message}`),
    ...more,
  }
  return { ports, did, lines, schedules }
}

const confirm = (alerts: readonly object[], ports: ConfirmPorts) =>
  confirmBatch(aBatch(alerts.map(one => JSON.stringify(one))), ports)

test('every row that an alert tells of is marked for its claim', async () => {
  const { ports, did } = somePorts()
  expect((await confirm([alert], ports)).batchItemFailures).toEqual([])
  expect(did).toHaveLength(120)
  expect(did[0]).toBe('mark 123456789012#us-east-1#i-0 paravirtual-instance message-1 no stop')
})

test('a notice marks that the end of each exemption was told, and nothing of what it covers', async () => {
  const { ports, did } = somePorts()
  const key = '2026-12-01 billing@example.com billing host'
  expect((await confirm([{ ...alert, kind: 'notice', exemptions: [{ key }] }], ports)).batchItemFailures).toEqual([])
  expect(did).toEqual([`told 123456789012#us-east-1#notice ${key} message-1`])
})

test('an alert that cannot be marked comes again, and only that one', async () => {
  const failing = { ...alert, claim: 'message-2' }
  const { ports, lines } = somePorts({
    mark: async (_, { claimant }) => {
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

describe('an alert that promises stops', () => {
  test('defers the rows that asked for them, and then makes one schedule an instance', async () => {
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

  test('makes a schedule of its own where another alert promised a stop of the same instance for the same time', async () => {
    const { ports, schedules } = somePorts()
    await confirm([deferring, { ...deferring, claim: 'message-2' }], ports)
    expect(new Set(schedules.map(({ name }) => name)).size).toBe(120)
  })

  test('makes the same schedules when it comes again', async () => {
    const { ports, schedules } = somePorts()
    await confirm([deferring], ports)
    await confirm([deferring], ports)
    expect(new Set(schedules.map(({ name }) => name)).size).toBe(60)
  })

  test('schedules nothing where a row could not be marked, and comes again', async () => {
    const { ports, schedules } = somePorts({ mark: async () => Promise.reject(new Error('throttled')) })
    expect((await confirm([deferring], ports)).batchItemFailures).toHaveLength(1)
    expect(schedules).toEqual([])
  })

  test('comes again where a schedule could not be made', async () => {
    const { ports } = somePorts({ schedule: async () => Promise.reject(new Error('ServiceQuotaExceededException')) })
    expect((await confirm([deferring], ports)).batchItemFailures).toHaveLength(1)
  })

  test('is not forgotten where the function that stops was taken away since', async () => {
    const { ports, lines } = somePorts({ schedule: noSchedules })
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

test.each(['outcome', 'digest'])(
  'an alert of kind %s says that its rows are told, and makes no schedule',
  async kind => {
    const { ports, did } = somePorts()
    await confirm([{ ...deferring, kind }], ports)
    expect(did.filter(line => !line.startsWith('told '))).toEqual([])
    expect(did[0]).toBe('told 123456789012#us-east-1#i-0 paravirtual-instance message-1')
  },
)
