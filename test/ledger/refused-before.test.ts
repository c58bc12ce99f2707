import { describe, expect, test } from '@jest/globals'
import { markAlerted } from '../../shared/aws/ledger/confirm.ts'
import { describeReasons } from '../../shared/wording/reasons.ts'
import { aFinding, anAction, deferredTo } from '../support/findings.ts'
import { aLedger, at, ended, eventAt, inState, keyOf, STOP_AT } from '../support/stories.ts'

const MONTH = 30 * 86_400
const OWNED = {
  code: 'OWNED',
  args: { owner: 'KUBERNETES_CLUSTER', evidence: 'tag kubernetes.io/cluster/x', writtenBy: 'launcher' },
} as const
const REFUSAL = anAction('refuse', OWNED)

const started = (seconds: number, action = deferredTo(STOP_AT)) => aFinding({ event: eventAt(seconds), action })

const alertedWith = async (action: typeof REFUSAL) => {
  const world = aLedger()
  await world.claim([aFinding({ action })], 'message-1', 0)
  await markAlerted(world.ledger, [{ key: keyOf(aFinding()) }], { claimant: 'message-1', at: at(2) })
  return world
}

describe('a finding that is promised a stop', () => {
  test('says why its alert refused one before, also in its row', async () => {
    const world = await alertedWith(REFUSAL)
    const refusedBefore = { ...OWNED, at: at(0).toISOString(), why: describeReasons(OWNED).reason }
    const [claimed] = await world.claim([started(MONTH)], 'message-9', MONTH + 10)
    expect(claimed).toMatchObject({ refusedBefore, action: { decision: 'defer' } })
    expect(Object.keys(claimed?.refusedBefore ?? {}).toSorted()).toEqual(['args', 'at', 'code', 'why'])
    expect(JSON.parse((await world.row()).finding).refusedBefore).toEqual(refusedBefore)
  })

  test('says why the stop was refused when it was due', async () => {
    const world = aLedger()
    const past = (await ended(world, 'REFUSED')).history.at(-1)
    const [claimed] = await world.claim([started(MONTH)], 'message-9', MONTH + 10)
    expect(claimed?.refusedBefore).toEqual({ code: 'TEST', at: past?.at, why: past?.why })
  })

  test('says so, too, if the delivery died that claimed it first', async () => {
    const world = await alertedWith(REFUSAL)
    const [first] = await world.claim([started(MONTH)], 'message-9', MONTH + 10)
    const [again] = await world.claim([started(MONTH)], 'message-9', MONTH + 200)
    expect(again?.refusedBefore).toBeDefined()
    expect(again?.refusedBefore).toEqual(first?.refusedBefore)
  })

  test.each(['SUPPRESSED', 'STOPPED', 'RESOLVED', 'FAILED', 'NEW'] as const)(
    'says nothing of a refusal if its row was %s and none was refused',
    async state => {
      const world = aLedger()
      await inState(world, state)
      const [claimed] = await world.claim([started(MONTH)], 'message-9', MONTH + 10)
      expect(claimed).toBeDefined()
      expect(claimed).not.toHaveProperty('refusedBefore')
    },
  )

  test('says nothing of a refusal if the rule did not enforce before', async () => {
    const world = await alertedWith(anAction('would-stop', { code: 'RULE_OBSERVES', args: { graceSeconds: 900 } }))
    expect((await world.claim([started(MONTH)], 'message-9', MONTH + 10))[0]).not.toHaveProperty('refusedBefore')
  })
})

test('a finding whose promise is refused in the same delivery does not say that it was refused before', async () => {
  const world = await alertedWith(REFUSAL)
  const [promised] = await world.claim([started(MONTH)], 'message-9', MONTH + 10)
  if (promised === undefined) throw new Error('nothing was claimed')
  const [refused] = await world.claim([{ ...promised, action: REFUSAL }], 'message-9', MONTH + 11)
  expect(refused?.action.decision).toBe('refuse')
  expect(refused).not.toHaveProperty('refusedBefore')
  expect(JSON.parse((await world.row()).finding)).not.toHaveProperty('refusedBefore')
})
