/** What the rows of other rules know of an instance, before an alert promises its stop. */
import { describe, expect, jest, test } from '@jest/globals'
import type { Ports } from '../../../functions/evaluate/ports.ts'
import { processEvent } from '../../../functions/evaluate/process-event.ts'
import { claimFindings } from '../../../shared/aws/ledger/ledger.ts'
import { queryRows } from '../../../shared/aws/ledger/rows.ts'
import { readEvent } from '../../../shared/facts/read-event.ts'
import { parsePolicy } from '../../../shared/policy/load.ts'
import { aRunningNotification, aStartInstancesRecord } from '../../support/builders.ts'
import { inMemoryDynamo } from '../../support/cloud/dynamodb.ts'
import { aFinding } from '../../support/findings.ts'
import { ec2With, somePorts } from '../../support/ports.ts'
import { alertIn, described, first, idOf, pvLaunch, second } from './launches.ts'

const QUIET = 'xen-hypervisor: { mode: off }, incompatible-image: { mode: off }'
const policyOf = (mode: string) =>
  parsePolicy(`version: 1\nrules: { paravirtual-instance: { mode: ${mode} }, ${QUIET} }`, 'policy.yaml')

const launch = readEvent(pvLaunch(3))
const running = readEvent(aRunningNotification({ instanceId: idOf(0) }))
const start = readEvent(aStartInstancesRecord({ instanceIds: [idOf(0), idOf(1), idOf(2)] }))

/** Evaluate with a ledger in memory, and an EC2 that knows three instances of one launch. */
const aFunction = (mode = 'enforce', more: Partial<Ports> = {}) => {
  const dynamo = inMemoryDynamo()
  const ledger = { client: dynamo.client(), table: 'ledger' }
  const rowsOf = jest.fn<Ports['rowsOf']>(resource => queryRows(ledger, resource))
  const claim = jest.fn<Ports['claim']>((findings, by) => claimFindings(findings, ledger, by))
  const ec2 = () => ec2With([0, 1, 2].map(described))
  const world = somePorts({ policy: policyOf(mode), canStop: () => true, rowsOf, claim, ec2, ...more })
  /** A row of a rule that is off by now, whose report named the service. */
  const record = (index: number, via = 'batch.amazonaws.com') =>
    claimFindings([{ ...aFinding({ on: idOf(index), rule: 'instance-family' }), actor: { via } }], ledger, {
      claimant: 'record/1',
      launchId: 'r-1',
      now: new Date('2026-11-01T08:00:00Z'),
    })
  const readIds = () => rowsOf.mock.calls.map(([{ resourceId }]) => resourceId)
  const alerted = () =>
    world.published.flatMap(message =>
      alertIn(message).findings.map(({ resource, action }) => [resource.id, action.decision]),
    )
  const items = () => [...dynamo.items.values()]
  return { ...world, rowsOf, claim, record, readIds, alerted, items }
}

describe('a first report', () => {
  test('of a launch, by its record, costs one claim and one publish, and reads no row', async () => {
    const { ports, claim, readIds, published } = aFunction()
    await processEvent(launch, first, ports)
    expect([claim.mock.calls.length, readIds(), published.length]).toEqual([1, [], 1])
  })

  test('reads no row if nothing is promised', async () => {
    const { ports, claim, readIds, published } = aFunction('observe')
    await processEvent(running, second, ports)
    expect([claim.mock.calls.length, readIds(), published.length]).toEqual([1, [], 1])
  })

  test('by a notification reads the rows of each instance that it promises a stop, once', async () => {
    const { ports, claim, readIds, alerted } = aFunction()
    await processEvent(running, first, ports)
    expect(readIds().toSorted()).toEqual([idOf(0), idOf(1), idOf(2)])
    expect(claim).toHaveBeenCalledTimes(1)
    expect(alerted()).toEqual([0, 1, 2].map(index => [idOf(index), 'defer']))
  })
})

describe('a later report', () => {
  test('that claims nothing reads no row', async () => {
    const { ports, readIds } = aFunction()
    await processEvent(launch, first, ports)
    await processEvent(running, second, ports)
    expect(readIds()).toEqual([])
  })

  test.each([
    ['a notification', running, first],
    ['a notification that comes again', running, second],
    ['the record of a start', start, first],
  ])('by %s promises a stop of all but what a row of another rule says a service owns', async (_, event, delivery) => {
    const { ports, record, alerted, items } = aFunction()
    await record(1)
    await processEvent(event, delivery, ports)
    expect(alerted()).toEqual([
      [idOf(0), 'defer'],
      [idOf(1), 'refuse'],
      [idOf(2), 'defer'],
    ])
    const promised = items().filter(({ stopAt }) => stopAt !== undefined)
    expect(promised.map(({ pk }) => pk?.S?.split('#')[2])).toEqual([idOf(0), idOf(2)])
  })

  test('by the record of a launch that meets a row reads the rows of what it claims', async () => {
    const { ports, record, readIds, alerted } = aFunction()
    await record(1)
    await processEvent(readEvent(pvLaunch(1)), first, ports)
    await processEvent(launch, second, ports)
    expect(readIds()).toEqual([idOf(1), idOf(2)])
    expect(alerted()).toEqual([
      [idOf(0), 'defer'],
      [idOf(1), 'refuse'],
      [idOf(2), 'defer'],
    ])
  })

  test('whose rows cannot be read gives its claim back and comes again, and nothing is alerted', async () => {
    const rowsOf = () => Promise.reject(new Error('throttled'))
    const { ports, items, published } = aFunction('enforce', { rowsOf })
    await expect(processEvent(start, first, ports)).rejects.toThrow('throttled')
    expect(published).toEqual([])
    expect(items().map(({ state, leaseUntil }) => [state?.S, leaseUntil?.N])).toEqual(Array(3).fill(['NEW', '0']))
  })
})
