import { describe, expect, test } from '@jest/globals'
import { claimFindings } from '../../shared/aws/ledger/ledger.ts'
import { queryRowsAt } from '../../shared/aws/ledger/rows.ts'
import { exemptRow } from '../../shared/aws/ledger/sweep-ledger.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Actor } from '../../shared/facts/facts.ts'
import { learnActor } from '../../shared/ledger/owned.ts'
import { aFinding, DEFERRED, instanceIds } from '../support/findings.ts'
import { aLedger, at } from '../support/stories.ts'

const CALLER: Actor = { arn: 'arn:aws:iam::123456789012:user/jane' }
const SERVICE: Actor = { arn: 'arn:aws:sts::123456789012:assumed-role/nodes/x', via: 'eks.amazonaws.com' }

const JOE: Actor = { arn: 'arn:aws:iam::123456789012:user/joe' }

const createFinding = (actor: Actor, time = '2026-11-24T08:00:00Z'): Finding => {
  const finding = aFinding({ action: DEFERRED })
  return { ...finding, actor, event: { ...finding.event, time } }
}

const learn = (known: Finding, told: Finding): Actor | undefined => {
  const learned = learnActor({ finding: JSON.stringify(known) }, told)
  return learned === undefined ? undefined : JSON.parse(learned).actor
}

describe('the launcher of an instance', () => {
  test('is taken from the record if a notification, which names nobody, came first', () => {
    const stack = { stack: 'web' }
    expect(learn(createFinding(stack), createFinding(CALLER, '2026-11-24T08:05:00Z'))).toEqual({ ...stack, ...CALLER })
  })

  test('is not taken from another call, unless that names a service which replaces what it launched', () => {
    const later = '2026-11-24T08:05:01Z'
    expect(learn(createFinding({}), createFinding(CALLER, later))).toBeUndefined()
    expect(learn(createFinding({}), createFinding(SERVICE, later))).toEqual({ via: SERVICE.via })
    expect(learn(createFinding(CALLER), createFinding(SERVICE))).toEqual({ ...CALLER, via: SERVICE.via })
  })

  test('is not replaced, neither by a record that names nobody nor if a service is known', () => {
    expect(learn(createFinding(CALLER), createFinding({ stack: 'web' }))).toBeUndefined()
    expect(learn(createFinding(CALLER), createFinding(JOE, '2026-11-24T08:00:03Z'))).toBeUndefined()
    expect(learn(createFinding(SERVICE), createFinding({ via: 'batch.amazonaws.com' }))).toBeUndefined()
  })
})

describe('of two callers that say they launched one instance', () => {
  const EARLIER = '2026-11-24T07:59:57Z'

  test('the earlier is the launcher', () => {
    expect(
      learn(createFinding({ ...CALLER, via: 'a.amazonaws.com', stack: 'web' }), createFinding(JOE, EARLIER)),
    ).toEqual({ ...JOE, stack: 'web' })
  })

  test('neither is named if it is not known which was earlier', () => {
    expect(learn(createFinding(CALLER), createFinding(JOE))).toEqual({})
    const known = createFinding(CALLER)
    const notified = { ...known, event: { ...known.event, name: 'EC2 Instance State-change Notification' } }
    expect(learn(notified, createFinding(JOE, EARLIER))).toEqual({})
  })

  test('the one that started it, or called long before, says nothing of its launch', () => {
    const told = createFinding(JOE, EARLIER)
    const start = { ...told, event: { ...told.event, name: 'StartInstances' } }
    expect(learn(createFinding(CALLER), start)).toBeUndefined()
    expect(learn(createFinding(CALLER), createFinding(JOE, '2026-11-24T07:54:59Z'))).toBeUndefined()
  })
})

const COUNT = 250

const placeOfFinding = ({ resource, rule }: Finding) => ({ ...resource, resourceId: resource.id, rule })

const launchBy = (actor: Actor, count = COUNT): readonly Finding[] =>
  instanceIds(count).map(on => {
    const finding = aFinding({ on, action: DEFERRED })
    return { ...finding, actor, event: { ...finding.event, id: actor.via ?? 'notification' } }
  })

const listActors = ({ items }: ReturnType<typeof aLedger>): readonly Actor[] =>
  [...items.values()].map(({ finding }) => JSON.parse(finding?.S ?? '').actor)

test.each([1, COUNT])('is written into every row of a launch of %i, and nothing is alerted again', async count => {
  const world = aLedger()
  await world.claim(launchBy({}, count), 'notice/a', 0)
  expect(await world.claiming(launchBy(SERVICE, count), 'record/a', 1)).toMatchObject({
    ours: [],
    beingAlerted: false,
  })
  expect(listActors(world)).toEqual(Array(count).fill(SERVICE))
})

// Each of the three transactions is refused first, as the rows are there, and brings them.
test.each([2, 3, 4, 5])('a record whose delivery died after %i of its writes is learned by the next', async writes => {
  const world = aLedger()
  await world.claim(launchBy({}), 'notice/a', 0)
  let left = writes
  const client = world.client(async call => {
    if (left === 0) throw new Error('Death')
    left -= 1
    return call()
  })
  const claim = { claimant: 'record/a', launchId: 'r-1', now: at(1) }
  await expect(claimFindings(launchBy(SERVICE), { client, table: 'ledger' }, claim)).rejects.toThrow('Death')
  expect(listActors(world)).not.toEqual(Array(COUNT).fill(SERVICE))
  expect(await world.claiming(launchBy(SERVICE), 'record/b', 2)).toMatchObject({ ours: [], beingAlerted: false })
  expect(listActors(world)).toEqual(Array(COUNT).fill(SERVICE))
})

test('a report that names the caller of the very call that the rows are of makes one call', async () => {
  const world = aLedger()
  await world.claim(launchBy(SERVICE), 'record/a', 0)
  const before = world.calls()
  expect(await world.claiming(launchBy(SERVICE), 'copy/a', 1)).toMatchObject({ ours: [], beingAlerted: false })
  expect(world.calls() - before).toBe(1)
})

describe('the launcher of an instance, learned while another writes its row, is kept', () => {
  const teach = (world: ReturnType<typeof aLedger>) => world.claim(launchBy(SERVICE, 1), 'record/a', 2)
  const WRITER = { claimant: 'other/a', launchId: 'r-1', now: at(300) }

  test('by a sweep that has read the row before, and finds an exemption', async () => {
    const world = aLedger()
    await world.claim(launchBy({}, 1), 'notice/a', 0)
    const [read] = await queryRowsAt(world.ledger, launchBy({}, 1).map(placeOfFinding))
    if (read === undefined) throw new Error('no row')
    await teach(world)
    const [finding = aFinding()] = launchBy({}, 1)
    expect(await exemptRow(world.ledger, read, { ...WRITER, finding: { ...finding, workflow: 'SUPPRESSED' } })).toBe(
      false,
    )
    expect(listActors(world)).toEqual([SERVICE])
  })

  test('by a claim that has found the row, and is about to write in its place', async () => {
    const world = aLedger()
    await world.claim(launchBy({}, 1), 'notice/a', 0)
    let calls = 0
    const client = world.client(async call => {
      calls += 1
      if (calls === 2) await teach(world)
      return call()
    })
    const { ours } = await claimFindings(launchBy({}, 1), { client, table: 'ledger' }, WRITER)
    expect(calls).toBe(3)
    expect(ours).toMatchObject([{ actor: { via: SERVICE.via }, action: { decision: 'refuse', code: 'OWNED' } }])
    expect(listActors(world)).toMatchObject([{ via: SERVICE.via }])
  })
})
