import { describe, expect, test } from '@jest/globals'
import { processEvent } from '../../../functions/evaluate/process-event.ts'
import { readEvent } from '../../../shared/facts/read-event.ts'
import { aRunningNotification, aStartInstancesRecord } from '../../support/builders.ts'
import { ec2With, silentEc2, somePorts } from '../../support/ports.ts'
import { alertIn, described, first, idOf, pvLaunch } from './launches.ts'

const denied = async () => ({ ok: false, why: 'AccessDenied: no role' }) as const
const closed = { ...silentEc2, isSpoke: true, instances: denied, images: denied, types: denied } as const

describe('in an account that lets nobody read', () => {
  test.each([
    ['notification of a running instance', aRunningNotification({ instanceId: idOf(0) })],
    ['record of a start', aStartInstancesRecord({ instanceIds: [idOf(0)] })],
  ])('the %s is no alert: an alarm reports the account', async (_what, envelope) => {
    const { ports, published } = somePorts({ ec2: () => closed })
    expect(await processEvent(readEvent(envelope), first, ports)).toEqual({ kind: 'done', alerts: 0 })
    expect(published).toEqual([])
  })

  test('a launch is evaluated on its record, and alerted', async () => {
    const { ports, published } = somePorts({ ec2: () => closed })
    expect(await processEvent(readEvent(pvLaunch(1)), first, ports)).toEqual({ kind: 'done', alerts: 1 })
    expect(alertIn(published[0]).rules).toContain('paravirtual-instance')
  })
})

test('a running instance of a spoke that can be read is evaluated as one of the own account', async () => {
  const { ports, published } = somePorts({ ec2: () => ({ ...ec2With([described(0)]), isSpoke: true }) })
  await processEvent(readEvent(aRunningNotification({ instanceId: idOf(0) })), first, ports)
  expect(published).toHaveLength(1)
})

test('where the own account cannot be read, a running instance is alerted as UNKNOWN, as before', async () => {
  const { isSpoke: _spoke, ...own } = closed
  const { ports, published } = somePorts({ ec2: () => own })
  await processEvent(readEvent(aRunningNotification({ instanceId: idOf(0) })), first, ports)
  expect(published).toHaveLength(1)
})
