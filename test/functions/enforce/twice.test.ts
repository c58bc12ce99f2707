import { describe, expect, test } from '@jest/globals'
import { processBatch } from '../../../functions/enforce/process-batch.ts'
import { formatOwner } from '../../../shared/ledger/claimant.ts'
import { aBatch } from '../../support/sqs.ts'
import { aMachine, idOf } from './machines.ts'
import { LIMITS, violations } from './verdict.ts'
import { aWorld, type Options, type World } from './world.ts'

/** A world in which the stops that were promised are due. */
const due = async (count: number, options: Options = {}): Promise<{ world: World; bodies: readonly string[] }> => {
  const ids = Array.from({ length: count }, (_, index) => idOf(index))
  const world = aWorld({ machines: ids.map(id => aMachine(id)), ...options })
  await world.launch(ids)
  const bodies = [...world.scheduler.waiting.values()].map(({ body }) => body)
  world.pass(330)
  return { world, bodies }
}

/** One delivery of a message, by hand: true if it is done. */
const deliver = async ({ ports }: World, body: string, [messageId, receiptHandle]: readonly [string, string]) => {
  const [record] = aBatch([body]).Records
  const batch = { Records: record === undefined ? [] : [{ ...record, messageId, receiptHandle }] }
  return (await processBatch(batch, ports)).batchItemFailures.length === 0
}

const statesOf = (world: World): readonly string[] => [...new Set(world.rows().map(({ state }) => state))]

describe('two deliveries of one message at the same moment', () => {
  test('stop each instance once, and take one stop from the budget', async () => {
    const { world, bodies } = await due(3)
    for (const [index, body] of bodies.entries())
      await Promise.all([
        deliver(world, body, [`message-${index}`, 'a']),
        deliver(world, body, [`message-${index}`, 'b']),
      ])
    await world.run()
    expect(statesOf(world)).toEqual(['STOPPED'])
    expect(world.dynamo.items.get('123456789012#budget | stops')?.['stops']?.L).toHaveLength(3)
    expect(violations(world, LIMITS)).toEqual([])
  })

  test('alert an outcome once, and the other delivery comes again in case the first dies before the alert', async () => {
    const machine = { ...aMachine(idOf(0)), isProtected: true }
    const { world, bodies } = await due(1, { machines: [machine] })
    const [body = ''] = bodies
    const done = await Promise.all([deliver(world, body, ['message-1', 'a']), deliver(world, body, ['message-1', 'b'])])
    expect(done.toSorted()).toEqual([false, true])
    expect(world.sns.alerts.filter(({ kind }) => kind === 'outcome')).toHaveLength(1)
  })
})

test('a delivery that finds its instance deleted when it asks is not done before another one of it has alerted that', async () => {
  const { world, bodies } = await due(1)
  const [body = ''] = bodies
  const { ledger } = world.ports
  // The other delivery resolves it between the reading and the stop, and has not alerted it yet.
  const stop: typeof world.ports.stop = async id => {
    world.known.delete(id)
    for (const row of world.rows())
      await ledger.resolve(row, {
        to: 'RESOLVED',
        because: { code: 'DELETED' },
        claimant: formatOwner('message-1', 'other'),
        now: world.now(),
      })
    return world.ports.stop(id)
  }
  const racing = { ...world, ports: { ...world.ports, stop } }
  expect(await deliver(racing, body, ['message-1', 'a'])).toBe(false)
  world.pass(180)
  expect(await deliver(world, body, ['message-1', 'b'])).toBe(true)
  expect(world.sns.alerts.filter(({ kind }) => kind === 'outcome')).toHaveLength(1)
})

describe('a stop that EC2 was asked for a moment ago and that shows no effect yet', () => {
  // EC2's answer lags behind: it says running where the instance is going down.
  const lagging = async () => {
    const { world, bodies } = await due(1, { stopSeconds: undefined })
    const [body = ''] = bodies
    await deliver(world, body, ['message-1', 'a'])
    world.known.set(idOf(0), aMachine(idOf(0)))
    world.pass(20)
    return { world, body }
  }

  test('is not called refused because the policy is not valid any more, and is checked again', async () => {
    const { world, body } = await lagging()
    await world.operate.spoil()
    expect(await deliver(world, body, ['message-1', 'b'])).toBe(true)
    expect(statesOf(world)).toEqual(['DEFERRED'])
    const next = JSON.parse([...world.scheduler.waiting.values()].at(-1)?.body ?? '{}')
    expect(next).toMatchObject({ kind: 'stop', attempt: 2 })
    // It runs a minute later: EC2 did not stop it.
    world.pass(60)
    expect(await deliver(world, JSON.stringify(next), ['message-2', 'a'])).toBe(true)
    expect(statesOf(world)).toEqual(['REFUSED'])
  })

  test('is not called refused because its budget was lowered', async () => {
    const { world, body } = await lagging()
    await world.operate.apply({
      ...world.ports.deployed,
      stop: { graceSeconds: 300, budget: { stops: 0, perSeconds: 600 } },
    })
    expect(await deliver(world, body, ['message-1', 'b'])).toBe(true)
    expect(statesOf(world)).toEqual(['DEFERRED'])
  })
})
