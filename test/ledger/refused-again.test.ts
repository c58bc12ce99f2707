import { describe, expect, test } from '@jest/globals'
import { markAlerted } from '../../shared/aws/ledger/confirm.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { createSubjects } from '../../shared/engine/subjects.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { buildRowKey } from '../../shared/ledger/row.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { aFailedGroupLaunch, aRefusedResize } from '../support/refused.ts'
import { aLedger, at, eventAt, keyOf } from '../support/stories.ts'

const DAY = 86_400

const findingOf = (json: unknown, seconds: number): Finding => {
  const event = readEvent(json)
  if (event.kind !== 'refused-launch') throw new Error(`not refused: ${event.kind}`)
  const [subject] = createSubjects(event)
  if (subject === undefined) throw new Error('no subject')
  const question = { subject, event: { ...event.event, time: eventAt(seconds).time }, actor: event.actor }
  const [finding] = evaluate(question, { policy: DEFAULT_POLICY, types: loadCatalogue(), now: at(seconds) })
  if (finding === undefined) throw new Error('no finding')
  return finding
}

const groupAt = (seconds: number, id = `e-${seconds}`): Finding => findingOf(aFailedGroupLaunch({}, { id }), seconds)

const alertedOnce = async (finding: Finding) => {
  const world = aLedger()
  expect(await world.claim([finding], 'message-1', 0)).toHaveLength(1)
  await markAlerted(
    world.ledger,
    [{ key: buildRowKey({ ...finding.resource, resourceId: finding.resource.id, rule: finding.rule }) }],
    { claimant: 'message-1', at: at(2) },
  )
  return world
}

describe('a launch of a group that is refused again and again', () => {
  test('is alerted once, though another event reports it every minute', async () => {
    const world = await alertedOnce(groupAt(0))
    for (let minute = 1; minute < 60; minute += 1)
      expect(await world.claim([groupAt(60 * minute)], `message-${minute + 1}`, 60 * minute + 1)).toEqual([])
  })

  test('waits for the first event to be alerted, and is alerted by the next if that one died', async () => {
    const world = aLedger()
    await world.claim([groupAt(0)], 'message-1', 0)
    expect(await world.claim([groupAt(60)], 'message-2', 60)).toEqual([])
    expect(await world.claim([groupAt(180)], 'message-3', 180)).toHaveLength(1)
  })

  test('is alerted again if it goes on a day later', async () => {
    const world = await alertedOnce(groupAt(0))
    expect(await world.claim([groupAt(DAY)], 'message-2', DAY + 1)).toEqual([])
    expect(await world.claim([groupAt(DAY + 60)], 'message-3', DAY + 61)).toHaveLength(1)
  })

  test('is not alerted again by the first event, however late that comes once more', async () => {
    const world = await alertedOnce(groupAt(0))
    expect(await world.claim([groupAt(0)], 'message-2', 3 * DAY)).toEqual([])
  })

  test('is another finding in another group, and for another pair', async () => {
    const other = findingOf(aFailedGroupLaunch({ AutoScalingGroupName: 'api' }), 60)
    const world = await alertedOnce(groupAt(0))
    expect(await world.claim([other], 'message-2', 61)).toHaveLength(1)
  })
})

describe('a change of type that is refused again', () => {
  const resizeTo = (type: string, seconds: number, user = 'dev'): Finding =>
    findingOf(
      aRefusedResize({
        userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::123456789012:user/${user}` },
        errorMessage: `Virtualization type 'hvm' is required for instances of type '${type}'.`,
        request: { instanceId: 'i-01', instanceType: { value: type } },
      }),
      seconds,
    )

  test('is no news for the same type, and news for another', async () => {
    const world = await alertedOnce(resizeTo('t3.micro', 0))
    expect(await world.claim([resizeTo('t3.micro', 60)], 'message-2', 61)).toEqual([])
    expect(await world.claim([resizeTo('m5.large', 60)], 'message-3', 61)).toHaveLength(1)
  })

  test('is news if somebody else is refused the same, who would hear nothing of it otherwise', async () => {
    const world = await alertedOnce(resizeTo('t3.micro', 0, 'mallory'))
    expect(await world.claim([resizeTo('t3.micro', 60, 'production')], 'message-2', 61)).toHaveLength(1)
  })

  test('is news for another type that was refused before the first was reported', async () => {
    const world = aLedger()
    const first = resizeTo('t3.micro', 0)
    await world.claim([first], 'message-1', 120)
    expect(await world.claiming([resizeTo('m5.large', 20)], 'message-2', 121)).toMatchObject({ beingAlerted: true })
    await markAlerted(world.ledger, [{ key: keyOf(first) }], { claimant: 'message-1', at: at(125) })
    expect(await world.claim([resizeTo('m5.large', 20)], 'message-2', 301)).toHaveLength(1)
  })

  test('is no news by the report of the first, however late that comes once more', async () => {
    const world = await alertedOnce(resizeTo('t3.micro', 0))
    await world.claim([resizeTo('m5.large', 20)], 'message-2', 61)
    expect(await world.claiming([resizeTo('t3.micro', 0)], 'message-3', 62)).toMatchObject({
      ours: [],
      beingAlerted: false,
    })
  })
})
