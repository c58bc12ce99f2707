import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Actor } from '../../shared/facts/facts.ts'
import { learnActor } from '../../shared/ledger/owned.ts'
import { aFinding, DEFERRED, instanceIds } from '../support/findings.ts'
import { aLedger } from '../support/stories.ts'

const CALLER: Actor = { arn: 'arn:aws:iam::123456789012:user/jane' }
const SERVICE: Actor = { arn: 'arn:aws:sts::123456789012:assumed-role/nodes/x', via: 'eks.amazonaws.com' }

const createFinding = (actor: Actor, time = '2026-11-24T08:00:00Z'): Finding => {
  const finding = aFinding({ action: DEFERRED })
  return { ...finding, actor, event: { ...finding.event, time } }
}

const learn = (known: Finding, told: Finding): Actor | undefined => {
  const learned = learnActor({ finding: JSON.stringify(known) }, told)
  return learned === undefined ? undefined : JSON.parse(learned).actor
}

describe('who launched an instance', () => {
  test('is learned from the record where a notification, which names nobody, came first', () => {
    const stack = { stack: 'web' }
    expect(learn(createFinding(stack), createFinding(CALLER, '2026-11-24T08:05:00Z'))).toEqual({ ...stack, ...CALLER })
  })

  test('is not learned from another call, unless that names a service which replaces what it launched', () => {
    const later = '2026-11-24T08:05:01Z'
    expect(learn(createFinding({}), createFinding(CALLER, later))).toBeUndefined()
    expect(learn(createFinding({}), createFinding(SERVICE, later))).toEqual({ via: SERVICE.via })
    expect(learn(createFinding(CALLER), createFinding(SERVICE))).toEqual({ ...CALLER, via: SERVICE.via })
  })

  test('is not learned anew: neither from who names nobody, nor where a service is known', () => {
    expect(learn(createFinding(CALLER), createFinding({ stack: 'web' }))).toBeUndefined()
    expect(learn(createFinding(CALLER), createFinding({ arn: 'arn:aws:iam::123456789012:user/joe' }))).toBeUndefined()
    expect(learn(createFinding(SERVICE), createFinding({ via: 'batch.amazonaws.com' }))).toBeUndefined()
  })
})

test.each([1, 250])('every row of a launch of %i learns who launched it, and nothing is alerted again', async count => {
  const world = aLedger()
  const launchBy = (actor: Actor) => instanceIds(count).map(on => ({ ...aFinding({ on, action: DEFERRED }), actor }))
  await world.claim(launchBy({}), 'notice/a', 0)
  expect(await world.claiming(launchBy(SERVICE), 'record/a', 1)).toMatchObject({ ours: [], beingAlerted: false })
  const actors = [...world.items.values()].map(({ finding }) => JSON.parse(finding?.S ?? '').actor)
  expect(actors).toEqual(Array(count).fill(SERVICE))
})
