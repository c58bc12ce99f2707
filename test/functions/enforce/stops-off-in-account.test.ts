import { describe, expect, test } from '@jest/globals'
import { areStopsDisabled, createLivePolicy } from '../../../functions/runtime/live-policy.ts'
import { markStopsAnnounced, readLive, writeStops } from '../../../shared/aws/ledger/policy-store.ts'
import { findUnannounced } from '../../../shared/policy/unannounced.ts'
import { openLedger } from '../../support/cloud/ledger.ts'
import { PLACE } from '../../support/findings.ts'
import { aLedger, at } from '../../support/stories.ts'
import { aMachine, idOf, POLICY } from './machines.ts'
import { aWorld } from './world.ts'

const OTHER = '345678901234'

const switched = (value: 'on' | 'off', accountId?: string) => ({
  value,
  why: 'an incident',
  by: 'user@example.com',
  at: at(1),
  ...(accountId !== undefined && { accountId }),
})

/** Stops that are due after these settings of switches. */
const playWith = async (...settings: readonly ReturnType<typeof switched>[]) => {
  const world = aWorld({ machines: [aMachine(idOf(0))] })
  await world.launch([idOf(0)])
  const { client, table } = openLedger(world.dynamo)
  for (const setting of settings) await writeStops(client, table, setting)
  await world.run()
  const digests = world.sns.alerts.filter(({ kind }) => kind === 'digest')
  return { stopped: world.ec2.stops.length, resume: digests.flatMap(({ digest }) => digest?.resume ?? []).join(' ') }
}

describe('a stop that is due', () => {
  test('is not made if the stops of its account are switched off, and the digest says how to resume', async () => {
    const { stopped, resume } = await playWith(switched('off', PLACE.accountId))
    expect(stopped).toBe(0)
    expect(resume).toContain(`virtguard stops on --account ${PLACE.accountId}`)
  })

  test('is made if those of another account are', async () =>
    expect(await playWith(switched('off', OTHER))).toMatchObject({ stopped: 1 }))

  test('is made if they were switched on again', async () =>
    expect(await playWith(switched('off', PLACE.accountId), switched('on', PLACE.accountId))).toMatchObject({
      stopped: 1,
    }))

  test('is not made if those of the whole stack are off, whatever the switch of the account says', async () =>
    expect(await playWith(switched('off'), switched('on', PLACE.accountId))).toMatchObject({ stopped: 0 }))
})

describe('the switch of an account', () => {
  test('reaches the functions that read the live policy', async () => {
    const { ledger } = aLedger()
    await writeStops(ledger.client, ledger.table, switched('off', OTHER))
    const live = createLivePolicy({
      deployed: POLICY,
      read: () => readLive(ledger.client, ledger.table),
      now: () => at(2),
      log: () => undefined,
      count: () => undefined,
    })
    const inForce = await live()
    expect([OTHER, PLACE.accountId].map(account => areStopsDisabled(inForce, account))).toEqual([true, false])
  })

  test('is noticed if operations got no message about it, until that is recorded', async () => {
    const { ledger } = aLedger()
    const setting = switched('off', OTHER)
    await writeStops(ledger.client, ledger.table, setting)
    const unannounced = async () => findUnannounced(await readLive(ledger.client, ledger.table), at(3_600))
    expect(await unannounced()).toEqual([`the switch for stops in account ${OTHER}`])
    await markStopsAnnounced(ledger.client, ledger.table, { ...setting, announcedAt: at(2) })
    expect(await unannounced()).toEqual([])
  })

  test('that is neither on nor off is off', async () => {
    const { ledger, items } = aLedger()
    const [pk, sk] = [{ S: 'policy' }, { S: `stops#${OTHER}` }]
    items.set(`policy | stops#${OTHER}`, { pk, sk, value: { S: 'perhaps' } })
    expect((await readLive(ledger.client, ledger.table)).accountStops).toEqual({ [OTHER]: { stops: 'off' } })
  })

  test('leaves that of the stack and of the other accounts as they are', async () => {
    const { ledger } = aLedger()
    await writeStops(ledger.client, ledger.table, switched('off', OTHER))
    const { stops, accountStops = {} } = await readLive(ledger.client, ledger.table)
    expect([stops, Object.keys(accountStops)]).toEqual(['on', [OTHER]])
  })
})
