import { beforeEach, describe, expect, test } from '@jest/globals'
import { alertDigest } from '../../../functions/enforce/alert-digest.ts'
import type { EnforcePorts } from '../../../functions/enforce/ports.ts'
import { stopLedger } from '../../../functions/enforce/stop-ledger.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import { markAlerted, markOutcomesAlerted } from '../../../shared/aws/ledger/confirm.ts'
import { resolveRow } from '../../../shared/aws/ledger/resolve.ts'
import { loadCatalogue } from '../../../shared/catalogue/catalogue.ts'
import { buildRowKey } from '../../../shared/ledger/row.ts'
import { FINDINGS_PER_PROMISE, type PromiseMessage } from '../../../shared/ledger/sweep-message.ts'
import type { Policy } from '../../../shared/policy/policy.ts'
import { aFinding, deferredTo, instanceIds, PLACE } from '../../support/findings.ts'
import { unexpected, watchedStops } from '../../support/stops.ts'
import { aLedger, at, STOP_AT } from '../../support/stories.ts'
import { POLICY } from './machines.ts'

const RULE = 'paravirtual-instance'
const IDS = instanceIds(3)
const keyFor = (resourceId: string) => buildRowKey({ ...PLACE, resourceId, rule: RULE })

/** When the digest comes. */
const NOW = at(1_500)

let world = aLedger()
let alerts: Alert[] = []
let promises: PromiseMessage[] = []
beforeEach(() => {
  world = aLedger()
  alerts = []
  promises = []
})

/** Instances whose stops were refused, to be alerted together. */
const refused = async (ids: readonly string[] = IDS): Promise<void> => {
  for (const on of ids) {
    await world.claim([aFinding({ on, action: deferredTo(STOP_AT) })], 'message-1', 0)
    await markAlerted(world.ledger, [{ key: keyFor(on), stopAt: STOP_AT }], { claimant: 'message-1', at: at(2) })
    const [row] = await stopLedger(world.ledger).rowsOf({ ...PLACE, resourceId: on })
    if (row === undefined) throw new Error(`no row of ${on}`)
    await resolveRow(world.ledger, row, {
      to: 'REFUSED',
      because: { code: 'POLICY_INVALID' },
      inDigest: 'yes',
      claimant: 'message-2/1',
      now: at(900),
    })
  }
}

const digest = (more: Partial<EnforcePorts> = {}, claimant = 'digest-1/1') =>
  alertDigest({
    where: PLACE,
    delivery: { messageId: claimant.split('/')[0] ?? '', count: 1, claimant },
    ports: watchedStops({
      deployed: POLICY,
      live: async () => ({ stops: 'on' }),
      now: () => NOW,
      types: { known: loadCatalogue, learn: () => undefined },
      ledger: stopLedger(world.ledger),
      publish: async ({ Message }) => void alerts.push(JSON.parse(JSON.parse(Message).default)),
      promiseAgain: async message => void promises.push(message),
      ...more,
    }),
  })

const alerted = (): readonly string[] => alerts.flatMap(alert => alert.told.flatMap(({ resources }) => resources))
const waiting = async (): Promise<readonly string[]> =>
  (await stopLedger(world.ledger).pendingRefusals(PLACE)).map(({ row }) => row.pk.split('#')[2] ?? '')

describe('a digest of refusals', () => {
  test('alerts every refusal that was gathered, once', async () => {
    await refused()
    await digest()
    expect(alerts.map(({ kind }) => kind)).toEqual(['digest'])
    expect(alerted()).toEqual(IDS)
    expect(await waiting()).toEqual([])
    await digest({ live: unexpected('live') })
    expect(alerts).toHaveLength(1)
  })

  test('deletes what an earlier one has alerted that died before it deleted it', async () => {
    await refused()
    const marks = IDS.slice(0, 2).map(id => ({ key: keyFor(id) }))
    await markOutcomesAlerted(world.ledger, marks, { claimant: 'message-2/1', at: at(1_000) })
    await digest()
    expect(alerted()).toEqual(IDS.slice(2))
    expect(await waiting()).toEqual([])
  })

  test('leaves to another digest what that one is alerting', async () => {
    await refused()
    const [first = ''] = IDS
    await stopLedger(world.ledger).claimPending(keyFor(first), { claimant: 'digest-2/1', now: NOW, inDigest: 'yes' })
    await digest()
    expect(alerted()).toEqual(IDS.slice(1))
    expect(await waiting()).toEqual([first])
  })

  test('comes again if another delivery of its message is alerting one, because it may die before it has', async () => {
    await refused()
    const [first = ''] = IDS
    await stopLedger(world.ledger).claimPending(keyFor(first), { claimant: 'digest-1/2', now: NOW, inDigest: 'yes' })
    await expect(digest()).rejects.toThrow('another delivery of this message is alerting it')
    expect(alerted()).toEqual(IDS.slice(1))
    expect(await waiting()).toEqual([first])
  })

  test('gives back what it claimed if SNS refuses it, so that another message may alert it at once', async () => {
    await refused()
    const error = Object.assign(new Error('no'), { $metadata: { httpStatusCode: 403 } })
    await expect(digest({ publish: () => Promise.reject(error) })).rejects.toThrow('no')
    await digest({}, 'digest-2/1')
    expect(alerted()).toEqual(IDS)
  })
})

describe('a stop that a spent budget refused', () => {
  const { stop } = POLICY
  const WAITS: Policy = { ...POLICY, stop: { ...stop, budget: { ...stop.budget, whenSpent: 'wait' } } }

  test('is promised again if the policy has it wait, two minutes after the alert that it was not stopped', async () => {
    await refused()
    await digest({ deployed: WAITS })
    expect(promises).toEqual([
      {
        kind: 'promise',
        ...PLACE,
        findings: IDS.map(resourceId => ({ resourceId, rule: RULE })),
        only: 'budget',
        notBefore: at(1_620).toISOString(),
      },
    ])
  })

  test('is not promised again if the policy does not say so', async () => {
    await refused()
    await digest({ promiseAgain: unexpected('promiseAgain') })
    expect(alerted()).toEqual(IDS)
  })

  test('waits for the next try if it could not be asked for, and is not forgotten', async () => {
    await refused()
    const failing = { deployed: WAITS, promiseAgain: () => Promise.reject(new Error('throttled')) }
    await expect(digest(failing)).rejects.toThrow('throttled')
    expect(await waiting()).toEqual(IDS)
  })

  test('is asked for in messages that are not too large, each finding once', async () => {
    const many = instanceIds(2 * FINDINGS_PER_PROMISE)
    const forgotten: number[] = []
    const ledger = {
      ...stopLedger(world.ledger),
      pendingRefusals: async () => many.map(id => ({ row: keyFor(id), settledBy: 'message-2/1' })),
      claimPending: async () => ({ kind: 'told' }) as const,
      forgetRefusals: async (refusals: readonly object[]) => void forgotten.push(refusals.length),
    }
    await digest({ deployed: WAITS, ledger })
    expect(promises.map(({ findings }) => findings?.length)).toEqual([FINDINGS_PER_PROMISE, FINDINGS_PER_PROMISE])
    expect(promises.flatMap(({ findings = [] }) => findings.map(({ resourceId }) => resourceId))).toEqual(many)
    expect(forgotten).toEqual([many.length])
  })
})
