import { describe, expect, test } from '@jest/globals'
import { writeHeard } from '../../../shared/aws/ledger/heard.ts'
import { transactWith } from '../../../shared/aws/ledger/transact.ts'
import type { InstanceFacts } from '../../../shared/facts/facts.ts'
import type { EventPath } from '../../../shared/ledger/heard.ts'
import { DEFAULT_POLICY } from '../../../shared/policy/load.ts'
import { PLACE } from '../../support/findings.ts'
import { aMachine, aSweepWorld, idOf, type Options, type SweepWorld } from './world.ts'

/** The world begins at 08:00:30 on 2026-11-24. */
const BOTH: readonly EventPath[] = ['records', 'notifications']

const worldOf = (machines: readonly InstanceFacts[] = [], more: Partial<Options> = {}): SweepWorld =>
  aSweepWorld({ machines, policy: DEFAULT_POLICY, ways: BOTH, ...more })

const sweep = async (world: SweepWorld): Promise<void> => {
  world.start()
  await world.run()
}

const HOUR = 3600

/** Now, or so long ago. */
const ago = (world: SweepWorld, seconds: number): string =>
  new Date(world.now().getTime() - seconds * 1000).toISOString()

const launch = (world: SweepWorld, index: number, at: string, createdAt: string | undefined = at): void => {
  const machine = aMachine(index, { launchTime: at, ...(createdAt !== '' && { createdAt }) })
  world.machines.set(idOf(index), machine)
}

const hear = (world: SweepWorld, way: EventPath, at: string): Promise<void> =>
  writeHeard({ table: world.ledger.table, transact: transactWith(world.ledger.client) }, { ...PLACE, way, at })

/** Which ways were reported as deaf, and as heard again. */
const said = ({ logged, counted }: SweepWorld) => ({
  deaf: logged.flatMap(line => /^error: no (.+) arrive from the region, though/.exec(line)?.[1] ?? []),
  again: logged.flatMap(line => /^info: (.+) arrive from the region again/.exec(line)?.[1] ?? []),
  counted: counted.filter(line => line.startsWith('RegionDeaf')).length,
})

const [RECORDS, NOTIFICATIONS] = ['CloudTrail records', 'EC2 notifications']

/** A first sweep, and a launch three hours later which nobody tells of. */
const unheard = async (more: Partial<Options> = {}) => {
  const world = worldOf([aMachine(0)], more)
  await sweep(world)
  world.pass(5 * HOUR)
  launch(world, 1, ago(world, 2 * HOUR))
  return world
}

describe('a region that may not be heard', () => {
  test('is not reported if nothing was launched there since the first sweep', async () => {
    const world = worldOf([aMachine(0), aMachine(1)])
    await sweep(world)
    world.pass(24 * HOUR)
    await sweep(world)
    expect(said(world)).toEqual({ deaf: [], again: [], counted: 0 })
  })

  test('is reported by what is missing if nothing was ever heard and something is launched', async () => {
    const world = await unheard()
    await sweep(world)
    expect(said(world)).toEqual({ deaf: [RECORDS, NOTIFICATIONS], again: [], counted: 2 })
    expect(world.logged.join('\n')).toContain(`"instanceId":"${idOf(1)}"`)
    expect(world.logged.join('\n')).toContain('"lastHeard":"never"')
  })

  test('is reported once, however many sweeps find it silent', async () => {
    const world = await unheard()
    for (const _day of [1, 2, 3]) {
      await sweep(world)
      world.pass(24 * HOUR)
      launch(world, 2, ago(world, 2 * HOUR))
    }
    expect(said(world)).toMatchObject({ counted: 2 })
  })

  test('is reported once if two sweeps find it silent at the same moment', async () => {
    const world = await unheard()
    world.start()
    world.start()
    await world.run()
    expect(said(world)).toMatchObject({ counted: 2 })
  })

  test('is reported if its trail is off though EC2 still notifies', async () => {
    const world = await unheard()
    await hear(world, 'notifications', ago(world, 2 * HOUR))
    await sweep(world)
    expect(said(world)).toEqual({ deaf: [RECORDS], again: [], counted: 1 })
  })

  test('is not reported if it was heard within the hour before the launch, as the ledger may be that late', async () => {
    const world = await unheard()
    for (const way of BOTH) await hear(world, way, ago(world, 2 * HOUR + 3599))
    await sweep(world)
    expect(said(world).deaf).toEqual([])
  })

  test('is not reported for a launch of the last hour, whose record may be on its way', async () => {
    const world = worldOf([aMachine(0)])
    await sweep(world)
    world.pass(5 * HOUR)
    launch(world, 1, ago(world, 3500))
    await sweep(world)
    expect(said(world).deaf).toEqual([])
  })

  test('is heard again when something arrives that came after the launch, and may be reported once more', async () => {
    const world = await unheard()
    await sweep(world)
    world.pass(HOUR)
    for (const way of BOTH) await hear(world, way, ago(world, 60))
    await sweep(world)
    expect(said(world).again).toEqual([RECORDS, NOTIFICATIONS])
    world.pass(5 * HOUR)
    launch(world, 3, ago(world, 2 * HOUR))
    await sweep(world)
    expect(said(world)).toMatchObject({ counted: 4 })
  })

  test('is not reported for records because a service started an instance, which no call records', async () => {
    const world = await unheard()
    launch(world, 1, ago(world, 2 * HOUR), '2025-11-24T08:00:00Z')
    await hear(world, 'notifications', ago(world, 2 * HOUR))
    await sweep(world)
    expect(said(world).deaf).toEqual([])
  })

  test('is not reported for records because of a Spot instance, which may have none', async () => {
    const world = await unheard()
    const at = ago(world, 2 * HOUR)
    world.machines.set(idOf(1), aMachine(1, { launchTime: at, createdAt: at, lifecycle: 'spot' }))
    await hear(world, 'notifications', at)
    await sweep(world)
    expect(said(world).deaf).toEqual([])
  })

  test('is heard again if the record of that launch arrives late', async () => {
    const world = await unheard()
    const at = ago(world, 2 * HOUR)
    await sweep(world)
    for (const way of BOTH) await hear(world, way, at)
    await sweep(world)
    expect(said(world).again).toEqual([RECORDS, NOTIFICATIONS])
  })

  test('is not reported for records if EC2 does not say when an instance was made', async () => {
    const world = await unheard()
    launch(world, 1, ago(world, 2 * HOUR), '')
    await hear(world, 'notifications', ago(world, 2 * HOUR))
    await sweep(world)
    expect(said(world).deaf).toEqual([])
  })

  test('is expected to be silent without the rules of the stack, until something was heard from it', async () => {
    const world = await unheard({ listensIn: 'eu-west-1' })
    await sweep(world)
    expect(said(world).deaf).toEqual([])
    await hear(world, 'records', ago(world, 4 * HOUR))
    await sweep(world)
    expect(said(world).deaf).toEqual([RECORDS])
  })

  test('is not reported if the policy listens to no launch, nor for the time in which it did not', async () => {
    const world = await unheard({ ways: [] })
    await sweep(world)
    expect(said(world).deaf).toEqual([])
  })
})

test('a region that is silent is reported wherever the function dies on the way', async () => {
  const whole = await unheard()
  await sweep(whole)
  // The calls of the second sweep, in whose midst it dies once.
  const first = await unheard().then(world => world.calls())
  for (let call = first; call < whole.calls(); call += 1) {
    const world = await unheard({ diesAfter: [call] })
    await sweep(world)
    expect([call, new Set(said(world).deaf)]).toEqual([call, new Set([RECORDS, NOTIFICATIONS])])
  }
})

test('the time at which a region was heard is never set back', async () => {
  const world = worldOf()
  await hear(world, 'records', '2026-11-24T08:00:00.000Z')
  await hear(world, 'records', '2026-11-23T08:00:00.000Z')
  const [row] = [...world.dynamo.items.values()].filter(({ sk }) => sk?.S === 'last')
  expect(row).toMatchObject({
    pk: { S: `${PLACE.accountId}#${PLACE.region}#heard` },
    records: { S: '2026-11-24T08:00:00.000Z' },
  })
})
